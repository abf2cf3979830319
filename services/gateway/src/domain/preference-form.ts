import type { Channel } from '@rapport/contracts';
import {
  CHOOSABLE_PURPOSES,
  type ConsentCell,
  type ConsentChange,
  type PreferenceChanges,
  type PreferenceView,
  type QuietHours,
} from './preferences.js';
import { isLanguage, TIME_OF_DAY } from './read-preference-changes.js';
import { isTimeZone } from './time-zones.js';

export const consentField = ({ purpose, channel }: Pick<ConsentCell, 'purpose' | 'channel'>): string => `consent.${purpose}.${channel}`;
/** Beside each field the value with which the page was shown: only what the person changed is said. */
export const shownField = (field: string): string => `was.${field}`;
export const STOP_ALL = 'stop';

/** In the words of the page, in which each consent is given. */
export type WordingOf = (change: Pick<ConsentChange, 'purpose' | 'channel' | 'state'>) => string;
export interface Wording {
  readonly of: WordingOf;
  readonly version: string;
}

/** What the filled-in page asks for. Fields that it did not show, and values that it did not offer, change nothing. */
export function changesIn(form: URLSearchParams, view: PreferenceView, wording: Wording): PreferenceChanges {
  const said = (change: Pick<ConsentChange, 'purpose' | 'channel' | 'state'>): ConsentChange => ({
    ...change,
    wording: wording.of(change),
    wordingVersion: wording.version,
  });
  if (form.get('action') === STOP_ALL)
    return { consents: CHOOSABLE_PURPOSES.map((purpose) => said({ purpose, channel: '*', state: 'withdrawn' })) };
  const channel = changed(form, 'channel', (value) => view.channels.includes(value as Channel));
  const language = changed(form, 'language', isLanguage);
  const timeZone = changed(form, 'timeZone', isTimeZone);
  const quietHours = quietHoursIn(form);
  return {
    ...(channel === undefined ? {} : { channel: channel as Channel | null }),
    ...(language === undefined ? {} : { language }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(quietHours === undefined ? {} : { quietHours }),
    consents: view.consents.flatMap((cell) => {
      const field = consentField(cell);
      const was = form.get(shownField(field));
      const now = form.has(field) ? '1' : '0'; // a box that is not ticked is not sent
      if (was === null || was === now) return [];
      return [said({ purpose: cell.purpose, channel: cell.channel, state: now === '1' ? 'granted' : 'withdrawn' })];
    }),
  };
}

/** The new value, null when the statement is taken back, undefined when nothing changed or it is none. */
function changed(form: URLSearchParams, field: string, isOne: (value: string) => boolean): string | null | undefined {
  const [now, was] = [form.get(field), form.get(shownField(field))];
  if (now === null || was === null || now === was) return undefined;
  if (now === '') return null;
  return isOne(now) ? now : undefined;
}

function quietHoursIn(form: URLSearchParams): PreferenceChanges['quietHours'] {
  const entered = enteredQuietHours(form);
  if (entered === undefined || isUnclear(entered)) return undefined;
  return entered.from === '' ? null : entered;
}

/**
 * Times of day that were entered and make no quiet hours: one without the other, or twice the same. The page says so, for a change that is
 * silently lost is worse than none; the rest of the form counts, and a refusal in it most of all.
 */
export function unclearQuietHoursIn(form: URLSearchParams): QuietHours | undefined {
  const entered = form.get('action') === STOP_ALL ? undefined : enteredQuietHours(form);
  return entered !== undefined && isUnclear(entered) ? entered : undefined;
}

/** undefined when the form shows none, or nobody touched them. */
function enteredQuietHours(form: URLSearchParams): QuietHours | undefined {
  const [from, to] = [form.get('quietFrom'), form.get('quietTo')];
  if (from === null || to === null) return undefined;
  return from === form.get(shownField('quietFrom')) && to === form.get(shownField('quietTo')) ? undefined : { from, to };
}

function isUnclear({ from, to }: QuietHours): boolean {
  if (from === '' && to === '') return false;
  return !TIME_OF_DAY.test(from) || !TIME_OF_DAY.test(to) || from === to;
}

/** What the page shows once the changes are on their way: the profile itself follows a moment later. */
export function viewAfter(view: PreferenceView, { consents, ...stated }: PreferenceChanges): PreferenceView {
  const preferences = Object.fromEntries(
    Object.entries(stated).map(([name, value]) => [name, value === null ? null : { value, source: 'stated', basis: 'preference-centre' }]),
  );
  return {
    ...view,
    ...preferences,
    consents: view.consents.map((cell) => {
      const change = consents.find(({ purpose, channel }) => purpose === cell.purpose && (channel === cell.channel || channel === '*'));
      return change === undefined ? cell : { ...cell, state: change.state, allowed: change.state === 'granted' };
    }),
  };
}
