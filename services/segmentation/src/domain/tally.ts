import Big from 'big.js';
import { readBehaviour, type Behaviour } from './behaviour.js';
import { decimalOf, minus, plus } from './decimal.js';
import type { TallyDefinition, Times } from './rule.js';
import { NEVER, settled, type Verdict } from './verdict.js';

/** An event that a tally remembers: its time (epoch milliseconds) and, of a sum, its amount. */
type Entry = readonly [at: number, amount?: string];

/**
 * What one customer's history says to one leaf, as of an instant that only moves forward. It is a function of the *set* of events and that instant,
 * whatever the order or the batches in which they came:
 * - `ahead`: events whose time has not come (a sender's clock ran fast); they count from their own time on.
 * - `held`: of a `within` window, the counted events that will leave it, oldest first. A count keeps only the `keep` newest of them: whether at
 *   least (at most, exactly) n happened in a window is decided by the newest n + 1, at this and every later instant. A sum needs all; beyond
 *   MAX_HELD the two oldest are joined at the time of the later, so that what is in the window stays exact and may leave it one event late.
 * - `n`, `sum`, `last`: number, exact total and latest time of the counted events. In a count with `within`, `n` is the number held.
 * It is stored as it stands, as JSON.
 */
export interface Tally {
  n: number;
  sum: string;
  last: number;
  held: Entry[];
  ahead: Entry[];
}

export const MAX_HELD = 2000;
export const MAX_AHEAD = 1000;

export const emptyTally = (): Tally => ({ n: 0, sum: '0', last: 0, held: [], ahead: [] });

/** Adds one event, which must `counts`. `t` = the instant of the tally. Of a sum, an event without a number in the property does not count. */
export function add(tally: Tally, definition: TallyDefinition, behaviour: Behaviour, t: number): void {
  const amount = definition.sumOf ? decimalOf(readBehaviour(behaviour, definition.sumOf))?.toFixed() : undefined;
  if (definition.sumOf && amount === undefined) return;
  const entry: Entry = amount === undefined ? [behaviour.at] : [behaviour.at, amount];
  if (behaviour.at <= t) count(tally, definition, entry, t);
  else {
    insert(tally.ahead, entry);
    if (tally.ahead.length > MAX_AHEAD) tally.ahead.pop();
  }
}

/** Moves the tally forward to the instant `t`: what is due from `ahead` counts, what left the window does not any more. */
export function advance(tally: Tally, definition: TallyDefinition, t: number): void {
  while (tally.ahead.length > 0 && tally.ahead[0]![0] <= t) count(tally, definition, tally.ahead.shift()!, t);
  if (definition.window.kind !== 'within') return;
  while (tally.held.length > 0 && tally.held[0]![0] + definition.window.ms <= t) dropOldest(tally);
}

function count(tally: Tally, definition: TallyDefinition, entry: Entry, t: number): void {
  const { window, keep, sumOf } = definition;
  if (window.kind === 'within' && entry[0] + window.ms <= t) return;
  tally.n += 1;
  tally.last = Math.max(tally.last, entry[0]);
  if (entry[1] !== undefined) tally.sum = plus(tally.sum, entry[1]);
  if (window.kind !== 'within') return;
  insert(tally.held, entry);
  if (!sumOf && tally.held.length > keep) dropOldest(tally);
  if (sumOf && tally.held.length > MAX_HELD) joinOldest(tally);
}

function dropOldest(tally: Tally): void {
  const [, amount] = tally.held.shift()!;
  tally.n -= 1;
  if (amount !== undefined) tally.sum = minus(tally.sum, amount);
}

function joinOldest(tally: Tally): void {
  const [, first] = tally.held.shift()!;
  const [at, second] = tally.held[0]!;
  tally.held[0] = [at, plus(first!, second!)];
}

/** Keeps the list in the order of time. Events mostly come in order, so it is looked through from the end. */
function insert(list: Entry[], entry: Entry): void {
  let place = list.length;
  while (place > 0 && list[place - 1]![0] > entry[0]) place -= 1;
  list.splice(place, 0, entry);
}

/** Two persons became one: the tally of both histories together. Both must stand at the instant `t`; `from` is used up. */
export function mergeTally(into: Tally, from: Tally, definition: TallyDefinition, t: number): void {
  for (const entry of from.ahead) insert(into.ahead, entry);
  into.ahead.length = Math.min(into.ahead.length, MAX_AHEAD);
  into.last = Math.max(into.last, from.last);
  if (definition.window.kind === 'within') {
    for (const entry of from.held) count(into, definition, entry, t);
    return;
  }
  into.n += from.n;
  into.sum = plus(into.sum, from.sum);
}

/** How often it happened, against how often it should. The tally must stand at the instant of the question. */
export function judgeTimes(tally: Tally | undefined, definition: TallyDefinition, times: Times): Verdict {
  if (!tally) return settled(within(0, times));
  const holds = within(tally.n, times);
  return { holds, reviewAt: Math.min(tally.ahead[0]?.[0] ?? NEVER, nextChange(tally, definition, times, holds)) };
}

const within = (n: number, times: Times): boolean => n >= times.atLeast && n <= times.atMost;

/** The instant at which so many have left the window that the answer turns. */
function nextChange(tally: Tally, definition: TallyDefinition, times: Times, holds: boolean): number {
  if (definition.window.kind !== 'within') return NEVER;
  const left = tally.held.findIndex((_, index) => within(tally.n - index - 1, times) !== holds);
  return left < 0 ? NEVER : tally.held[left]![0] + definition.window.ms;
}

/** When a sum may change with no interaction. */
export function nextSumChange(tally: Tally, definition: TallyDefinition): number {
  const leaves = definition.window.kind === 'within' && tally.held.length > 0 ? tally.held[0]![0] + definition.window.ms : NEVER;
  return Math.min(tally.ahead[0]?.[0] ?? NEVER, leaves);
}

export interface TallyEvidence {
  readonly count: number;
  /** There may be more in the window than the rule needs to know. */
  readonly orMore?: true;
  readonly sum?: string;
  readonly lastAt?: string;
}

export function evidenceOf(tally: Tally | undefined, definition: TallyDefinition): TallyEvidence {
  const { n, last, sum } = tally ?? emptyTally();
  return {
    count: n,
    ...(definition.keep > 0 && n >= definition.keep ? { orMore: true as const } : {}),
    ...(definition.sumOf ? { sum: new Big(sum).toFixed() } : {}),
    ...(n > 0 ? { lastAt: new Date(last).toISOString() } : {}),
  };
}
