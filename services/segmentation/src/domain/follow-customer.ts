import type { CustomerClassified, LeafEvidence, MembershipChanged } from '@rapport/contracts';
import type { Behaviour } from './behaviour.js';
import { absorb, isMember, type Customer } from './customer.js';
import { evaluateRule, explainRule, type RuleView } from './evaluate-rule.js';
import { classify, isNews, markPublished } from './relationship/classification.js';
import { presentClassification } from './relationship/present-classification.js';
import { foldEvidence, forgetEvidence, noEvidence } from './relationship/evidence.js';
import { canStillAge } from './relationship/lifecycle.js';
import type { TallyDefinition } from './rule.js';
import type { DepartedSegment, Rulebook } from './rulebook.js';
import type { Snapshot } from './snapshot.js';
import { add, advance, emptyTally } from './tally.js';
import { NEVER, type Verdict } from './verdict.js';
import { DAY_MS, iso } from './windows.js';

/** What became of a customer, in the order in which it happened. */
export type Happened =
  | {
      readonly kind: 'membership';
      readonly segment: DepartedSegment;
      readonly membership: MembershipChanged['membership'];
      readonly sequence: number;
      readonly at: string;
      readonly cause: MembershipChanged['cause'];
      readonly interactionId?: string | undefined;
      readonly why: LeafEvidence[];
    }
  | { readonly kind: 'classified'; readonly fact: CustomerClassified };

export interface News {
  readonly snapshot?: { readonly version: number; readonly value: Snapshot } | undefined;
  readonly behaviours: readonly Behaviour[];
  readonly interactionId?: string | undefined;
}

/** Instants that one input may step through. A customer with more of them overdue goes on at the next tick. */
const MAX_STEPS = 256;

/**
 * Brings a customer who was last seen under an older rulebook to the present one: tallies that are new are made from the history, and every segment is
 * judged under its present rule. `history` must hold all events that the new tallies could count, and none that is still to be `hear`d.
 */
export function refresh(customer: Customer, rulebook: Rulebook, history: readonly Behaviour[], now: number): Happened[] {
  const before = customer.epoch;
  if (before === null) customer.epoch = rulebook.epoch;
  if (before === null || before >= rulebook.epoch) return [];
  const t = Math.max(now, customer.evaluatedAt);
  const happened = runClock(customer, rulebook, t);
  moveTo(customer, rulebook, t);
  fillFromHistory(customer, rulebook, history, before, t);
  customer.epoch = rulebook.epoch;
  happened.push(...leaveDeparted(customer, rulebook, t), ...review(customer, rulebook, t, 'definition'));
  return happened;
}

function fillFromHistory(customer: Customer, rulebook: Rulebook, history: readonly Behaviour[], before: number, t: number): void {
  const missing = missingTallies(rulebook, before);
  for (const definition of missing) delete customer.tallies[definition.key];
  for (const behaviour of history) {
    for (const definition of rulebook.tracking(behaviour)) if (missing.has(definition)) addTo(customer, definition, behaviour, t);
  }
}

/** Tallies that a customer of an older epoch does not have, or has only in part. */
export function missingTallies(rulebook: Rulebook, epoch: number): Set<TallyDefinition> {
  const missing = [...rulebook.tallies.values()].filter((tracked) => tracked.sinceEpoch > epoch);
  return new Set(missing.map((tracked) => tracked.definition));
}

/** Interactions and a snapshot came in. The clock goes first, so that what was due before is told with its own instant and cause. */
export function hear(customer: Customer, rulebook: Rulebook, news: News, now: number): Happened[] {
  const t = Math.max(now, customer.evaluatedAt);
  const happened = runClock(customer, rulebook, t);
  if (news.snapshot && news.snapshot.version > customer.version) {
    customer.version = news.snapshot.version;
    customer.snapshot = news.snapshot.value;
  }
  moveTo(customer, rulebook, t);
  for (const behaviour of news.behaviours) {
    for (const definition of rulebook.tracking(behaviour)) addTo(customer, definition, behaviour, t);
    foldEvidence(customer.evidence, behaviour, t);
  }
  happened.push(...reclassify(customer, t), ...review(customer, rulebook, t, 'interaction', news.interactionId));
  return happened;
}

/** Time passed. */
export function tick(customer: Customer, rulebook: Rulebook, now: number): Happened[] {
  return runClock(customer, rulebook, Math.max(now, customer.evaluatedAt));
}

/** Two persons turned out to be one; both must be refreshed. What was still due of the other is told under its own id. */
export function merge(
  survivor: Customer,
  other: Customer,
  rulebook: Rulebook,
  interactionId: string | undefined,
  now: number,
): { ofSurvivor: Happened[]; ofOther: Happened[] } {
  const t = Math.max(now, survivor.evaluatedAt, other.evaluatedAt);
  const ofOther = runClock(other, rulebook, t);
  const ofSurvivor = runClock(survivor, rulebook, t);
  absorb(survivor, other, rulebook.tallies, t);
  moveTo(survivor, rulebook, t);
  ofSurvivor.push(...reclassify(survivor, t), ...review(survivor, rulebook, t, 'interaction', interactionId));
  return { ofSurvivor, ofOther };
}

/** A merge was undone: everything is counted anew from what was heard of this person. The memberships that no longer hold end. */
export function rebuild(customer: Customer, rulebook: Rulebook, history: readonly Behaviour[], now: number): Happened[] {
  const t = Math.max(now, customer.evaluatedAt);
  const happened = runClock(customer, rulebook, t);
  customer.tallies = {};
  customer.evidence = noEvidence();
  moveTo(customer, rulebook, t);
  for (const behaviour of [...history].sort((a, b) => a.at - b.at)) {
    for (const definition of rulebook.tracking(behaviour)) addTo(customer, definition, behaviour, t);
    foldEvidence(customer.evidence, behaviour, t);
  }
  happened.push(...reclassify(customer, t), ...review(customer, rulebook, t, 'interaction'));
  return happened;
}

/**
 * Before {@link rebuild}, for who lives again: sequences and versions go on above those of the profile that had both, so that a reader takes what
 * comes; no membership is taken over.
 */
export function inheritFrom(customer: Customer, other: Customer): void {
  customer.epoch = other.epoch;
  customer.evaluatedAt = Math.max(customer.evaluatedAt, other.evaluatedAt);
  customer.classification ??= other.classification;
  for (const [segmentId, { sequence, since }] of Object.entries(other.memberships))
    customer.memberships[segmentId] ??= { sequence: sequence + (sequence % 2), since };
}

/** The verdict of every segment on a customer who stands at the instant `t`. */
export function judgeSegments(
  customer: Customer,
  rulebook: Rulebook,
  t: number,
): { verdicts: Map<string, Verdict>; viewOf(references: Readonly<Record<string, string>>): RuleView } {
  const verdicts = new Map<string, Verdict>();
  const viewOf = (references: Readonly<Record<string, string>>): RuleView => ({
    snapshot: customer.snapshot,
    classification: customer.classification,
    tallies: customer.tallies,
    member: (reference) => ({ segmentId: references[reference]!, verdict: verdicts.get(references[reference]!)! }),
  });
  for (const segment of rulebook.segments) verdicts.set(segment.id, evaluateRule(segment.rule, viewOf(segment.references), t));
  return { verdicts, viewOf };
}

/** Moves every tally forward to the instant `t`. */
export function moveTo(customer: Customer, rulebook: Rulebook, t: number): void {
  for (const [key, tally] of Object.entries(customer.tallies)) {
    const tracked = rulebook.tallies.get(key);
    if (tracked) advance(tally, tracked.definition, t);
    else delete customer.tallies[key];
  }
  forgetEvidence(customer.evidence, t);
  customer.evaluatedAt = t;
}

/** Goes through the instants that have come, one after another, so that each change carries the very instant at which it became true. */
function runClock(customer: Customer, rulebook: Rulebook, t: number): Happened[] {
  const happened: Happened[] = [];
  for (let steps = 0; steps < MAX_STEPS && customer.dueAt !== null && customer.dueAt <= t; steps++) {
    const instant = Math.max(customer.dueAt, customer.evaluatedAt);
    moveTo(customer, rulebook, instant);
    if (nextDailyReview(customer) <= instant) happened.push(...reclassify(customer, instant));
    happened.push(...review(customer, rulebook, instant, 'clock'));
  }
  return happened;
}

function review(customer: Customer, rulebook: Rulebook, t: number, cause: MembershipChanged['cause'], interactionId?: string): Happened[] {
  const { verdicts, viewOf } = judgeSegments(customer, rulebook, t);
  const happened: Happened[] = [];
  let next = nextDailyReview(customer);
  for (const segment of rulebook.segments) {
    if (rulebook.changedIn(segment) > customer.epoch!) continue;
    const { holds, reviewAt } = verdicts.get(segment.id)!;
    next = Math.min(next, reviewAt);
    const before = customer.memberships[segment.id];
    if (isMember(before) === holds) continue;
    const why = explainRule(segment.rule, viewOf(segment.references), t);
    happened.push(turn(customer, segment, { cause, interactionId, why }, t));
  }
  // a due time that is too early costs one look; writing each later one would cost a write per interaction
  if (customer.dueAt === null || customer.dueAt <= t || next < customer.dueAt) customer.dueAt = next === NEVER ? null : next;
  return happened;
}

function leaveDeparted(customer: Customer, rulebook: Rulebook, t: number): Happened[] {
  const left = [...rulebook.departed.values()].filter((segment) => isMember(customer.memberships[segment.id]));
  return left.map((segment) => turn(customer, segment, { cause: 'definition', why: [] }, t));
}

function turn(
  customer: Customer,
  { id, name, version }: DepartedSegment,
  because: { cause: MembershipChanged['cause']; interactionId?: string | undefined; why: LeafEvidence[] },
  t: number,
): Happened {
  const sequence = (customer.memberships[id]?.sequence ?? 0) + 1;
  customer.memberships[id] = { sequence, since: t };
  return {
    kind: 'membership',
    segment: { id, name, version },
    membership: sequence % 2 === 1 ? 'entered' : 'left',
    sequence,
    at: iso(t),
    ...because,
  };
}

function reclassify(customer: Customer, t: number): Happened[] {
  customer.classification = classify(customer.classification, customer.evidence, customer.snapshot, t);
  if (!isNews(customer.classification)) return [];
  customer.classification = markPublished(customer.classification);
  return [{ kind: 'classified', fact: presentClassification(customer) }];
}

/**
 * The relationship is looked at again once a day, as long as time alone can change it. The time of day comes from the customer's id, so that they do not
 * all fall due at midnight.
 */
function nextDailyReview({ profileId, classification, evidence }: Customer): number {
  if (!classification || (evidence.days.length === 0 && !canStillAge(classification.lifecycle))) return NEVER;
  const offset = (Number.parseInt(profileId.slice(-6), 16) % (DAY_MS / 1000)) * 1000;
  return (Math.floor((classification.evaluatedAt - offset) / DAY_MS) + 1) * DAY_MS + offset;
}

function addTo(customer: Customer, definition: TallyDefinition, behaviour: Behaviour, t: number): void {
  customer.tallies[definition.key] ??= emptyTally();
  add(customer.tallies[definition.key]!, definition, behaviour, t);
}
