import { type ContactCount, isOfService, type ProfileAspect, type ProfileHints } from '@rapport/contracts';
import type { PlannedProfile } from './plan-batch.js';
import type { ProfileState } from './profile-state.js';
import { entryOf, type Table } from './registers.js';

/**
 * What a fact may say in its headers about its difference to the version before. Folding hands on what did not change as it is, so identity tells.
 * @returns undefined where everything may be new to a reader: of a new profile, of a merge and its undoing, and when the fact before may be gone from the
 *   compacted log, so that a reader who begins now meets only this one.
 */
export function hintsOf({ before, state, applied, ...profile }: PlannedProfile): ProfileHints | undefined {
  const { mergedFrom, mergedInto, split, unmergedFrom } = profile;
  if (before === undefined || !before.isInLog) return undefined;
  if (mergedFrom.length > 0 || mergedInto !== undefined || split !== undefined || unmergedFrom !== undefined) return undefined;
  const changed = new Set<ProfileAspect>();
  for (const [member, aspects] of ASPECTS_OF) if (before.state[member] !== state[member]) for (const aspect of aspects) changed.add(aspect);
  if (
    hasNewDay(before.state.contactsByChannel, state.contactsByChannel) ||
    hasNewDay(before.state.contactsByHandling, state.contactsByHandling)
  )
    changed.add('contacts');
  if (applied.some(({ notificationId }) => notificationId !== undefined)) changed.add('notifications');
  return { changed, events: new Set(applied.map(({ event }) => event)), service: applied.some(isOfService) };
}

const ASPECTS_OF: readonly (readonly [keyof ProfileState, readonly ProfileAspect[]])[] = [
  ['identifiers', ['identifiers', 'contactPoints', 'preferences']],
  ['traits', ['traits', 'contactPoints', 'preferences']],
  ['addressMarks', ['contactPoints']],
  ['consents', ['consents']],
  ['consentRequests', ['consents']],
  ['seenLocale', ['preferences']],
  ['seenTimeZone', ['preferences']],
  ['cameBy', ['preferences']],
  ['accounts', ['accounts']],
  ['accountRoles', ['accounts']],
  ['orders', ['orders']],
  ['refunds', ['orders']],
  ['surveyAnswers', ['satisfaction']],
  ['cases', ['cases']],
  ['agent', ['agent']],
];

const DAY_CHARS = '2026-01-01'.length;

function hasNewDay(before: Table<ContactCount>, now: Table<ContactCount>): boolean {
  if (before === now) return false;
  for (const key in now) {
    const { lastAt } = now[key]!;
    if (entryOf(before, key)?.lastAt.slice(0, DAY_CHARS) !== lastAt.slice(0, DAY_CHARS)) return true;
  }
  return false;
}
