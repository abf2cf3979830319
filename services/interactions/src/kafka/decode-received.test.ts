import { describe, expect, it } from '@jest/globals';
import { assertProducible, type Interaction, type InteractionReceived, TOPICS } from '@rapport/contracts';
import fc from 'fast-check';
import { item, RECEIVED_AT, recordOf, segment, SETTINGS_FOR_TESTS } from '../testing/received.js';
import { decodeReceived } from './decode-received.js';

function interactionOf(received: InteractionReceived | string): Interaction {
  const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
  if (decoded.kind !== 'input') throw new Error(JSON.stringify(decoded));
  assertProducible(TOPICS.interactionsRecorded, decoded.input.interaction);
  return decoded.input.interaction;
}

const reasonOf = (received: InteractionReceived | string): string => {
  const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
  return decoded.kind === 'reject' ? decoded.reason : decoded.kind;
};

describe('a Segment message', () => {
  it('becomes an interaction', () => {
    const interaction = interactionOf(
      segment(
        {
          type: 'track', event: 'Order Completed', userId: 17850, anonymousId: 'a1', timestamp: '2026-01-15T08:59:00.000Z', integrations: { All: false },
          properties: { order_id: '536365', total: 139.12, currency: 'GBP', products: [{ sku: '85123A' }] },
          context: { page: { path: '/thanks' }, locale: 'vi-VN', timezone: 'Asia/Ho_Chi_Minh', library: { name: 'analytics.js' }, traits: { email: 'Ann@Example.com' }, campaign: { name: 'tet' } },
        },
        { sentAt: '2026-01-15T08:59:30.000Z' },
      ),
    );
    expect(interaction).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/), source: 'shop', messageId: 'm1', kind: 'track', event: 'Order Completed', at: '2026-01-15T08:59:30.000Z', receivedAt: RECEIVED_AT,
      subject: 'userId:17850',
      identifiers: [{ type: 'userId', value: '17850' }, { type: 'email', value: 'ann@example.com' }, { type: 'anonymousId', value: 'a1' }],
      channel: 'web', direction: 'inbound', stage: 'purchase', touchpoint: 'online_checkout', handling: 'self_service', complexity: 'simple', sensitivity: 'normal',
      inferred: ['channel', 'direction', 'stage', 'touchpoint', 'handling', 'complexity', 'sensitivity', 'value'],
      value: { currency: 'GBP', amount: '139.12' }, campaignId: 'tet',
      properties: { order_id: '536365', total: 139.12, currency: 'GBP', products: [{ sku: '85123A' }] },
      context: { locale: 'vi-VN', timezone: 'Asia/Ho_Chi_Minh', page: { path: '/thanks' }, campaign: { name: 'tet' }, library: { name: 'analytics.js' } },
    });
  });

  it('identify: says something about the person, from the traits of either place', () => {
    const interaction = interactionOf(segment({ type: 'identify', userId: 'u1', traits: { plan: 'pro', phone: '0120 123 4567' }, context: { traits: { plan: 'free', city: 'Huế' }, active: false } }));
    expect(interaction).toMatchObject({ kind: 'identify', event: 'Customer Identified', channel: 'api', handling: 'none', traits: { plan: 'pro', phone: '0120 123 4567', city: 'Huế' }, properties: {} });
    expect(interaction.identifiers).toContainEqual({ type: 'phone', value: '+84701234567' });
    expect(interaction.context).toEqual({ active: false });
  });

  it('page and screen: the name belongs to the properties', () => {
    expect(interactionOf(segment({ type: 'page', anonymousId: 'a1', name: 'Home', properties: { url: '/' } }))).toMatchObject({
      kind: 'page', event: 'Page Viewed', channel: 'web', touchpoint: 'website', properties: { name: 'Home', url: '/' },
    });
    expect(interactionOf(segment({ type: 'screen', anonymousId: 'a1', name: 'Cart' }))).toMatchObject({ kind: 'screen', event: 'Screen Viewed', channel: 'mobile_app', touchpoint: 'app' });
  });

  it('group: the company, not the person', () => {
    const interaction = interactionOf(segment({ type: 'group', userId: 'u1', groupId: 'acme', traits: { name: 'Acme', email: 'office@acme.com' } }));
    expect(interaction).toMatchObject({ kind: 'group', event: 'Account Joined', account: { id: 'acme', traits: { name: 'Acme' } }, identifiers: [{ type: 'userId', value: 'u1' }] });
    expect(interactionOf(segment({ type: 'track', event: 'Signed In', userId: 'u1', context: { groupId: 7 } })).account).toEqual({ id: '7', traits: {} });
  });

  it('alias: both names', () => {
    expect(interactionOf(segment({ type: 'alias', userId: 'u1', previousId: 'a1' }))).toMatchObject({ kind: 'alias', identifiers: [{ type: 'userId', value: 'u1' }, { type: 'anonymousId', value: 'a1' }] });
  });

  it('keeps the connection’s address only when it is the customer’s', () => {
    const request = { ip: '203.0.113.7', userAgent: 'Mozilla/5.0' };
    expect(interactionOf(segment({ event: 'Signed In', userId: 'u1' }, { request })).context).toBeUndefined();
    expect(interactionOf(segment({ event: 'Signed In', userId: 'u1', context: { direct: true } }, { request })).context).toEqual({ ...request, direct: true });
  });

  it.each([
    ['a browser’s library', { library: { name: 'analytics.js' } }, 'web'], ['RudderStack’s', { library: { name: 'RudderLabs JavaScript SDK' } }, 'web'],
    ['a phone’s', { library: { name: 'analytics-ios' } }, 'mobile_app'], ['React Native', { library: { name: '@segment/analytics-react-native' } }, 'mobile_app'],
    ['a server’s', { library: { name: '@segment/analytics-node' } }, 'api'], ['a server that passes the page on', { library: { name: '@segment/analytics-node' }, page: { path: '/' } }, 'web'],
    ['a device', { device: { type: 'Android' } }, 'mobile_app'], ['a browser’s user agent', { userAgent: 'Mozilla/5.0 (X11)' }, 'web'], ['a tool’s', { userAgent: 'curl/8' }, 'api'], ['nothing', undefined, 'api'],
  ])('tells the channel from the context: %s', (_, context, channel) => {
    expect(interactionOf(segment({ event: 'Something Else', userId: 'u1', context }))).toMatchObject({ channel, handling: 'none', inferred: ['channel', 'direction', 'handling', 'sensitivity'] });
  });

  it('believes what the sender states, in the words of the domain only', () => {
    const interaction = interactionOf(segment({ event: 'Order Completed', userId: 'u1', properties: { channel: 'store', handling: 'dedicated_human', complexity: 'mind-boggling', agent_id: 'lan', total: 5 } }));
    expect(interaction).toMatchObject({ channel: 'store', handling: 'dedicated_human', complexity: 'simple', touchpoint: 'store_visit', agentId: 'lan' });
    expect(interaction.inferred).toEqual(expect.arrayContaining(['complexity', 'touchpoint', 'value', 'currency']));
    expect(interaction.inferred).not.toContain('channel');
    expect(interaction.inferred).not.toContain('handling');
  });

  it('gives a familiar event its standard name, and says so', () => {
    expect(interactionOf(segment({ event: 'order_completed', userId: 'u1' }))).toMatchObject({ event: 'Order Completed', inferred: expect.arrayContaining(['event']) });
    expect(interactionOf(segment({ event: 'Test Drive Booked', userId: 'u1' }))).toMatchObject({ event: 'Test Drive Booked', inferred: expect.not.arrayContaining(['event']) });
  });

  it('knows no value where the money makes no sense', () => {
    for (const properties of [{ total: -5, currency: 'GBP' }, { total: 'free', currency: 'GBP' }, { total: 5, currency: '£' }, {}]) {
      expect(interactionOf(segment({ event: 'Order Completed', userId: 'u1', properties })).value).toBeUndefined();
    }
    expect(interactionOf(segment({ event: 'Order Refunded', userId: 'u1', properties: { total: -5.5, currency: 'gbp' } })).value).toEqual({ currency: 'GBP', amount: '5.5' });
    expect(interactionOf(segment({ event: 'Product Viewed', userId: 'u1', properties: { value: 5 } })).value).toBeUndefined();
  });

  it('finds what a customer wrote', () => {
    expect(interactionOf(segment({ event: 'Live Chat Message Sent', userId: 'u1', properties: { message_body: 'Xin chào', conversation_id: 'c1', agent_id: 'lan' } }))).toMatchObject({
      channel: 'live_chat', handling: 'human', text: 'Xin chào', conversationId: 'c1', agentId: 'lan',
    });
  });
});

describe('an item of POST /v1/interactions', () => {
  it('becomes an interaction, with what it states', () => {
    expect(
      interactionOf(
        item({
          id: 'x1', event: 'Call Ended', at: '2026-01-15T08:00:00.000Z', channel: 'phone', direction: 'outbound', identifiers: { phone: ['090 123 4567', '+84901234567'], crm_id: 'c9' }, caseId: 'k1',
          agentId: 'lan', sensitivity: 'sensitive', sentiment: -0.4, value: { currency: 'VND', amount: '250000' }, properties: { durationS: 240 }, text: 'Đổi hàng',
        }),
      ),
    ).toMatchObject({
      kind: 'track', event: 'Call Ended', at: '2026-01-15T08:00:00.000Z', subject: 'crmId:c9', identifiers: [{ type: 'crmId', value: 'c9' }, { type: 'phone', value: '+84901234567' }],
      channel: 'phone', direction: 'outbound', handling: 'human', function: 'reactive', sensitivity: 'sensitive', inferred: ['function', 'handling'], sentiment: -0.4, caseId: 'k1', agentId: 'lan',
      value: { currency: 'VND', amount: '250000' }, text: 'Đổi hàng',
    });
  });

  it('may say something about the person or the company', () => {
    expect(interactionOf(item({ event: 'Traits Changed', identifiers: { userId: 'u1' }, traits: { plan: 'pro' } }))).toMatchObject({ kind: 'identify', event: 'Traits Changed', traits: { plan: 'pro' } });
    expect(interactionOf(item({ identifiers: { userId: 'u1' }, account: { id: 'acme' } }))).toMatchObject({ kind: 'group', event: 'Account Joined', account: { id: 'acme', traits: {} } });
  });
});

describe('what is refused', () => {
  it.each([
    ['not JSON', '{', 'interactions.received.v1: not JSON'],
    ['a track without an event', segment({ userId: 'u1' }), 'a track call without the name of its event'],
    ['a group without its id', segment({ type: 'group', userId: 'u1' }), 'a group call without a groupId'],
    ['a call that does not exist', segment({ type: 'shout', userId: 'u1' }), 'there is no call "shout"'],
    ['nobody', segment({ event: 'X' }), 'no identifier'],
    ['nobody usable', segment({ event: 'X', userId: 'null', context: { traits: { email: 'nobody' } } }), 'no usable identifier (userId: blocked, email: blocked)'],
    ['an item without an event', item({ identifiers: { userId: 'u1' } }), 'an interaction without the name of its event'],
    ['an item of nobody', item({ event: 'X', identifiers: { email: 'ann at example' } }), 'no usable identifier (email: invalid)'],
    ['a thousand levels', segment({ event: 'X', userId: 'u1', properties: JSON.parse(`${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`) }), 'nested too deeply'],
  ])('%s', (_, received, reason) => expect(reasonOf(received)).toBe(reason));

  it('skips a tombstone', () => expect(decodeReceived(recordOf(null), SETTINGS_FOR_TESTS).kind).toBe('skip'));

  it('tolerates members that it does not know', () => {
    expect(interactionOf(JSON.stringify({ ...segment({ event: 'Signed In', userId: 'u1' }), added: 'later' })).event).toBe('Signed In');
  });

  it('replaces what no database stores, and drops what poisons prototypes', () => {
    const raw = JSON.stringify(segment({ event: 'X', userId: 'u1', properties: { note: 'a\u0000b\ud800c 🚗', list: ['\u0000'] } })).replace('"note"', '"__proto__":{"admin":true},"note"');
    const { properties } = interactionOf(raw);
    expect(properties).toEqual({ note: 'a\ufffdb\ufffdc 🚗', list: ['\ufffd'] });
    expect(Object.getOwnPropertyNames(properties)).toEqual(['note', 'list']);
  });

  it('carries the trace on', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(decodeReceived(recordOf(segment({ event: 'X', userId: 'u1' }), { traceparent }), SETTINGS_FOR_TESTS)).toMatchObject({ input: { traceparent } });
  });
});

describe('laws', () => {
  const value = fc.oneof(fc.string({ unit: 'binary' }), fc.jsonValue(), fc.double(), fc.constantFrom('u1', 'null', 'store', 'human', 'GBP', 'Order Completed', '2026-01-15T08:00:00Z'));
  const NAMES = ['type', 'event', 'userId', 'anonymousId', 'previousId', 'groupId', 'properties', 'traits', 'context', 'timestamp', 'originalTimestamp', 'sentAt', 'channel', 'name', 'identifiers', 'at', 'value',
    'account', 'text', 'kind', 'id', 'sentiment', 'agentId', 'stage', 'email', 'phone', 'device', 'library', 'page', 'externalIds', 'total', 'currency', 'campaign', 'active', 'direct'];
  const object = fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(value, fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(value, fc.dictionary(fc.constantFrom(...NAMES), value)))));

  it('every payload is either recorded within the contract or refused with a reason, and always alike', () => {
    let recorded = 0;
    fc.assert(fc.property(object, fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias', 'rapport'), (payload, call) => {
      const received = call === 'rapport' ? item({ event: 'X', identifiers: { userId: 'u1' }, ...payload }, { messageId: 'm' }) : segment({ event: 'X', userId: 'u1', ...payload }, { type: call });
      const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
      expect(decodeReceived(recordOf(received), SETTINGS_FOR_TESTS)).toEqual(decoded);
      if (decoded.kind === 'reject') return expect(decoded.reason).not.toBe('');
      recorded += 1;
      if (decoded.kind === 'input') assertProducible(TOPICS.interactionsRecorded, decoded.input.interaction);
    }), { numRuns: 3000 });
    expect(recorded).toBeGreaterThan(1000);
  });
});
