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
/** How the leg to the company's people ended (TwiML `<Dial>`, "action"): the call itself is under way, or goes on to a voicemail, and ends as completed. */
// biome-ignore format: a table is read by its columns
const EVENT_OF_DIAL: Readonly<Record<string, string>> = {
  'answered': 'Call Answered',  'completed': 'Call Answered',
  'busy': 'Call Missed',        'no-answer': 'Call Missed',    'failed': 'Call Missed',    'canceled': 'Call Missed',
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
  if (textAt(fields, 'CallStatus') === undefined && textAt(fields, 'MachineDetectionDuration') !== undefined)
    return nothing('who answered, a person or a machine: the end of the call says it, too'); // twilio.com/docs/voice/answering-machine-detection
  const told = whatIsTold(fields, isInbound);
  if (typeof told === 'string') return UNDER_WAY.has(told) ? nothing('a call under way') : rejected(told);
  if (customer.withheld) return nothing('nobody is named: the number is withheld');
  const callSid = textAt(fields, 'CallSid')!;
  const draft = draftOf({
    event: told.event,
    at: rfc2822ToMs(fields['Timestamp']) ?? rfc2822ToMs(fields['RecordingStartTime']),
    channel: 'phone',
    identifiers: customer.identifiers,
    attributes: { direction: isInbound ? 'inbound' : 'outbound', function: isInbound ? 'reactive' : 'proactive' },
    links: {
      conversationId: textAt(fields, 'ParentCallSid') ?? callSid,
      agentId: company.agentId,
      notificationId: notificationIdOf(delivery),
    },
    properties: propertiesOf(fields, isInbound),
    text: textAt(fields, 'TranscriptionText'),
  });
  return found([{ messageId: messageIdOf(callSid, ...told.id), draft }], 'no call');
}

interface Told {
  readonly event: string;
  /** What names it within the call. */
  readonly id: readonly string[];
}

/** Of its recording, of the leg to the company, or of the call itself. @returns a status of a call under way, or the reason of a rejection */
function whatIsTold(fields: Json, isInbound: boolean): Told | string {
  const recordingStatus = textAt(fields, 'RecordingStatus');
  if (recordingStatus !== undefined) return { event: 'Call Recorded', id: [textAt(fields, 'RecordingSid') ?? '', recordingStatus] };
  // twilio.com/docs/voice/twiml/record#attributes-transcribe-callback: a message that was left, as text
  if (textAt(fields, 'TranscriptionStatus') === 'completed')
    return { event: 'Voicemail Left', id: ['transcription', textAt(fields, 'TranscriptionSid') ?? ''] };
  const dialStatus = textAt(fields, 'DialCallStatus');
  if (dialStatus !== undefined && isInbound) {
    const event = ownEntry(EVENT_OF_DIAL, dialStatus);
    return event === undefined
      ? 'a DialCallStatus that is not in the table'
      : { event, id: ['dial', textAt(fields, 'DialCallSid') ?? '', dialStatus] };
  }
  const status = textAt(fields, 'CallStatus');
  if (status === undefined) return 'a call without CallStatus';
  const events = ownEntry(EVENT_OF_STATUS, status);
  if (events !== undefined) return { event: events[isInbound ? 'inbound' : 'outbound'], id: [status] };
  return UNDER_WAY.has(status) ? status : 'a CallStatus that is not in the table';
}

function propertiesOf(fields: Json, isInbound: boolean): Json {
  return present({
    provider: 'twilio',
    callId: textAt(fields, 'CallSid'),
    callStatus: textAt(fields, 'CallStatus'),
    dialStatus: textAt(fields, 'DialCallStatus'),
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
