import { CHANNELS, type Channel, type Preferences } from '@rapport/contracts';
import { countryOfPhone, countryOfRegion } from './countries.js';
import type { ProfileState } from './profile-state.js';
import { entryOf } from './registers.js';
import { remembered } from './remembered.js';

/** Traits under which a preference is stated; the first that is understood wins: what the customer chose before what his device says. */
const STATED_IN = {
  channel: ['preferredChannel'],
  language: ['preferredLanguage', 'locale', 'language'],
  timeZone: ['preferredTimeZone', 'timezone', 'timeZone'],
  quietHours: ['quietHours'],
} as const;

/** A preference is inferred from at least so many contacts of the customer's own accord, of which more than half were on the channel. */
const CONTACTS_MIN = 3;

type State = Pick<ProfileState, 'traits' | 'identifiers' | 'seenLocale' | 'seenTimeZone' | 'cameBy'>;

/** How this person wants to be reached, as far as he says it or it can be inferred. Undefined: nothing is known. */
export function preferencesOf(state: State): Preferences | undefined {
  const channel = stated(state, STATED_IN.channel, channelOf) ?? channelByActivity(state);
  const language = stated(state, STATED_IN.language, languageOf) ?? inferredLanguage(state);
  const timeZone = stated(state, STATED_IN.timeZone, timeZoneOf) ?? inferredTimeZone(state);
  const quietHours = stated(state, STATED_IN.quietHours, windowOf);
  if (!channel && !language && !timeZone && !quietHours) return undefined;
  return {
    ...(channel && { channel }),
    ...(language && { language }),
    ...(timeZone && { timeZone }),
    ...(quietHours && { quietHours }),
  };
}

interface Known<T> {
  readonly value: T;
  readonly source: 'stated' | 'inferred';
  readonly basis: string;
  readonly at?: string;
}

function stated<T>({ traits }: State, names: readonly string[], read: (value: unknown) => T | undefined): Known<T> | undefined {
  for (const name of names) {
    const trait = entryOf(traits, name);
    const value = trait === undefined ? undefined : read(trait.value);
    if (value !== undefined) return { value, source: 'stated', basis: name, at: trait!.at };
  }
  return undefined;
}

const inferred = <T>(value: T | undefined, basis: string): Known<T> | undefined =>
  value === undefined ? undefined : { value, source: 'inferred', basis };

function channelByActivity({ cameBy = {} }: State): Known<Channel> | undefined {
  let all = 0;
  let most: [channel: string, count: number] = ['', 0];
  for (const channel in cameBy) {
    const count = cameBy[channel]!;
    all += count;
    if (count > most[1]) most = [channel, count];
  }
  return all >= CONTACTS_MIN && most[1] * 2 > all ? inferred(channelOf(most[0]), 'activity') : undefined;
}

function inferredLanguage(state: State): Known<string> | undefined {
  return inferred(languageOf(state.seenLocale?.value), 'device') ?? inferred(phoneCountry(state)?.language, 'telephone');
}

function inferredTimeZone(state: State): Known<string> | undefined {
  return (
    inferred(state.seenTimeZone?.value, 'device') ??
    inferred(phoneCountry(state)?.timeZone, 'telephone') ??
    inferred(countryOfRegion(languageOf(state.seenLocale?.value)?.split('-').at(-1))?.timeZone, 'locale')
  );
}

function phoneCountry({ identifiers }: State) {
  const phone = identifiers.find(({ type }) => type === 'phone');
  return phone === undefined ? undefined : countryOfPhone(phone.value);
}

const channelOf = (value: unknown): Channel | undefined =>
  (CHANNELS as readonly unknown[]).includes(value) ? (value as Channel) : undefined;

const languageOf = (value: unknown): string | undefined => (typeof value === 'string' ? languageIn(value) || undefined : undefined);

/** BCP 47, also written with an underscore: `vi_VN` → `vi-VN`; empty when it is no language. */
const languageIn = remembered((value) => {
  const match = /^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{4}))?(?:[-_]([A-Za-z]{2}|\d{3}))?$/.exec(value);
  if (match === null) return '';
  const [, language = '', script, region] = match;
  return [language.toLowerCase(), script && script[0]?.toUpperCase() + script.slice(1).toLowerCase(), region?.toUpperCase()]
    .filter(Boolean)
    .join('-');
});

const timeZoneOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value.length <= 64 && /^(?:[A-Z][A-Za-z_]+(?:\/[A-Za-z0-9_+-]+){1,2}|UTC|[+-]\d\d:\d\d)$/.test(value)
    ? value
    : undefined;

/** `{from: "22:00", to: "07:00"}` or `"22:00-07:00"`. */
function windowOf(value: unknown): { from: string; to: string } | undefined {
  const [from, to] =
    typeof value === 'string'
      ? value.split(/\s*[-–]\s*/)
      : typeof value === 'object' && value !== null
        ? [(value as { from?: unknown }).from, (value as { to?: unknown }).to]
        : [];
  const window = { from: timeOf(from), to: timeOf(to) };
  return window.from === undefined || window.to === undefined || window.from === window.to
    ? undefined
    : { from: window.from, to: window.to };
}

/** `9:05` → `09:05`. */
function timeOf(value: unknown): string | undefined {
  const text = typeof value === 'string' ? (value === '24:00' ? '00:00' : value.padStart(5, '0')) : '';
  return /^(?:[01]\d|2[0-3]):[0-5]\d$/.test(text) ? text : undefined;
}
