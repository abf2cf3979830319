// the core with its tables as a module: the ready-made entry imports them as JSON, which needs a loader's blessing
import { type CountryCode, isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/core';
import metadata from 'libphonenumber-js/min/metadata';

export type { CountryCode } from 'libphonenumber-js/core';
export const DEFAULT_COUNTRY: CountryCode = 'VN';

/**
 * Vietnam shortened its 11-digit mobile numbers between 15 September and 14 November 2018 (Decision 798/QĐ-BTTTT): the prefix changed, the last
 * seven digits stayed. Old address books still hold the left-hand form. Without the leading 0.
 */
// biome-ignore format: a table is read by its columns
export const VIETNAM_PREFIXES_2018: Readonly<Record<string, string>> = Object.freeze({
  // MobiFone
  120: '70', 121: '79', 122: '77', 126: '76', 128: '78',
  // VinaPhone
  123: '83', 124: '84', 125: '85', 127: '81', 129: '82',
  // Viettel
  162: '32', 163: '33', 164: '34', 165: '35', 166: '36', 167: '37', 168: '38', 169: '39',
  // Vietnamobile
  186: '56', 188: '58',
  // Gmobile
  199: '59',
});

const VIETNAM_MOBILE = /^\+84[35789]\d{8}$/;
const VIETNAM_OLD_MOBILE = /^\+84(1\d{2})(\d{7})$/;
/** No telephone number is written with more than this, whatever its punctuation. */
const WRITTEN_MAX = 64;

/**
 * Any way to write a telephone number → E.164 (`0120 123 4567` → `+84701234567`), or undefined. A number without its country code is read as
 * one of `defaultCountry`. A number with an extension is refused: without it, it would be everybody behind that switchboard.
 */
export function normalizePhone(value: string, defaultCountry: CountryCode = DEFAULT_COUNTRY): string | undefined {
  if (VIETNAM_MOBILE.test(value)) return value;
  if (value.length > WRITTEN_MAX) return undefined;
  const parsed = parsePhoneNumberFromString(value, { defaultCountry, extract: false }, metadata);
  if (parsed === undefined || parsed.ext !== undefined) return undefined;
  const old = VIETNAM_OLD_MOBILE.exec(parsed.number);
  const prefix = old === null ? undefined : VIETNAM_PREFIXES_2018[old[1]!];
  if (prefix !== undefined) return `+84${prefix}${old![2]}`;
  // "possible" (its length fits the country), not "valid": numbering plans change faster than the tables of a library
  return parsed.isPossible() ? parsed.number : undefined;
}

/** A country code from configuration. @throws RangeError */
export function countryCode(name: string): CountryCode {
  const upper = name.toUpperCase();
  if (!isSupportedCountry(upper as CountryCode, metadata))
    throw new RangeError(`unknown country code ${name}: two letters of ISO 3166 are needed, such as VN`);
  return upper as CountryCode;
}
