import type { DeliveryChanged } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import type { Heard } from '../domain/cases/case.js';
import { isId } from './is-id.js';

/** The company wrote to a customer about a case: what comes back to that message belongs there. */
export interface NotifiedOfCase {
  readonly kind: 'notified';
  readonly profileId: string;
  readonly heard: Heard;
}

/** The statuses with which a message is out, on a channel that is known. */
const OUT: ReadonlySet<string> = new Set(['sent', 'delivered']);
const NAMES_A_CASE = Buffer.from('"caseId"');

/** Most notifications are about no case, and are not even parsed. */
export function decodeDeliveryFact({ value }: SourceRecord): Decoded<NotifiedOfCase> {
  if (value === null || !value.includes(NAMES_A_CASE)) return { kind: 'skip' };
  const { notificationId, profileId, caseId, status, channel, at } = JSON.parse(value.toString('utf8')) as Partial<DeliveryChanged>;
  if (caseId === undefined || channel === undefined || !OUT.has(status ?? '')) return { kind: 'skip' };
  if (!isId(profileId) || !isId(notificationId) || Number.isNaN(Date.parse(at ?? '')))
    return { kind: 'reject', reason: 'a delivery needs its notification, profile and time' };
  return { kind: 'input', input: { kind: 'notified', profileId, heard: writtenAs({ notificationId, caseId, channel, at: at! }) } };
}

function writtenAs({
  notificationId,
  caseId,
  channel,
  at,
}: Pick<DeliveryChanged, 'notificationId' | 'at'> & Required<Pick<DeliveryChanged, 'caseId' | 'channel'>>): Heard {
  return {
    id: notificationId,
    event: 'Notification Sent',
    at,
    subject: '',
    channel,
    direction: 'outbound',
    function: 'proactive',
    // a letter that goes out by itself is no answer to what was asked
    handling: 'none',
    sensitivity: 'normal',
    touchpoint: undefined,
    complexity: undefined,
    value: undefined,
    caseId,
    conversationId: undefined,
    notificationId,
    agentId: undefined,
    gist: undefined,
    orderId: undefined,
    score: undefined,
    scale: undefined,
    outcome: undefined,
    priority: undefined,
    intoCaseId: undefined,
    proposes: undefined,
    promiseId: undefined,
    dueAt: undefined,
  };
}
