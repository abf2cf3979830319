import type { Direction } from '@rapport/contracts';
import { type Json, objectAt, textAt } from '../../domain/json.js';
import { type Adapter, found, type InboundDelivery, nothing, rejected } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf, messageIdOfBytes } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { countOf, identifiersOf } from '../provider-values.js';
import { formOf, jsonObjectOf } from '../read-body.js';
import { type CallEvent, EVENT_NAMES, OUTCOMES } from './vocabulary.js';

/**
 * A telephone system's form (JSON or form fields): `event` (call started, answered, transferred, ended, missed, recorded, voicemail), `callId`, `at`,
 * `direction`, `from`, `to`, `customer` (number, when it is neither), `agentId` (who answered), `queue`, `line`, `durationSeconds`, `waitSeconds`,
 * `recordingId`, `recordingUrl`, `disposition`, `summary`, `caseId`, `notificationId`, and `identifiers` for whatever else is known of the caller.
 */
export const pbx: Adapter = (delivery) => {
  const fields = fieldsOf(delivery);
  if (fields === undefined) return rejected('not a JSON object');
  const said = textAt(fields, 'event');
  if (said === undefined) return rejected('no event: which part of a call is it?');
  const event = ownEntry(
    EVENT_NAMES,
    said
      .toLowerCase()
      .replaceAll(/[^a-z]+/g, ' ')
      .trim(),
  );
  if (event === undefined) return rejected('an event that is not in the table');
  if (event === 'ringing') return nothing('a call that only rings');
  const direction: Direction = /^out/i.test(textAt(fields, 'direction') ?? '') ? 'outbound' : 'inbound';
  const callId = textAt(fields, 'callId') ?? textAt(fields, 'call_id') ?? textAt(fields, 'id');
  const outcome = outcomeOf(fields);
  const draft = draftOf({
    event: eventOf(event, direction, outcome, fields),
    at: fields['at'] ?? fields['timestamp'],
    channel: 'phone',
    identifiers: identifiersOf({
      ...objectAt(fields, 'identifiers'),
      phone: textAt(fields, 'customer') ?? textAt(fields, direction === 'inbound' ? 'from' : 'to'),
    }),
    attributes: { direction, function: direction === 'inbound' ? 'reactive' : 'proactive' },
    links: {
      conversationId: callId,
      agentId: firstOf(fields, ['agentId', 'agent_id', 'answeredBy', 'answered_by', 'agent']),
      caseId: firstOf(fields, ['caseId', 'case_id', 'ticketId']),
      notificationId: firstOf(fields, ['notificationId', 'notification_id']),
    },
    properties: {
      callId,
      line: textAt(fields, 'line') ?? textAt(fields, direction === 'inbound' ? 'to' : 'from'),
      queue: textAt(fields, 'queue'),
      durationSeconds: secondsOf(fields, ['durationSeconds', 'duration', 'talkSeconds', 'billsec']),
      waitSeconds: secondsOf(fields, ['waitSeconds', 'wait', 'ringSeconds']),
      recordingId: firstOf(fields, ['recordingId', 'recording_id']),
      recordingUrl: firstOf(fields, ['recordingUrl', 'recording_url']),
      disposition: textAt(fields, 'disposition'),
      outcome,
      transferredTo: firstOf(fields, ['transferredTo', 'transferred_to']),
    },
    text: firstOf(fields, ['summary', 'transcript', 'note']),
  });
  // the same part of the same call is the same fact; without the call's id only the bytes can tell
  const messageId =
    callId === undefined
      ? messageIdOfBytes(delivery.raw)
      : messageIdOf(callId, event, firstOf(fields, ['recordingId', 'transferredTo']) ?? '');
  return found([{ messageId, draft }], 'no call');
};

const fieldsOf = (delivery: InboundDelivery): Json | undefined =>
  delivery.headers['content-type']?.includes('x-www-form-urlencoded') ? formOf(delivery) : jsonObjectOf(delivery);

function outcomeOf(fields: Json): string | undefined {
  const disposition = textAt(fields, 'disposition');
  return (
    ownEntry(
      OUTCOMES,
      disposition
        ?.toLowerCase()
        .replaceAll(/[^a-z]+/g, ' ')
        .trim(),
    ) ?? textAt(fields, 'outcome')
  );
}

const UNREACHED: ReadonlySet<string> = new Set(['no_answer', 'busy', 'unreachable', 'cancelled']);

/** A call that ended without anybody having talked was missed when the customer called, and only attempted when we did. */
function eventOf(event: Exclude<CallEvent, 'ringing'>, direction: Direction, outcome: string | undefined, fields: Json): string {
  const inVain = direction === 'inbound' ? 'Call Missed' : 'Call Attempted';
  switch (event) {
    case 'missed':
      return inVain;
    case 'ended': {
      const wasSilent = outcome !== undefined && UNREACHED.has(outcome) && !((secondsOf(fields, ['talkSeconds', 'billsec']) ?? 0) > 0);
      return wasSilent ? inVain : 'Call Ended';
    }
    case 'started':
      return 'Call Started';
    case 'answered':
      return 'Call Answered';
    case 'transferred':
      return 'Call Transferred';
    case 'recorded':
      return 'Call Recorded';
    case 'voicemail':
      return 'Voicemail Left';
    case 'callback':
      return 'Callback Requested';
  }
}

function firstOf(fields: Json, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textAt(fields, name);
    if (text !== undefined) return text;
  }
  return undefined;
}

function secondsOf(fields: Json, names: readonly string[]): number | undefined {
  for (const name of names) {
    const seconds = countOf(fields[name]);
    if (seconds !== undefined) return seconds;
  }
  return undefined;
}
