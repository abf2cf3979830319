import { deriveId } from '@rapport/identifiers';
import { BAD_ANSWERS, caseEventOf, DEFAULT_SCALE, OPENS_NO_CASE } from './case-tables.js';
import type { Case, CaseCustomer, Heard } from './case.js';
import { dueAfter, targetOf, weightiest } from './weigh-priority.js';

/** Why an interaction opens a case, in words; undefined when it does not. */
export function whyItOpens(heard: Heard): string | undefined {
  if (caseEventOf(heard.event)?.opens) return 'somebody opened it';
  if (isBadAnswer(heard)) return 'a survey was answered badly';
  return asks(heard) ? 'the customer asks' : undefined;
}

export const asks = ({ function: kind, handling, direction, event }: Heard): boolean =>
  kind === 'reactive' &&
  handling !== 'self_service' &&
  direction === 'inbound' &&
  caseEventOf(event) === undefined &&
  !OPENS_NO_CASE.has(event);

export function isBadAnswer({ event, score, scale }: Heard): boolean {
  if (event !== 'Survey Answered' || score === undefined) return false;
  const bad = BAD_ANSWERS[(scale ?? DEFAULT_SCALE).toLowerCase()];
  return bad !== undefined && score <= bad;
}

/** Ids that other systems choose are names; only one that looks like ours can become the id itself. */
const OWN_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @param isFree whether no other customer's case has this id */
export function openCase(heard: Heard, profileId: string, customer: CaseCustomer, isFree: (id: string) => boolean): Case {
  const { at, caseId, sensitivity, complexity = null, touchpoint = null } = heard;
  const isOwnId = caseId !== undefined && OWN_ID.test(caseId) && isFree(caseId);
  const { timeZone } = customer;
  const target = targetOf({ sensitivity, complexity });
  return {
    id: isOwnId ? caseId : deriveId(new Date(at), 'case', heard.id),
    profileId,
    version: 0,
    status: 'open',
    statusAt: at,
    reference: isOwnId ? null : (caseId ?? null),
    subject: heard.subject,
    cause: heard.event,
    openedAt: at,
    lastAt: at,
    channel: heard.channel,
    sensitivity,
    complexity,
    touchpoint,
    orderId: heard.orderId ?? null,
    value: heard.value ?? weightiest(customer.revenue),
    gist: heard.gist ?? null,
    escalated: false,
    assigneeId: heard.agentId ?? null,
    priority: 'low',
    priorityOverride: heard.priority ?? null,
    timeZone,
    firstResponseAt: null,
    firstResponseDueAt: dueAfter(at, target.firstResponseMs, timeZone),
    firstResponseLate: false,
    resolvedAt: null,
    resolutionDueAt: dueAfter(at, target.resolutionMs, timeZone),
    resolutionLate: false,
    countsFrom: at,
    reopened: 0,
    switches: { proposed: 0, flight: 0 },
    conversationIds: [],
    notificationIds: [],
    proposed: [],
    mergedInto: null,
    dueAt: null,
  };
}
