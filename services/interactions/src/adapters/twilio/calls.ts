import { type Json, textAt } from '../../domain/json.js';
import { draftOf, present } from '../draft-of.js';
import { found, type InboundDelivery, nothing, rejected, type Understood } from '../adapter.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { countOf, rfc2822ToMs } from '../provider-values.js';
import { notificationIdOf, partyOf, placeOf } from './parties.js';

/**
 * What the end of a call means, by who called (twilio.com/docs/voice/api/call-resource, "Call Status values"). Before an end only the answer matters:
 * ringing says nothing about a customer that the end will not say.
 */
// biome-ignore format: a table is read by its columns
const EVENT_OF_STATUS: Readonly<Record<string, { readonly inbound: string; readonly outbound: string }>> = {
  'in-progress': { inbound: 'Call Answered', outbound: 'Call Answered' },
  'completed':   { inbound: 'Call Ended',    outbound: 'Call Ended' },
  'busy':        { inbound: 'Call Missed',   outbound: 'Call Attempted' },
  'no-answer':   { inbound: 'Call Missed',   outbound: 'Call Attempted' },
  'canceled':    { inbound: 'Call Missed',   outbound: 'Call Attempted' },
  'failed':      { inbound: 'Call Missed',   outbound: 'Call Attempted' },
};
const UNDER_WAY: ReadonlySet<string> = new Set(['queued', 'initiated', 'ringing']);

/** A call's status callback, or that of its recording (twilio.com/docs/voice/api/recording#recordingstatuscallback). */
export function readTwilioCall(fields: Json, delivery: InboundDelivery): Understood {
  const direction = textAt(fields, 'Direction') ?? 'inbound';
  // the leg to an agent's phone would make a customer of the agent
  if (direction === 'outbound-dial' && delivery.settings['dialledLegs'] !== 'customers') return nothing('the dialled leg of another call');
  const isInbound = direction === 'inbound';
  const [from, to] = [
    partyOf(textAt(fields, 'From') ?? textAt(fields, 'Caller')),
    partyOf(textAt(fields, 'To') ?? textAt(fields, 'Called')),
  ];
  const [customer, company] = isInbound ? [from, to] : [to, from];
  const recording = textAt(fields, 'RecordingSid');
  const status = textAt(fields, 'RecordingStatus') === undefined ? textAt(fields, 'CallStatus') : undefined;
  if (status === undefined && recording === undefined) return rejected('a call without CallStatus');
  if (status !== undefined && UNDER_WAY.has(status)) return nothing('a call under way');
  const event = status === undefined ? 'Call Recorded' : ownEntry(EVENT_OF_STATUS, status);
  if (event === undefined) return rejected('a CallStatus that is not in the table');
  if (customer.withheld) return nothing('the caller withheld the number');
  const callSid = textAt(fields, 'CallSid')!;
  const draft = draftOf({
    event: typeof event === 'string' ? event : event[isInbound ? 'inbound' : 'outbound'],
    at: rfc2822ToMs(fields['Timestamp']) ?? rfc2822ToMs(fields['RecordingStartTime']),
    channel: 'phone',
    identifiers: customer.identifiers,
    attributes: { direction: isInbound ? 'inbound' : 'outbound', function: isInbound ? 'reactive' : 'proactive' },
    links: {
      conversationId: textAt(fields, 'ParentCallSid') ?? callSid,
      agentId: company.agentId,
      notificationId: notificationIdOf(delivery),
    },
    properties: propertiesOf(fields, isInbound, status),
  });
  const messageId =
    status === undefined ? messageIdOf(callSid, recording!, textAt(fields, 'RecordingStatus') ?? '') : messageIdOf(callSid, status);
  return found([{ messageId, draft }], 'no call');
}

function propertiesOf(fields: Json, isInbound: boolean, status: string | undefined): Json {
  return present({
    provider: 'twilio',
    callId: textAt(fields, 'CallSid'),
    callStatus: status,
    durationSeconds: countOf(fields['CallDuration']),
    line: textAt(fields, isInbound ? 'To' : 'From'),
    forwardedFrom: textAt(fields, 'ForwardedFrom'),
    answeredBy: textAt(fields, 'AnsweredBy'),
    sipResponseCode: textAt(fields, 'SipResponseCode'),
    recordingId: textAt(fields, 'RecordingSid'),
    recordingUrl: textAt(fields, 'RecordingUrl'),
    recordingSeconds: countOf(fields['RecordingDuration']),
    place: placeOf(fields, isInbound ? 'From' : 'To'),
  });
}
