import { type Case, type Heard, isOpen, type JoinedBy } from './case.js';
import {
  CLOSES_AFTER_RESOLVED_MS,
  DOUBT_MAX,
  DOUBT_OF_RESOLVED,
  DOUBT_OF_THREAD,
  DOUBT_PER_RIVAL,
  JOIN_RULES,
  type JoinRule,
} from './case-tables.js';

export interface Joined {
  readonly case: Case;
  readonly by: Exclude<JoinedBy, 'opened'>;
  readonly doubt: number;
  readonly reason: string;
}

/**
 * The case that an interaction belongs to: by what is stated, by the thread, or by the first rule of JOIN_RULES that fits.
 * @param cases of this customer only
 */
export function joinCase(cases: readonly Case[], heard: Heard): Joined | undefined {
  return byStatedCase(cases, heard) ?? byThread(cases, heard) ?? byRule(cases, heard);
}

/** By the id or by the sender's own name for it; a merged case leads on to the one that it is part of. */
export function findCase(cases: readonly Case[], idOrReference: string): Case | undefined {
  const found = cases.find(({ id, reference }) => id === idOrReference || reference === idOrReference);
  return found && leadOn(cases, found);
}

/** @returns the case in which all of it goes on; undefined when that is not among them */
export function leadOn(cases: readonly Case[], one: Case): Case | undefined {
  let found: Case | undefined = one;
  for (let step = 0; found?.mergedInto && step < cases.length; step++) {
    const into: string = found.mergedInto;
    found = cases.find(({ id }) => id === into);
  }
  return found;
}

function byStatedCase(cases: readonly Case[], { caseId }: Heard): Joined | undefined {
  const found = caseId === undefined ? undefined : findCase(cases, caseId);
  return found && { case: found, by: 'case', doubt: 0, reason: 'it names the case' };
}

function byThread(cases: readonly Case[], { notificationId, conversationId, caseId, at }: Heard): Joined | undefined {
  const threads = [
    ['notification', notificationId, 'notificationIds', 'it answers a message about the case'],
    ['conversation', conversationId, 'conversationIds', 'it is part of a conversation about the case'],
  ] as const;
  for (const [by, id, member, reason] of threads) {
    if (id === undefined) continue;
    const found = latest(cases.filter((one) => canContinue(one, at) && one[member].includes(id) && agrees(one, caseId)));
    if (found) return { case: found, by, doubt: DOUBT_OF_THREAD, reason };
  }
  return undefined;
}

function byRule(cases: readonly Case[], heard: Heard): Joined | undefined {
  // who names another case, or another conversation, speaks of something else
  if (heard.caseId !== undefined || heard.conversationId !== undefined) return undefined;
  const who = heard.direction === 'outbound' ? 'company' : 'customer';
  for (const rule of JOIN_RULES) {
    if (rule.who !== who) continue;
    const fitting = cases.filter((one) => canContinue(one, heard.at) && isWithin(one, heard, rule) && isSameMatter(one, heard, rule));
    const found = latest(fitting);
    if (found) return { case: found, by: 'rule', doubt: doubtOf(found, heard, rule, fitting.length - 1), reason: rule.reason };
  }
  return undefined;
}

function isSameMatter(one: Case, { orderId, touchpoint }: Heard, { matter, who }: JoinRule): boolean {
  const sameOrder = orderId !== undefined && one.orderId === orderId;
  const otherOrder = orderId !== undefined && one.orderId !== null && !sameOrder;
  switch (matter) {
    case 'same_order':
      return sameOrder;
    case 'same_touchpoint':
      return touchpoint !== undefined && one.touchpoint === touchpoint && !otherOrder;
    case 'unstated':
      return (touchpoint === undefined || one.touchpoint === null) && !otherOrder;
    case 'any':
      return who === 'company' && isOpen(one) && !otherOrder;
  }
}

function doubtOf(one: Case, { at }: Heard, { doubt: [first, last], withinMs }: JoinRule, rivals: number): number {
  const age = Math.min(1, distance(one, at) / withinMs);
  const doubt = first + (last - first) * age + rivals * DOUBT_PER_RIVAL + (isOpen(one) ? 0 : DOUBT_OF_RESOLVED);
  return Math.round(Math.min(DOUBT_MAX, doubt) * 1_000) / 1_000;
}

const isWithin = (one: Case, { at }: Heard, { withinMs }: JoinRule): boolean => distance(one, at) <= withinMs;

/** From the time in which the case was spoken of; an interaction can arrive late and lie inside. */
function distance({ openedAt, lastAt }: Case, at: string): number {
  if (at >= openedAt && at <= lastAt) return 0;
  return at > lastAt ? Date.parse(at) - Date.parse(lastAt) : Date.parse(openedAt) - Date.parse(at);
}

/** Open, or resolved so lately that more about it is not a new need. */
const canContinue = (one: Case, at: string): boolean =>
  isOpen(one) || (one.status === 'resolved' && Date.parse(at) - Date.parse(one.statusAt) <= CLOSES_AFTER_RESOLVED_MS);

/** A case that the sender calls by another name is another case. */
const agrees = ({ reference }: Case, caseId: string | undefined): boolean => caseId === undefined || reference === null;

/** The one that was spoken of last; open ones first. */
function latest(cases: readonly Case[]): Case | undefined {
  return [...cases].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)) || compare(b.lastAt, a.lastAt) || compare(a.id, b.id))[0];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
