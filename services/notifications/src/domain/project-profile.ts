import { CHANNELS, type Channel, type Identifier, type Profile } from '@rapport/contracts';
import type { Snapshot } from './customer.js';
import { type DailyWindow, isTimeZone, minuteOfDay } from './local-time.js';

const IDENTIFIERS_MAX = 10;
const TRAITS_MAX = 50;
const TRAIT_CHARS_MAX = 256;
const VISIT_CHANNELS = ['web', 'mobile_app', 'in_app'] as const;

/** Traits under which senders state a preference, the first that is understood wins. Those that profiles reads too are only looked at where a fact does not bring them yet. */
const PREFERENCE_TRAITS = {
  locale: ['locale', 'language', 'preferredLanguage'],
  timeZone: ['timezone', 'timeZone'],
  country: ['country', 'countryCode'],
  channel: ['preferredChannel'],
  quietHours: ['quietHours'],
  doNotCall: ['doNotCall'],
} as const;

/** Calling code → country, for a customer who states none. The longest match wins. */
const CALLING_CODES: Readonly<Record<string, string>> = { '+84': 'VN', '+44': 'GB', '+1': 'US' };

/** The part of a profile that decisions read, in a stable order of keys: equal text means that nothing relevant changed. */
export function projectProfile(profile: Profile): Snapshot {
  const { traits, preferences } = profile;
  const locale = preferences?.language?.value ?? first(traits, PREFERENCE_TRAITS.locale, localeOf);
  const timeZone = timeZoneOf(preferences?.timeZone?.value) ?? first(traits, PREFERENCE_TRAITS.timeZone, timeZoneOf);
  const country = first(traits, PREFERENCE_TRAITS.country, countryOf) ?? addressCountry(traits) ?? countryOfPhone(profile);
  const preferredChannel = preferences?.channel?.value ?? first(traits, PREFERENCE_TRAITS.channel, channelOf);
  const quietHours = windowOf(preferences?.quietHours?.value) ?? first(traits, PREFERENCE_TRAITS.quietHours, windowOf);
  const doNotCall = first(traits, PREFERENCE_TRAITS.doNotCall, (value) => (value === true || value === 'true' ? true : undefined));
  const lastVisitDay = lastVisit(profile);
  return {
    identifiers: firstOfEachType(profile),
    contactPoints: profile.contactPoints,
    consents: profile.consents,
    traits: plainTraits(traits),
    ...(locale === undefined ? {} : { locale }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(country === undefined ? {} : { country }),
    ...(preferredChannel === undefined ? {} : { preferredChannel }),
    ...(preferences?.channel?.source === 'inferred' ? { preferenceInferred: true } : {}),
    ...(quietHours === undefined ? {} : { quietHours }),
    ...(doNotCall === undefined ? {} : { doNotCall }),
    ...(profile.agentId === undefined ? {} : { agentId: profile.agentId }),
    ...(lastVisitDay === undefined ? {} : { lastVisitDay }),
  };
}

function firstOfEachType({ identifiers }: Profile): Identifier[] {
  const first: Identifier[] = [];
  for (const { type, value } of identifiers) {
    if (first.length < IDENTIFIERS_MAX && !first.some((known) => known.type === type)) first.push({ type, value });
  }
  return first;
}

type Traits = Profile['traits'];

function first<T>(traits: Traits, names: readonly string[], read: (value: unknown) => T | undefined): T | undefined {
  for (const name of names) {
    const trait = Object.hasOwn(traits, name) ? traits[name] : undefined;
    const value = trait === undefined ? undefined : read(trait.value);
    if (value !== undefined) return value;
  }
  return undefined;
}

function plainTraits(traits: Traits): Record<string, string | number | boolean> {
  const plain: Record<string, string | number | boolean> = {};
  let count = 0;
  for (const [name, { value }] of Object.entries(traits)) {
    if (name === '__proto__' || count >= TRAITS_MAX) continue;
    if ((typeof value === 'string' && value.length <= TRAIT_CHARS_MAX) || typeof value === 'number' || typeof value === 'boolean') {
      plain[name] = value;
      count++;
    }
  }
  return plain;
}

/** BCP 47, also written with an underscore: `vi_VN` → `vi-VN`. */
function localeOf(value: unknown): string | undefined {
  if (typeof value !== 'string') return undefined;
  const match = /^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?$/.exec(value);
  if (match === null) return undefined;
  const [, language = '', script, region] = match;
  return [language.toLowerCase(), script && script[0]?.toUpperCase() + script.slice(1).toLowerCase(), region?.toUpperCase()]
    .filter(Boolean)
    .join('-');
}

const timeZoneOf = (value: unknown): string | undefined => (typeof value === 'string' && isTimeZone(value) ? value : undefined);
const countryOf = (value: unknown): string | undefined =>
  typeof value === 'string' && /^[A-Za-z]{2}$/.test(value) ? value.toUpperCase() : undefined;
const channelOf = (value: unknown): Channel | undefined =>
  (CHANNELS as readonly unknown[]).includes(value) ? (value as Channel) : undefined;

function addressCountry(traits: Traits): string | undefined {
  const address = Object.hasOwn(traits, 'address') ? traits.address?.value : undefined;
  return typeof address === 'object' && address !== null && 'country' in address ? countryOf(address.country) : undefined;
}

function countryOfPhone(profile: Profile): string | undefined {
  const phone = profile.contactPoints.find((point) => point.channel === 'phone' || point.channel === 'sms')?.address;
  if (phone === undefined) return undefined;
  return CALLING_CODES[phone.slice(0, 3)] ?? CALLING_CODES[phone.slice(0, 2)];
}

/** `{from: "22:00", to: "07:00"}` or `"22:00-07:00"`. */
function windowOf(value: unknown): DailyWindow | undefined {
  const [from, to] =
    typeof value === 'string'
      ? value.split(/\s*[-–]\s*/)
      : typeof value === 'object' && value !== null
        ? [(value as { from?: unknown }).from, (value as { to?: unknown }).to]
        : [];
  if (typeof from !== 'string' || typeof to !== 'string') return undefined;
  const window = { from: minuteOfDay(from), to: minuteOfDay(to) };
  return window.from === undefined || window.to === undefined || window.from === window.to
    ? undefined
    : { from: window.from, to: window.to };
}

function lastVisit(profile: Profile): string | undefined {
  let last: string | undefined;
  for (const channel of VISIT_CHANNELS) {
    const at = profile.contacts.byChannel[channel]?.lastAt;
    if (at !== undefined && (last === undefined || at > last)) last = at;
  }
  return last?.slice(0, 10);
}
