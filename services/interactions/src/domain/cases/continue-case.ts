import type { Case, CaseEntry, Change, Heard } from './case.js';
import { harder, isOpen, withThread } from './case.js';
import { caseEventOf, RESOLVED_OUTCOMES } from './case-tables.js';
import { proposedAfter } from './judge-switch.js';
import { asks, isBadAnswer } from './open-case.js';
import { dueAfter, targetOf } from './weigh-priority.js';

type Tell = (change: Change['what'], at: string) => void;

/** Channels on which who asks is answered at once, when a person serves. */
const LIVE: ReadonlySet<string> = new Set(['phone', 'store', 'live_chat']);
const SERVED_LIVE: ReadonlySet<string> = new Set([
  'Call Ended',
  'Call Answered',
  'Call Transferred',
  'Store Consultation Held',
  'Meeting Held',
]);

/** What an interaction changes in the case that it belongs to. Pure; what is older than what is known changes no status. */
export function continueCase(one: Case, heard: Heard, change: CaseEntry['change'], tell: Tell): Case {
  const spoken = withStatus(withPeople(withWords(one, heard, change, tell), heard, tell), heard, tell);
  return { ...spoken, proposed: heard.at < one.lastAt ? one.proposed : proposedAfter(one, heard) };
}

function withWords(one: Case, heard: Heard, change: CaseEntry['change'], tell: Tell): Case {
  const { at, direction, channel, gist, touchpoint, orderId, value } = heard;
  if (change) tell('switched', at);
  const isLatest = at >= one.lastAt;
  const responseAt = isResponse(one, heard) && (one.firstResponseAt === null || at < one.firstResponseAt) ? at : one.firstResponseAt;
  if (one.firstResponseAt === null && responseAt !== null) tell('answered', at);
  return {
    ...one,
    openedAt: at < one.openedAt ? at : one.openedAt,
    lastAt: isLatest ? at : one.lastAt,
    channel: isLatest && direction === 'inbound' && channel !== 'api' ? channel : one.channel,
    sensitivity: heard.sensitivity === 'sensitive' ? 'sensitive' : one.sensitivity,
    complexity: harder(one.complexity, heard.complexity),
    touchpoint: one.touchpoint ?? touchpoint ?? null,
    orderId: one.orderId ?? orderId ?? null,
    value: value ?? one.value,
    gist: direction === 'inbound' && gist !== undefined && (isLatest || one.gist === null) ? gist : (one.gist ?? gist ?? null),
    firstResponseAt: responseAt,
    conversationIds: withThread(one.conversationIds, heard.conversationId),
    notificationIds: withThread(one.notificationIds, heard.notificationId),
    switches: change ? { ...one.switches, [change.kind]: one.switches[change.kind] + 1 } : one.switches,
  };
}

/** The company's first word: something that it says, or a person who serves then and there. What an office writes down is none. */
function isResponse({ openedAt }: Case, { at, direction, handling, channel, event }: Heard): boolean {
  if (at < openedAt || channel === 'api' || caseEventOf(event) !== undefined) return false;
  const isHuman = handling === 'human' || handling === 'dedicated_human';
  if (direction === 'outbound') return isHuman || handling === 'automated';
  return isHuman && LIVE.has(channel) && SERVED_LIVE.has(event);
}

function withPeople(one: Case, { event, at, agentId, priority, handling, direction }: Heard, tell: Tell): Case {
  const does = caseEventOf(event)?.does;
  if (at < one.lastAt && does !== undefined) return one;
  if (does === 'assign' && agentId !== undefined && agentId !== one.assigneeId) {
    tell('assigned', at);
    return { ...one, assigneeId: agentId };
  }
  if (does === 'unassign' && one.assigneeId !== null) {
    tell('assigned', at);
    return { ...one, assigneeId: null };
  }
  if (does === 'prioritise') return { ...one, priorityOverride: priority ?? null };
  if (does === 'escalate' && !one.escalated) {
    tell('escalated', at);
    return { ...one, escalated: true };
  }
  // whoever serves first, keeps it, until somebody says otherwise
  if (
    one.assigneeId === null &&
    agentId !== undefined &&
    (direction === 'outbound' || handling === 'human' || handling === 'dedicated_human')
  ) {
    tell('assigned', at);
    return { ...one, assigneeId: agentId };
  }
  return one;
}

function withStatus(one: Case, heard: Heard, tell: Tell): Case {
  const { at, event, outcome } = heard;
  const does = caseEventOf(event)?.does;
  if (at < one.statusAt || one.status === 'merged') return one;
  if (does === 'resolve' || (isOpen(one) && outcome !== undefined && RESOLVED_OUTCOMES.has(outcome.toLowerCase())))
    return settle(one, 'resolved', at, tell);
  if (does === 'close') return settle(one, 'closed', at, tell);
  if (!isOpen(one) && (does === 'reopen' || does === 'escalate' || asks(heard) || isBadAnswer(heard))) return reopen(one, at, tell);
  // said again: what is older than this word counts no more
  return does === 'reopen' ? { ...one, statusAt: at } : one;
}

function settle(one: Case, status: 'resolved' | 'closed', at: string, tell: Tell): Case {
  if (one.status === status || (one.status === 'closed' && status === 'resolved')) return one;
  tell(status, at);
  return { ...one, status, statusAt: at, resolvedAt: one.resolvedAt !== null && !isOpen(one) ? one.resolvedAt : at };
}

/** What was resolved was not: its target counts anew. */
function reopen(one: Case, at: string, tell: Tell): Case {
  tell('reopened', at);
  return {
    ...one,
    status: 'open',
    statusAt: at,
    resolvedAt: null,
    countsFrom: at,
    reopened: one.reopened + 1,
    resolutionDueAt: dueAfter(at, targetOf(one).resolutionMs, one.timeZone),
    resolutionLate: false,
  };
}

/** Two cases that are one need: the older one goes on with what both know. @returns the one that goes on, and the one that ends. */
export function mergeCases(
  into: Case,
  from: Case,
  at: string,
  tell: (one: Case, change: Change['what'], at: string) => void,
): readonly [Case, Case] {
  tell(into, 'merged', at);
  tell(from, 'merged', at);
  const union = (a: readonly string[], b: readonly string[]): readonly string[] => b.reduce(withThread, a);
  const goesOn: Case = {
    ...into,
    reference: into.reference ?? from.reference,
    openedAt: from.openedAt < into.openedAt ? from.openedAt : into.openedAt,
    lastAt: from.lastAt > into.lastAt ? from.lastAt : into.lastAt,
    channel: from.lastAt > into.lastAt ? from.channel : into.channel,
    sensitivity: from.sensitivity === 'sensitive' ? 'sensitive' : into.sensitivity,
    complexity: harder(into.complexity, from.complexity ?? undefined),
    touchpoint: into.touchpoint ?? from.touchpoint,
    orderId: into.orderId ?? from.orderId,
    gist: into.gist ?? from.gist,
    escalated: into.escalated || from.escalated,
    assigneeId: into.assigneeId ?? from.assigneeId,
    priorityOverride: into.priorityOverride ?? from.priorityOverride,
    firstResponseAt: firstOf(into.firstResponseAt, from.firstResponseAt),
    switches: {
      proposed: into.switches.proposed + from.switches.proposed,
      flight: into.switches.flight + from.switches.flight,
    },
    reopened: into.reopened + from.reopened,
    conversationIds: union(into.conversationIds, from.conversationIds),
    notificationIds: union(into.notificationIds, from.notificationIds),
    // a need that is open on one side is open
    ...(isOpen(from) && !isOpen(into) ? { status: 'open' as const, statusAt: from.statusAt, resolvedAt: null } : {}),
  };
  return [goesOn, { ...from, status: 'merged', statusAt: at, mergedInto: into.id, dueAt: null }];
}

const firstOf = (a: string | null, b: string | null): string | null => (a === null || (b !== null && b < a) ? b : a);
