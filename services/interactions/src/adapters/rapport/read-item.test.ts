import { describe, expect, it } from '@jest/globals';
import { interactionOf } from '../../testing/interaction-of.js';
import { item } from '../../testing/received.js';

describe('an item of POST /v1/interactions', () => {
  it('becomes an interaction, with what it states', () => {
    expect(
      interactionOf(
        item({
          id: 'x1',
          event: 'Call Ended',
          at: '2026-01-15T08:00:00.000Z',
          channel: 'phone',
          direction: 'outbound',
          identifiers: { phone: ['090 123 4567', '+84901234567'], crm_id: 'c9' },
          caseId: 'k1',
          agentId: 'lan',
          sensitivity: 'sensitive',
          sentiment: -0.4,
          value: { currency: 'VND', amount: '250000' },
          properties: { durationS: 240 },
          text: 'Đổi hàng',
        }),
      ),
    ).toMatchObject({
      kind: 'track',
      event: 'Call Ended',
      at: '2026-01-15T08:00:00.000Z',
      subject: 'crmId:c9',
      identifiers: [
        { type: 'crmId', value: 'c9' },
        { type: 'phone', value: '+84901234567' },
      ],
      channel: 'phone',
      direction: 'outbound',
      handling: 'human',
      function: 'reactive',
      sensitivity: 'sensitive',
      inferred: ['function', 'handling'],
      sentiment: -0.4,
      caseId: 'k1',
      agentId: 'lan',
      value: { currency: 'VND', amount: '250000' },
      text: 'Đổi hàng',
    });
  });

  it('may say something about the person or the company', () => {
    expect(interactionOf(item({ event: 'Traits Changed', identifiers: { userId: 'u1' }, traits: { plan: 'pro' } }))).toMatchObject({
      kind: 'identify',
      event: 'Traits Changed',
      traits: { plan: 'pro' },
    });
    expect(interactionOf(item({ identifiers: { userId: 'u1' }, account: { id: 'acme' } }))).toMatchObject({
      kind: 'group',
      event: 'Account Joined',
      account: { id: 'acme', traits: {} },
    });
  });
});
