import { NOWHERE, type Place, partsOf } from './codes.js';
import { type CustomerPath, notBefore, type Touch } from './customer-path.js';
import { TRAIL_PLACES_MAX } from './outcomes.js';
import { type Tally, DAY_MS, dayOf } from './tally.js';
import { bucketOf } from './time-buckets.js';

/** After so long without a contact a journey has ended; what comes later begins another. */
export const JOURNEY_GAP_MS = 30 * DAY_MS;

/** All touches of one hour at one place, on whichever channels, by the time of the first. */
interface Visit {
  readonly place: Place;
  readonly at: number;
}

/**
 * What one customer adds to the journey map. Each visit is left exactly once, so that of every place: visits = moves from it + ends at it.
 * - `start` place: a journey began.  `end` place: no further visit, or none within {@link JOURNEY_GAP_MS}.
 * - `move` place → next, with the bucket of the time between the two; it counts on the day of the visit that was left.
 * - `tone`, `tones` place: sum of sentiments in thousandths, and of how many texts.
 * - `csat`, `ces`, `nps` place, the score as its bucket: what the survey names, or the last place before the answer.
 * - `outcome` event, the way to it: the last places within the journey, each once in a row.
 * @param since counts only what can differ when something at or after this instant does; -Infinity: everything
 * @param sign 1 to add, -1 to take away
 */
export function countJourneys(path: CustomerPath, since: number, sign: 1n | -1n, tally: Tally): void {
  const outcomes = notBefore(path.outcomes, since);
  const answers = notBefore(path.answers, since);
  // what looks back along the way needs all of it; the rest only the visit that is left
  const visits = visitsOf(path.touches, outcomes.length + answers.length > 0 ? 0 : slotBefore(path.touches, since));
  countMoves(visits, since, sign, tally);
  for (const { at, place, tone, tones } of notBefore(path.touches, since)) {
    if (tones === 0 || place === NOWHERE) continue;
    tally.add([dayOf(at), 'tone', place, '', 0], sign * BigInt(tone));
    tally.add([dayOf(at), 'tones', place, '', 0], sign * BigInt(tones));
  }
  for (const { at, scale, score, place = lastPlaceBefore(visits, at) } of answers)
    if (place !== undefined) tally.add([dayOf(at), scale, place, '', score], sign);
  for (const { at, event } of outcomes) tally.add([dayOf(at), 'outcome', event, trailTo(visits, at), 0], sign);
}

function countMoves(visits: readonly Visit[], since: number, sign: 1n | -1n, tally: Tally): void {
  for (let index = visits.length - 1; index >= 0; index--) {
    const visit = visits[index]!;
    const next = visits[index + 1];
    if (next !== undefined && next.at < since) return; // this one and all before it stay as they were
    const day = dayOf(visit.at);
    if (next === undefined || next.at - visit.at > JOURNEY_GAP_MS) tally.add([day, 'end', visit.place, '', 0], sign);
    else tally.add([day, 'move', visit.place, next.place, bucketOf(next.at - visit.at)], sign);
    const before = visits[index - 1];
    if (visit.at >= since && (before === undefined || visit.at - before.at > JOURNEY_GAP_MS))
      tally.add([day, 'start', visit.place, '', 0], sign);
  }
}

/** Where the slot of the last visit before `since` begins. */
function slotBefore(touches: readonly Touch[], since: number): number {
  let last = touches.length - 1;
  while (last >= 0 && (touches[last]!.at >= since || touches[last]!.place === NOWHERE)) last--;
  let begin = Math.max(last, 0);
  while (begin > 0 && touches[begin - 1]!.slot === touches[last]!.slot) begin--;
  return begin;
}

function visitsOf(touches: readonly Touch[], begin: number): Visit[] {
  const visits: Visit[] = [];
  for (let from = begin; from < touches.length; ) {
    let to = from + 1;
    while (to < touches.length && touches[to]!.slot === touches[from]!.slot) to++;
    addSlot(touches, from, to, visits);
    from = to;
  }
  return visits;
}

function addSlot(touches: readonly Touch[], from: number, to: number, visits: Visit[]): void {
  if (to - from === 1) {
    const { place, at } = touches[from]!;
    if (place !== NOWHERE) visits.push({ place, at });
    return;
  }
  const first = new Map<Place, number>();
  for (let index = from; index < to; index++) {
    const { place, at } = touches[index]!;
    if (place !== NOWHERE) first.set(place, Math.min(at, first.get(place) ?? at));
  }
  const slot = [...first].map(([place, at]) => ({ place, at }));
  visits.push(...slot.sort((a, b) => a.at - b.at || (a.place < b.place ? -1 : 1)));
}

/** The survey itself is not what it asks about. */
function lastPlaceBefore(visits: readonly Visit[], at: number): Place | undefined {
  for (let index = visits.length - 1; index >= 0; index--) {
    const visit = visits[index]!;
    if (at - visit.at > JOURNEY_GAP_MS) return undefined;
    if (visit.at < at && partsOf(visit.place).touchpoint !== 'survey') return visit.place;
  }
  return undefined;
}

function trailTo(visits: readonly Visit[], at: number): string {
  const trail: Place[] = [];
  let later = at;
  for (let index = visits.length - 1; index >= 0 && trail.length < TRAIL_PLACES_MAX; index--) {
    const visit = visits[index]!;
    if (visit.at > at) continue;
    if (later - visit.at > JOURNEY_GAP_MS) break;
    later = visit.at;
    if (trail.at(-1) !== visit.place) trail.push(visit.place);
  }
  return trail.reverse().join('>');
}
