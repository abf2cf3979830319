import {
  type Answer,
  type CustomerPath,
  type Matter,
  type MembershipState,
  type Outcome,
  PATH_LIMITS,
  SLOT_MS,
  slotOf,
  type Touch,
} from './customer-path.js';
import { joinMatters } from './resolution.js';
import type { Step } from './steps.js';

/** Adds one interaction. @returns from which instant on the path may differ from what it was; Infinity when it does not. */
export function foldStep(path: CustomerPath, step: Step): number {
  const touched = addTouch(path.touches, touchOf(step));
  const since = Math.min(
    touched ? slotOf(step.at) * SLOT_MS : Number.POSITIVE_INFINITY,
    step.matter === undefined ? Number.POSITIVE_INFINITY : addMatter(path.matters, step.matter.reference, step.matter.part),
  );
  const told =
    (step.outcome !== undefined && addSorted(path.outcomes, { at: step.at, event: step.outcome }, PATH_LIMITS.outcomes)) ||
    (step.answer !== undefined && addSorted(path.answers, step.answer, PATH_LIMITS.answers));
  return told ? Math.min(since, step.at) : since;
}

/** Two profiles are one customer: what `from` has becomes part of `into`. */
export function joinPaths(into: CustomerPath, from: CustomerPath): void {
  for (const touch of from.touches) addTouch(into.touches, touch);
  for (const outcome of from.outcomes) addSorted(into.outcomes, outcome, PATH_LIMITS.outcomes);
  for (const answer of from.answers) addSorted(into.answers, answer, PATH_LIMITS.answers);
  for (const [reference, matter] of from.matters) addMatter(into.matters, reference, matter);
  for (const [segmentId, states] of from.memberships)
    for (const [profileId, state] of states) foldMembership(into, segmentId, profileId, state);
  for (const [profileId, at] of from.absorbed) into.absorbed.set(profileId, at);
}

/** Takes out what interactions said: up to this version of the profile they are listed elsewhere. */
export function forgetSteps(path: CustomerPath, upTo: number): void {
  for (const list of [path.touches, path.outcomes, path.answers]) list.length = 0;
  path.matters.clear();
  path.listedUpTo = upTo;
}

/**
 * The profile `id` is no part of the customer any more. What segments it was in moved over without a word and stays, until the customer is said to have left them;
 * what is said of `id` from `at` on is its own.
 */
export function leaveMemberships(staying: CustomerPath, leaving: CustomerPath, id: string, at: number): void {
  for (const [segmentId, states] of leaving.memberships) {
    for (const [profileId, state] of states) if (state.at < at) foldMembership(staying, segmentId, profileId, state);
    const own = states.get(id);
    if (own !== undefined && own.at >= at) leaving.memberships.set(segmentId, new Map([[id, own]]));
    else leaving.memberships.delete(segmentId);
  }
  for (const [profileId, since] of leaving.absorbed) staying.absorbed.set(profileId, since);
  leaving.absorbed.clear();
}

/** The newest word about one profile in one segment. */
export function foldMembership(path: CustomerPath, segmentId: string, profileId: string, state: MembershipState): void {
  const states = path.memberships.get(segmentId);
  if ((states?.get(profileId)?.sequence ?? 0) < state.sequence) path.memberships.set(segmentId, new Map(states).set(profileId, state));
}

/**
 * The segments that the customer is in. A membership that an absorbed profile had moves over without a word (segmentation), and ends when the survivor is said to
 * have left after the merge.
 */
export function segmentsOf(path: CustomerPath, profileId: string): string[] {
  const segments: string[] = [];
  for (const [segmentId, states] of path.memberships) {
    const own = states.get(profileId);
    const isIn = [...states].some(([id, { sequence }]) => {
      if (sequence % 2 === 0) return false;
      if (id === profileId || own === undefined || own.sequence % 2 === 1) return true;
      return own.at <= (path.absorbed.get(id) ?? Number.POSITIVE_INFINITY);
    });
    if (isIn) segments.push(segmentId);
  }
  return segments.sort();
}

/**
 * Takes out what is older than records are kept: from then on a late event has nothing to stand beside.
 * @param horizon the beginning of a slot
 */
export function forgetBefore(path: CustomerPath, horizon: number): void {
  drop(path.touches, horizon);
  drop(path.outcomes, horizon);
  drop(path.answers, horizon);
  for (const [reference, { lastAt }] of path.matters) if (lastAt < horizon) path.matters.delete(reference);
}

function drop(sorted: { readonly at: number }[], horizon: number): void {
  let old = 0;
  while (old < sorted.length && sorted[old]!.at < horizon) old++;
  if (old > 0) sorted.splice(0, old);
}

const touchOf = ({ at, channel, place, handling, complexity, sensitivity, tone }: Step): Touch => ({
  slot: slotOf(at),
  channel,
  place,
  at,
  handling,
  complexity,
  sensitivity,
  tone: tone ?? 0,
  tones: tone === undefined ? 0 : 1,
});

/** Touches are sorted by slot, channel, place: most contacts find theirs at the end. @returns whether anything differs. */
function addTouch(touches: Touch[], touch: Touch): boolean {
  let index = touches.length;
  while (index > 0 && compareTouches(touches[index - 1]!, touch) > 0) index--;
  const known = touches[index - 1];
  if (known === undefined || compareTouches(known, touch) !== 0) {
    if (touches.length >= PATH_LIMITS.touches) return false;
    touches.splice(index, 0, touch);
    return true;
  }
  const differs =
    touch.at < known.at ||
    touch.handling > known.handling ||
    touch.complexity > known.complexity ||
    touch.sensitivity > known.sensitivity ||
    touch.tones > 0;
  if (differs) {
    touches[index - 1] = {
      ...known,
      at: Math.min(known.at, touch.at),
      handling: Math.max(known.handling, touch.handling),
      complexity: Math.max(known.complexity, touch.complexity),
      sensitivity: Math.max(known.sensitivity, touch.sensitivity),
      tone: known.tone + touch.tone,
      tones: known.tones + touch.tones,
    };
  }
  return differs;
}

const compareTouches = (a: Touch, b: Touch): number => a.slot - b.slot || compare(a.channel, b.channel) || compare(a.place, b.place);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function addSorted<T extends Outcome | Answer>(sorted: T[], entry: T, max: number): boolean {
  if (sorted.length >= max) return false;
  let index = sorted.length;
  while (index > 0 && sorted[index - 1]!.at > entry.at) index--;
  sorted.splice(index, 0, entry);
  return true;
}

/** @returns from which instant on what counts of it may differ; Infinity when it was left out. */
function addMatter(matters: Map<string, Matter>, reference: string, part: Matter): number {
  const known = matters.get(reference);
  if (known === undefined && matters.size >= PATH_LIMITS.matters) return Number.POSITIVE_INFINITY;
  const joined = known === undefined ? part : joinMatters(known, part);
  matters.set(reference, joined);
  return Math.min(joined.openedAt, part.lastAt);
}
