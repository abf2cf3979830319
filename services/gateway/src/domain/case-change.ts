import { CASE_PRIORITIES, CHANNELS, COMPLEXITIES, SENSITIVITIES, TOUCHPOINTS } from '@rapport/contracts';
import type { ItemError } from './item-error.js';
import type { Json } from './parse-json.js';

const TEXT_CHARS_MAX = 16_384;
const NAME_CHARS_MAX = 100;

type Check = (value: unknown) => string | undefined;
const text =
  (max: number): Check =>
  (value) =>
    typeof value === 'string' && value.trim() !== '' && value.length <= max ? undefined : `must be a text of 1 to ${max} characters`;
const oneOf =
  (words: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && words.includes(value) ? undefined : `must be one of ${words.join(', ')}`;
const orNull =
  (check: Check): Check =>
  (value) => {
    const wrong = value === null ? undefined : check(value);
    return wrong && `${wrong}, or null`;
  };
const isTrue: Check = (value) => (value === true ? undefined : 'must be true');
const CURRENCY = /^[A-Z]{3}$/;
const AMOUNT = /^-?\d{1,18}(\.\d{1,6})?$/;
const money: Check = (value) => {
  const { currency, amount, ...rest } = (typeof value === 'object' && value !== null ? value : {}) as Json;
  const isMoney = typeof currency === 'string' && CURRENCY.test(currency) && typeof amount === 'string' && AMOUNT.test(amount);
  return isMoney && Object.keys(rest).length === 0 ? undefined : 'must be {"currency": "GBP", "amount": "12.50"}';
};

/** What can be said of a new case. */
const NEW_CASE: Readonly<Record<string, Check>> = {
  profile: text(1_024),
  text: text(TEXT_CHARS_MAX),
  channel: oneOf(CHANNELS),
  touchpoint: oneOf(TOUCHPOINTS),
  sensitivity: oneOf(SENSITIVITIES),
  complexity: oneOf(COMPLEXITIES),
  value: money,
  orderId: text(NAME_CHARS_MAX),
  conversationId: text(NAME_CHARS_MAX),
  assigneeId: text(NAME_CHARS_MAX),
  priority: oneOf(CASE_PRIORITIES),
};

/** What can be changed of one. */
const CASE_CHANGE: Readonly<Record<string, Check>> = {
  status: oneOf(['open', 'resolved', 'closed']),
  assigneeId: orNull(text(NAME_CHARS_MAX)),
  priority: orNull(oneOf(CASE_PRIORITIES)),
  escalated: isTrue,
  note: text(TEXT_CHARS_MAX),
};

function errorsOf(body: Json, checks: Readonly<Record<string, Check>>): ItemError[] {
  return Object.entries(body).flatMap(([name, value]) => {
    const detail = Object.hasOwn(checks, name) ? checks[name]!(value) : 'is not known here';
    return detail === undefined ? [] : [{ pointer: `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`, detail }];
  });
}

export type ReadCase = { readonly errors: readonly ItemError[] } | { readonly ref: string; readonly item: Json };

/** A new case as the interaction that opens it. */
export function readNewCase(body: Json, caseId: string): ReadCase {
  const errors = errorsOf(body, NEW_CASE);
  if (body['profile'] === undefined) errors.push({ pointer: '/profile', detail: 'must be a profile’s id or type:value' });
  if (body['text'] === undefined) errors.push({ pointer: '/text', detail: 'must say what it is about' });
  if (errors.length > 0) return { errors };
  const { profile, orderId, assigneeId, priority, ...stated } = body;
  const properties = { ...(orderId !== undefined && { order_id: orderId }), ...(priority !== undefined && { priority }) };
  return {
    ref: profile as string,
    item: {
      event: 'Case Opened',
      handling: 'none',
      channel: 'api',
      ...stated,
      caseId,
      ...(assigneeId !== undefined && { agentId: assigneeId }),
      properties,
    },
  };
}

/** Which event says it. */
const STATUS_EVENTS: Readonly<Record<string, string>> = { open: 'Case Reopened', resolved: 'Case Resolved', closed: 'Case Closed' };

export interface CaseEvent {
  /** Which member of the body it comes from: a part of the interaction's message id. */
  readonly member: string;
  readonly item: Json;
}

/** A change as the interactions that say it, one per member, the status last: what is assigned and resolved at once was assigned first. */
export function readCaseChange(
  body: Json,
  caseId: string,
): { readonly errors: readonly ItemError[] } | { readonly events: readonly CaseEvent[] } {
  const errors = errorsOf(body, CASE_CHANGE);
  const { status, assigneeId, priority, escalated, note } = body;
  if ([status, assigneeId, priority, escalated].every((member) => member === undefined))
    errors.push({ pointer: '', detail: 'must change status, assigneeId, priority or escalated' });
  if (errors.length > 0) return { errors };
  const said = (event: string, more: Json = {}): Json => ({
    event,
    caseId,
    channel: 'api',
    direction: 'outbound',
    handling: 'none',
    ...(note !== undefined && { text: note }),
    ...more,
  });
  const events: CaseEvent[] = [];
  if (assigneeId === null) events.push({ member: 'assigneeId', item: said('Case Unassigned') });
  else if (assigneeId !== undefined) events.push({ member: 'assigneeId', item: said('Case Assigned', { agentId: assigneeId }) });
  if (priority !== undefined)
    events.push({ member: 'priority', item: said('Case Prioritised', { properties: priority === null ? {} : { priority } }) });
  if (escalated !== undefined) events.push({ member: 'escalated', item: said('Case Escalated') });
  if (status !== undefined) events.push({ member: 'status', item: said(STATUS_EVENTS[status as string]!) });
  return { events };
}

export const mergedCase = (caseId: string, intoCaseId: string): Json => ({
  event: 'Case Merged',
  caseId,
  channel: 'api',
  direction: 'outbound',
  handling: 'none',
  properties: { intoCaseId },
});
