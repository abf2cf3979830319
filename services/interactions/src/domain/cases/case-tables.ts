import type { CasePriority, Complexity, Sensitivity } from '@rapport/contracts';

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** What an event that speaks of a case does to it. `opens`: also when nothing else would. */
export interface CaseEventRow {
  readonly does: 'open' | 'update' | 'escalate' | 'resolve' | 'close' | 'reopen' | 'assign' | 'unassign' | 'prioritise' | 'merge';
  readonly opens?: true;
}

// biome-ignore format: a table is read by its columns
export const CASE_EVENTS: Readonly<Record<string, CaseEventRow>> = {
  'Case Opened':      { does: 'open', opens: true },
  'Case Updated':     { does: 'update', opens: true },
  'Case Escalated':   { does: 'escalate', opens: true },
  'Case Reopened':    { does: 'reopen', opens: true },
  'Case Resolved':    { does: 'resolve' },
  'Case Closed':      { does: 'close' },
  'Case Assigned':    { does: 'assign' },
  'Case Unassigned':  { does: 'unassign' },
  'Case Prioritised': { does: 'prioritise' },
  'Case Merged':      { does: 'merge' },
};
export const caseEventOf = (event: string): CaseEventRow | undefined =>
  Object.hasOwn(CASE_EVENTS, event) ? CASE_EVENTS[event] : undefined;

/** Reactive by their row of the classification table, and yet nobody waits for an answer: they join a case, and open none. */
export const OPENS_NO_CASE: ReadonlySet<string> = new Set([
  'Order Refunded',
  'Return Received',
  'Return Completed',
  'Email Marked as Spam',
  'Message Edited',
  'Brand Mentioned',
  'Live Chat Conversation Ended',
  'Call Recorded',
  'Call Answered',
]);

/** The company hands the customer over: whichever channel he comes by next was its own proposal. */
export const HANDS_OVER: ReadonlySet<string> = new Set(['Chatbot Handed Over', 'Call Transferred', 'Case Escalated']);

/** Words by which a sender says that the matter is done. */
export const RESOLVED_OUTCOMES: ReadonlySet<string> = new Set(['resolved', 'solved', 'completed', 'done']);

/** A survey's answer at or below `bad` opens a case (DOMAIN §3: CSAT 1–5, CES 1–7, NPS 0–10). */
// biome-ignore format: a table is read by its columns
export const BAD_ANSWERS: Readonly<Record<string, number>> = {
  csat: 2,
  ces:  3,
  nps:  6,
};
/** Without its scale a score is read as CSAT. */
export const DEFAULT_SCALE = 'csat';

/**
 * How an interaction without any link finds its case. The first row that fits counts; a doubt grows from `doubt[0]` at once to `doubt[1]` at the end of the
 * window, and each further case that fits as well adds {@link DOUBT_PER_RIVAL}.
 */
export interface JoinRule {
  readonly name: string;
  readonly who: 'customer' | 'company';
  readonly matter: 'same_order' | 'same_touchpoint' | 'unstated' | 'any';
  readonly withinMs: number;
  readonly doubt: readonly [number, number];
  readonly reason: string;
}
// biome-ignore format: a table is read by its columns
export const JOIN_RULES: readonly JoinRule[] = [
  { name: 'same_order',      who: 'customer', matter: 'same_order',      withinMs: 30 * DAY_MS, doubt: [.05, .2], reason: 'the same customer about the same order' },
  { name: 'same_touchpoint', who: 'customer', matter: 'same_touchpoint', withinMs: 7 * DAY_MS,  doubt: [.1, .5],  reason: 'the same customer about the same touchpoint' },
  { name: 'unstated_matter', who: 'customer', matter: 'unstated',        withinMs: 2 * DAY_MS,  doubt: [.25, .6], reason: 'the same customer, and one of the two does not say what it is about' },
  { name: 'same_order',      who: 'company',  matter: 'same_order',      withinMs: 30 * DAY_MS, doubt: [.05, .2], reason: 'the company about the same order' },
  { name: 'company_speaks',  who: 'company',  matter: 'any',             withinMs: 7 * DAY_MS,  doubt: [.15, .5], reason: 'the company speaks to a customer who waits for an answer' },
];
export const DOUBT_PER_RIVAL = 0.15;
export const DOUBT_MAX = 0.95;
/** More than a change of mind: what joins a case that was resolved might as well be a new need. */
export const DOUBT_OF_RESOLVED = 0.1;
/** A link names a thread, and threads are reused. */
export const DOUBT_OF_THREAD = 0.05;

/** By how much working time a case is to be answered and resolved. The first row that fits counts. */
export interface TargetRow {
  readonly sensitivity?: Sensitivity;
  readonly complexity?: Complexity;
  readonly firstResponseMs: number;
  readonly resolutionMs: number;
}
// biome-ignore format: a table is read by its columns
export const TARGETS: readonly TargetRow[] = [
  { sensitivity: 'sensitive', complexity: 'complex', firstResponseMs: 1 * HOUR_MS, resolutionMs: 16 * HOUR_MS },
  { sensitivity: 'sensitive',                        firstResponseMs: 1 * HOUR_MS, resolutionMs: 8 * HOUR_MS },
  {                           complexity: 'complex', firstResponseMs: 2 * HOUR_MS, resolutionMs: 24 * HOUR_MS },
  {                                                  firstResponseMs: 4 * HOUR_MS, resolutionMs: 16 * HOUR_MS },
];

/** Priority = sensitivity × value × age; an escalation doubles it. */
export const SENSITIVITY_WEIGHT: Readonly<Record<Sensitivity, number>> = { normal: 1, sensitive: 2 };
export const ESCALATION_WEIGHT = 2;
/** What is a lot of money differs by currency: from each amount on the weight beside it. A currency that is not here weighs nothing extra. */
// biome-ignore format: a table is read by its columns
export const VALUE_WEIGHTS: Readonly<Record<string, readonly (readonly [from: number, weight: number])[]>> = {
  VND: [[25_000_000, 2], [2_500_000, 1.5]],
  USD: [[1_000, 2], [100, 1.5]],
  EUR: [[1_000, 2], [100, 1.5]],
  GBP: [[1_000, 2], [100, 1.5]],
};
/** Age as a share of the resolution target, in working time: from each share on the weight beside it. */
export const AGE_WEIGHTS: readonly (readonly [share: number, weight: number])[] = [
  [2, 3],
  [1, 2],
  [0.5, 1.5],
  [0, 1],
];
/** From each product on the priority beside it. */
export const PRIORITY_FROM: readonly (readonly [from: number, priority: CasePriority])[] = [
  [6, 'urgent'],
  [3, 'high'],
  [1.5, 'normal'],
  [0, 'low'],
];

/** A resolved case can be continued for so long; then it is closed. */
export const CLOSES_AFTER_RESOLVED_MS = 14 * DAY_MS;
/** An open case in which nobody says anything for so long is closed. */
export const CLOSES_AFTER_SILENCE_MS = 60 * DAY_MS;
/** Words that are kept of what was said. */
export const GIST_CHARS_MAX = 200;
/** Of one customer: a kiosk that asks for everybody must not become thousands of needs. */
export const OPEN_CASES_MAX = 100;
