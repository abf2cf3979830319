import { CHANNELS, type Channel, type Purpose } from '@rapport/contracts';
import type { ItemError } from './item-error.js';
import { isObject } from './parse-json.js';
import { CHOOSABLE_PURPOSES, type ConsentChange, type PreferenceChanges } from './preferences.js';
import { isTimeZone } from './time-zones.js';

const CONSENTS_MAX = 100;
const WORDING_CHARS_MAX = 2_000;
const VERSION_CHARS_MAX = 100;
const LANGUAGE = /^[A-Za-z]{2,3}(?:-[A-Za-z]{4})?(?:-(?:[A-Za-z]{2}|\d{3}))?$/;
export const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;

const isChannel = (value: unknown): value is Channel => (CHANNELS as readonly unknown[]).includes(value);
export const isLanguage = (value: unknown): value is string => typeof value === 'string' && LANGUAGE.test(value);

/** What each member must be when it is not null. */
const MEMBERS: Readonly<Record<string, readonly [is: (value: unknown) => boolean, must: string]>> = {
  channel: [isChannel, 'must be a channel, or null'],
  language: [isLanguage, 'must be a language such as vi or en-GB, or null'],
  timeZone: [(value) => typeof value === 'string' && isTimeZone(value), 'must be a time zone such as Asia/Ho_Chi_Minh, or null'],
  quietHours: [isQuietHours, 'must be {"from": "22:00", "to": "07:00"} with two different times, or null'],
};

function isQuietHours(value: unknown): boolean {
  if (!isObject(value)) return false;
  const { from, to, ...others } = value;
  return [from, to].every((time) => typeof time === 'string' && TIME_OF_DAY.test(time)) && from !== to && Object.keys(others).length === 0;
}

/** Reads the body of `PATCH …/preferences`. null has a meaning here, so this is no DTO. @returns every finding by its pointer */
export function readPreferenceChanges(body: unknown): { readonly changes: PreferenceChanges } | { readonly errors: readonly ItemError[] } {
  if (!isObject(body)) return { errors: [{ pointer: '', detail: 'must be an object' }] };
  const errors: ItemError[] = [];
  const refuse = (pointer: string, detail: string): void => void errors.push({ pointer, detail });
  const { consents = [], ...preferences } = body;
  for (const [name, value] of Object.entries(preferences)) {
    const member = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (member === undefined) refuse(`/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'is no preference');
    else if (value !== null && !member[0](value)) refuse(`/${name}`, member[1]);
  }
  if (!Array.isArray(consents) || consents.length > CONSENTS_MAX) refuse('/consents', `must be a list of at most ${CONSENTS_MAX}`);
  else for (const [index, consent] of consents.entries()) checkConsent(consent, `/consents/${index}`, refuse);
  if (Object.keys(preferences).length === 0 && Array.isArray(consents) && consents.length === 0) refuse('', 'must change something');
  return errors.length > 0 ? { errors } : { changes: { ...preferences, consents: consents as ConsentChange[] } };
}

function checkConsent(consent: unknown, pointer: string, refuse: (pointer: string, detail: string) => void): void {
  if (!isObject(consent)) return refuse(pointer, 'must be an object');
  const { purpose, channel, state, wording, wordingVersion, ...others } = consent;
  if (!CHOOSABLE_PURPOSES.includes(purpose as Purpose)) refuse(`${pointer}/purpose`, `must be one of ${CHOOSABLE_PURPOSES.join(', ')}`);
  if (channel !== '*' && !isChannel(channel)) refuse(`${pointer}/channel`, 'must be a channel, or * for all of them');
  if (state !== 'granted' && state !== 'withdrawn') refuse(`${pointer}/state`, 'must be granted or withdrawn');
  for (const [name, value, max] of [
    ['wording', wording, WORDING_CHARS_MAX] as const,
    ['wordingVersion', wordingVersion, VERSION_CHARS_MAX] as const,
  ])
    if (value !== undefined && (typeof value !== 'string' || value.length > max))
      refuse(`${pointer}/${name}`, `must be a text of at most ${max} characters`);
  for (const name of Object.keys(others))
    refuse(`${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, 'is no member of a consent');
}
