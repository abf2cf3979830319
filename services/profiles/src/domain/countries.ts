/** What a country suggests about who lives there, where it suggests one thing only: no zone where there are several. */
export interface Country {
  readonly callingCode: string;
  readonly timeZone?: string;
  readonly language?: string;
}

/** ISO 3166 alpha-2. Zones: IANA tz database; calling codes: ITU-T E.164. */
// biome-ignore format: a table is read by its columns
const COUNTRIES: Readonly<Record<string, Country>> = {
  VN: { callingCode: '84', timeZone: 'Asia/Ho_Chi_Minh', language: 'vi' },
  GB: { callingCode: '44', timeZone: 'Europe/London',    language: 'en' },
  US: { callingCode: '1',                                language: 'en' },
  TH: { callingCode: '66', timeZone: 'Asia/Bangkok',     language: 'th' },
  SG: { callingCode: '65', timeZone: 'Asia/Singapore' },
  JP: { callingCode: '81', timeZone: 'Asia/Tokyo',       language: 'ja' },
  KR: { callingCode: '82', timeZone: 'Asia/Seoul',       language: 'ko' },
  DE: { callingCode: '49', timeZone: 'Europe/Berlin',    language: 'de' },
  FR: { callingCode: '33', timeZone: 'Europe/Paris',     language: 'fr' },
};
const BY_CALLING_CODE = new Map(Object.values(COUNTRIES).map((country) => [country.callingCode, country]));

export const countryOfRegion = (region: string | undefined): Country | undefined =>
  region !== undefined && Object.hasOwn(COUNTRIES, region) ? COUNTRIES[region] : undefined;

/** @param phone E.164. No calling code is the beginning of another one. */
export const countryOfPhone = (phone: string): Country | undefined =>
  BY_CALLING_CODE.get(phone.slice(1, 3)) ?? BY_CALLING_CODE.get(phone.slice(1, 2));
