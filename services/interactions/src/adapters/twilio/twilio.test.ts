import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, type InboundParts, interactionsOf } from '../../testing/inbound.js';
import { TWILIO_CALL, TWILIO_RECEIPT, TWILIO_SMS } from '../../testing/vendor-payloads.js';

const delivery = (fields: Record<string, string>, parts?: InboundParts) => inbound('twilio', new URLSearchParams(fields), parts);
const one = (fields: Record<string, string>, parts?: InboundParts) => interactionsOf(delivery(fields, parts))[0]!;
const NOTIFICATION = '019bc0a1-7c00-7000-8000-000000000060';
const CUSTOMER = [{ type: 'phone', value: '+84901234567' }];

describe('a call', () => {
  it('that ended says how long it took, which recording there is, and who called', () => {
    expect(one(TWILIO_CALL)).toMatchObject({
      messageId: 'CA00000000000000000000000000000001:completed',
      source: 'inbound:twilio:test',
      event: 'Call Ended',
      at: '2026-01-15T08:55:00.000Z',
      identifiers: CUSTOMER,
      channel: 'phone',
      direction: 'inbound',
      function: 'reactive',
      handling: 'human',
      conversationId: 'CA00000000000000000000000000000001',
      properties: {
        provider: 'twilio',
        callId: 'CA00000000000000000000000000000001',
        callStatus: 'completed',
        durationSeconds: 312,
        line: '+842873000001',
        recordingId: 'RE00000000000000000000000000000001',
        recordingUrl: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Recordings/RE1',
        recordingSeconds: 310,
        place: { city: 'HO CHI MINH', country: 'VN' },
      },
    });
  });

  it.each([
    ['no-answer', 'inbound', 'Call Missed'],
    ['busy', 'inbound', 'Call Missed'],
    ['canceled', 'inbound', 'Call Missed'],
    ['in-progress', 'inbound', 'Call Answered'],
    ['no-answer', 'outbound-api', 'Call Attempted'],
    ['failed', 'outbound-api', 'Call Attempted'],
    ['completed', 'outbound-api', 'Call Ended'],
  ])('%s, %s: %s', (CallStatus, Direction, event) => {
    const [From, To] = Direction === 'inbound' ? [TWILIO_CALL.From, TWILIO_CALL.To] : [TWILIO_CALL.To, TWILIO_CALL.From];
    const { RecordingSid: _, ...call } = TWILIO_CALL;
    expect(one({ ...call, CallStatus, Direction, From, To })).toMatchObject({
      event,
      identifiers: CUSTOMER,
      direction: Direction === 'inbound' ? 'inbound' : 'outbound',
      properties: { line: '+842873000001' },
    });
  });

  it('is known again: the same status of the same call has the same id, another status another', () => {
    expect(one(TWILIO_CALL).id).toBe(one({ ...TWILIO_CALL, SequenceNumber: '9' }).id);
    expect(one(TWILIO_CALL).id).not.toBe(one({ ...TWILIO_CALL, CallStatus: 'no-answer' }).id);
  });

  it('answers a notification whose id stands in the callback’s address', () => {
    expect(one(TWILIO_CALL, { headers: { 'x-query': `notificationId=${NOTIFICATION}` } }).notificationId).toBe(NOTIFICATION);
    expect(one(TWILIO_CALL, { headers: { 'x-query': 'notificationId=somebody-elses' } }).notificationId).toBeUndefined();
  });

  it('taken in Twilio’s own client names its agent', () => expect(one({ ...TWILIO_CALL, To: 'client:lan' }).agentId).toBe('lan'));

  it('by SIP is the caller’s number', () =>
    expect(one({ ...TWILIO_CALL, From: 'sip:+84901234567@pbx.example' }).identifiers).toEqual(CUSTOMER));

  it.each([
    ['ringing', { CallStatus: 'ringing' }],
    ['initiated', { CallStatus: 'initiated' }],
    ['of somebody who withholds the number', { From: '+266696687' }],
    ['of somebody anonymous', { From: 'Anonymous' }],
    ['which is the leg to an agent', { Direction: 'outbound-dial' }],
  ])('%s is no interaction', (_, change) => expect(decodedOf(delivery({ ...TWILIO_CALL, ...change })).kind).toBe('skip'));

  it.each([
    ['no-answer', 'Call Missed'],
    ['busy', 'Call Missed'],
    ['completed', 'Call Answered'],
  ])('whose leg to the company ended as %s: %s', (DialCallStatus, event) => {
    const told = one({ ...TWILIO_CALL, CallStatus: 'in-progress', DialCallStatus, DialCallSid: 'CA2' });
    expect(told).toMatchObject({
      event,
      messageId: `CA00000000000000000000000000000001:dial:CA2:${DialCallStatus}`,
      identifiers: CUSTOMER,
    });
  });

  it('left as a voicemail is told as text', () => {
    const transcribed = {
      ...TWILIO_CALL,
      TranscriptionSid: 'TR1',
      TranscriptionStatus: 'completed',
      TranscriptionText: 'Gọi lại cho tôi.',
    };
    expect(one(transcribed)).toMatchObject({
      event: 'Voicemail Left',
      text: 'Gọi lại cho tôi.',
      messageId: `${TWILIO_CALL.CallSid}:transcription:TR1`,
    });
    expect(one({ ...transcribed, TranscriptionStatus: 'failed' })).toMatchObject({ event: 'Call Ended' });
  });

  it('answered by a machine, as that is found out, is no interaction yet', () => {
    const found = { AccountSid: 'AC1', CallSid: 'CA1', AnsweredBy: 'machine_end_beep', MachineDetectionDuration: '2500' };
    expect(decodedOf(delivery(found)).kind).toBe('skip');
  });

  it('has its recording reported by itself', () => {
    const { CallStatus: _, From: _f, To: _t, ...recording } = TWILIO_CALL;
    expect(decodedOf(delivery({ ...recording, RecordingStatus: 'completed' })).kind).toBe('skip'); // nobody is named
    expect(one({ ...TWILIO_CALL, RecordingStatus: 'completed' })).toMatchObject({ event: 'Call Recorded', handling: 'none' });
  });
});

describe('a message', () => {
  it('by SMS', () => {
    expect(one(TWILIO_SMS)).toMatchObject({
      messageId: 'SM00000000000000000000000000000001',
      event: 'SMS Received',
      at: '2026-01-15T09:00:00.000Z',
      identifiers: CUSTOMER,
      channel: 'sms',
      direction: 'inbound',
      text: 'Bao giờ giao hàng ạ?',
      conversationId: 'sms:+84901234567',
      properties: { line: '+842873000001' },
    });
  });

  it('by WhatsApp, with what is attached to it named', () => {
    const sent = {
      ...TWILIO_SMS,
      From: 'whatsapp:+84901234567',
      ProfileName: 'Lan Example',
      NumMedia: '1',
      MediaContentType0: 'image/jpeg',
      MediaUrl0: 'https://api.twilio.com/m/1',
    };
    expect(one(sent)).toMatchObject({
      event: 'Message Received',
      channel: 'whatsapp',
      identifiers: [
        { type: 'phone', value: '+84901234567' },
        { type: 'whatsapp', value: '+84901234567' },
      ],
      properties: { senderName: 'Lan Example', attachments: [{ type: 'image/jpeg', url: 'https://api.twilio.com/m/1' }] },
    });
  });

  it('from an advert, or a choice from a list', () => {
    const referral = { ReferralSourceId: '120', ReferralSourceUrl: 'https://fb.me/1', ReferralHeadline: 'Sale', ReferralBody: 'Tea' };
    expect(one({ ...TWILIO_SMS, From: 'whatsapp:+84901234567', ...referral }).properties['advert']).toEqual({
      id: '120',
      url: 'https://fb.me/1',
      headline: 'Sale',
    });
    expect(one({ ...TWILIO_SMS, From: 'whatsapp:+84901234567', Body: 'Red', ListId: 'red', ListTitle: 'Red' })).toMatchObject({
      text: 'Red',
      properties: { button: 'red' },
    });
  });

  it('STOP is a message and withdraws consent', () => {
    const items = interactionsOf(delivery({ ...TWILIO_SMS, Body: 'STOP', OptOutType: 'STOP' }));
    expect(items.map(({ event, channel, properties }) => [event, channel, properties['purpose']])).toEqual([
      ['SMS Received', 'sms', undefined],
      ['Unsubscribed', 'sms', 'marketing'],
    ]);
  });

  it.each([
    ['delivered', undefined, 'SMS Delivered', undefined],
    ['undelivered', '30003', 'SMS Bounced', 'transient'],
    ['undelivered', '30005', 'SMS Bounced', 'permanent'],
    ['failed', '21610', 'SMS Bounced', 'permanent'],
    ['read', undefined, 'Message Read', undefined],
  ])('that we sent and that is %s (%s): %s', (MessageStatus, ErrorCode, event, bounceType) => {
    const fields = { ...TWILIO_RECEIPT, MessageStatus, ...(ErrorCode === undefined ? {} : { ErrorCode }) };
    const receipt = one(fields, { headers: { 'x-query': `notificationId=${NOTIFICATION}` } });
    expect(receipt).toMatchObject({
      event,
      at: '2026-01-15T08:59:00.000Z',
      direction: 'outbound',
      notificationId: NOTIFICATION,
      identifiers: CUSTOMER,
    });
    expect(receipt.properties['bounceType']).toBe(bounceType);
  });

  it('that we sent over WhatsApp has receipts of its own', () => {
    expect(one({ ...TWILIO_RECEIPT, To: 'whatsapp:+84901234567' })).toMatchObject({ event: 'Message Delivered', channel: 'whatsapp' });
    expect(one({ ...TWILIO_RECEIPT, To: 'whatsapp:+84901234567', MessageStatus: 'failed' })).toMatchObject({ event: 'Message Bounced' });
  });

  it.each(['queued', 'sending', 'sent', 'accepted'])('that is only %s says nothing yet', (MessageStatus) =>
    expect(decodedOf(delivery({ ...TWILIO_RECEIPT, MessageStatus })).kind).toBe('skip'),
  );
});

it.each([
  ['nothing', {}, 'twilio: neither a call nor a message: no CallSid, no MessageSid'],
  ['a status that does not exist', { ...TWILIO_CALL, CallStatus: 'constructor' }, 'twilio: a CallStatus that is not in the table'],
  ['a receipt that does not exist', { ...TWILIO_RECEIPT, MessageStatus: 'vanished' }, 'twilio: a MessageStatus that is not in the table'],
])('refuses %s with a reason', (_, fields, reason) => {
  const { kind, refusals } = decodedOf(delivery(fields));
  expect([kind, refusals]).toEqual(['reject', [reason]]);
});
