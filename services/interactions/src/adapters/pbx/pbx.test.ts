import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { PBX_CALL } from '../../testing/vendor-payloads.js';

const one = (fields: object) => interactionsOf(inbound('pbx', { ...PBX_CALL, ...fields }))[0]!;

describe('a telephone system', () => {
  it('tells who called, who answered, how long, what was recorded and how it ended', () => {
    expect(one({})).toMatchObject({
      messageId: 'c-4711:ended:r-1',
      event: 'Call Ended',
      at: '2026-01-15T08:55:00.000Z',
      identifiers: [{ type: 'phone', value: '+84901234567' }],
      channel: 'phone',
      direction: 'inbound',
      handling: 'human',
      agentId: 'lan',
      conversationId: 'c-4711',
      text: 'Khách hỏi về hoá đơn.',
      properties: {
        callId: 'c-4711',
        line: '028 7300 0001',
        queue: 'support',
        durationSeconds: 312,
        waitSeconds: 8,
        recordingId: 'r-1',
        disposition: 'ANSWERED',
        outcome: 'answered',
      },
    });
  });

  it.each([
    ['call started', {}, 'Call Started'],
    ['answered by', {}, 'Call Answered'],
    ['call_transferred', {}, 'Call Transferred'],
    ['HANGUP', {}, 'Call Ended'],
    ['missed', {}, 'Call Missed'],
    ['call.ended', { disposition: 'NO ANSWER' }, 'Call Missed'],
    ['call.ended', { disposition: 'NO ANSWER', billsec: 3 }, 'Call Ended'],
    ['call.ended', { disposition: 'BUSY', direction: 'outbound' }, 'Call Attempted'],
    ['missed', { direction: 'outbound' }, 'Call Attempted'],
    ['recording ready', {}, 'Call Recorded'],
    ['voicemail', {}, 'Voicemail Left'],
  ])('%s %j: %s', (event, more, name) => expect(one({ event, ...more }).event).toBe(name));

  it('a call of ours goes to the number that was dialled', () => {
    expect(one({ direction: 'outbound', from: PBX_CALL.to, to: PBX_CALL.from })).toMatchObject({
      direction: 'outbound',
      function: 'proactive',
      subject: 'phone:+84901234567',
    });
  });

  it('may know more of the caller than the number, and ask not to be called', () => {
    const call = one({ identifiers: { crm_id: 'c9' }, disposition: 'Do not call' });
    expect([call.subject, call.properties['outcome']]).toEqual(['crmId:c9', 'do_not_call']);
  });

  it('may send form fields', () => {
    const fields = new URLSearchParams({ event: 'missed', callId: 'c-1', from: '0901234567', to: '1900' });
    expect(interactionsOf(inbound('pbx', fields))).toMatchObject([{ event: 'Call Missed', subject: 'phone:+84901234567' }]);
  });

  it('each part of a call once', () => {
    const ids = ['call started', 'answered', 'call ended', 'call ended'].map((event) => one({ event }).id);
    expect(new Set(ids).size).toBe(3);
  });

  it('refuses, or skips, with a reason', () => {
    expect(decodedOf(inbound('pbx', { ...PBX_CALL, event: 'ringing' })).kind).toBe('skip');
    expect(decodedOf(inbound('pbx', { callId: 'c' })).refusals).toEqual(['pbx: no event: which part of a call is it?']);
    expect(decodedOf(inbound('pbx', { event: 'exploded' })).refusals).toEqual(['pbx: an event that is not in the table']);
    expect(decodedOf(inbound('pbx', { ...PBX_CALL, from: 'withheld' })).refusals).toEqual([
      'item 0: no usable identifier (phone: invalid)',
    ]);
  });
});
