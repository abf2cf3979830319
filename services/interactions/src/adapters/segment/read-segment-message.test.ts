import { describe, expect, it } from '@jest/globals';
import { interactionOf } from '../../testing/interaction-of.js';
import { RECEIVED_AT, segment } from '../../testing/received.js';

describe('a Segment message', () => {
  it('becomes an interaction', () => {
    const interaction = interactionOf(
      segment(
        {
          type: 'track',
          event: 'Order Completed',
          userId: 17850,
          anonymousId: 'a1',
          timestamp: '2026-01-15T08:59:00.000Z',
          integrations: { All: false },
          properties: { order_id: '536365', total: 139.12, currency: 'GBP', products: [{ sku: '85123A' }] },
          context: {
            page: { path: '/thanks' },
            locale: 'vi-VN',
            timezone: 'Asia/Ho_Chi_Minh',
            library: { name: 'analytics.js' },
            traits: { email: 'Ann@Example.com' },
            campaign: { name: 'tet' },
          },
        },
        { sentAt: '2026-01-15T08:59:30.000Z' },
      ),
    );
    expect(interaction).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      source: 'shop',
      messageId: 'm1',
      kind: 'track',
      event: 'Order Completed',
      at: '2026-01-15T08:59:30.000Z',
      receivedAt: RECEIVED_AT,
      subject: 'userId:17850',
      identifiers: [
        { type: 'userId', value: '17850' },
        { type: 'email', value: 'ann@example.com' },
        { type: 'anonymousId', value: 'a1' },
      ],
      channel: 'web',
      direction: 'inbound',
      stage: 'purchase',
      touchpoint: 'online_checkout',
      handling: 'self_service',
      complexity: 'simple',
      sensitivity: 'normal',
      inferred: ['channel', 'direction', 'stage', 'touchpoint', 'handling', 'complexity', 'sensitivity', 'value'],
      value: { currency: 'GBP', amount: '139.12' },
      campaignId: 'tet',
      properties: { order_id: '536365', total: 139.12, currency: 'GBP', products: [{ sku: '85123A' }] },
      context: {
        locale: 'vi-VN',
        timezone: 'Asia/Ho_Chi_Minh',
        page: { path: '/thanks' },
        campaign: { name: 'tet' },
        library: { name: 'analytics.js' },
      },
    });
  });

  it('identify: says something about the person, from the traits of either place', () => {
    const interaction = interactionOf(
      segment({
        type: 'identify',
        userId: 'u1',
        traits: { plan: 'pro', phone: '0120 123 4567' },
        context: { traits: { plan: 'free', city: 'Huế' }, active: false },
      }),
    );
    expect(interaction).toMatchObject({
      kind: 'identify',
      event: 'Customer Identified',
      channel: 'api',
      handling: 'none',
      traits: { plan: 'pro', phone: '0120 123 4567', city: 'Huế' },
      properties: {},
    });
    expect(interaction.identifiers).toContainEqual({ type: 'phone', value: '+84701234567' });
    expect(interaction.context).toEqual({ active: false });
  });

  it('page and screen: the name belongs to the properties', () => {
    expect(interactionOf(segment({ type: 'page', anonymousId: 'a1', name: 'Home', properties: { url: '/' } }))).toMatchObject({
      kind: 'page',
      event: 'Page Viewed',
      channel: 'web',
      touchpoint: 'website',
      properties: { name: 'Home', url: '/' },
    });
    expect(interactionOf(segment({ type: 'screen', anonymousId: 'a1', name: 'Cart' }))).toMatchObject({
      kind: 'screen',
      event: 'Screen Viewed',
      channel: 'mobile_app',
      touchpoint: 'app',
    });
  });

  it('group: the company, not the person', () => {
    const interaction = interactionOf(
      segment({ type: 'group', userId: 'u1', groupId: 'acme', traits: { name: 'Acme', email: 'office@acme.com' } }),
    );
    expect(interaction).toMatchObject({
      kind: 'group',
      event: 'Account Joined',
      account: { id: 'acme', traits: { name: 'Acme' } },
      identifiers: [{ type: 'userId', value: 'u1' }],
    });
    expect(interactionOf(segment({ type: 'track', event: 'Signed In', userId: 'u1', context: { groupId: 7 } })).account).toEqual({
      id: '7',
      traits: {},
    });
  });

  it('alias: both names', () => {
    expect(interactionOf(segment({ type: 'alias', userId: 'u1', previousId: 'a1' }))).toMatchObject({
      kind: 'alias',
      identifiers: [
        { type: 'userId', value: 'u1' },
        { type: 'anonymousId', value: 'a1' },
      ],
    });
  });

  it('keeps the connection’s address only when it is the customer’s', () => {
    const request = { ip: '203.0.113.7', userAgent: 'Mozilla/5.0' };
    expect(interactionOf(segment({ event: 'Signed In', userId: 'u1' }, { request })).context).toBeUndefined();
    expect(interactionOf(segment({ event: 'Signed In', userId: 'u1', context: { direct: true } }, { request })).context).toEqual({
      ...request,
      direct: true,
    });
  });

  it.each([
    ['a browser’s library', { library: { name: 'analytics.js' } }, 'web'],
    ['RudderStack’s', { library: { name: 'RudderLabs JavaScript SDK' } }, 'web'],
    ['a phone’s', { library: { name: 'analytics-ios' } }, 'mobile_app'],
    ['React Native', { library: { name: '@segment/analytics-react-native' } }, 'mobile_app'],
    ['a server’s', { library: { name: '@segment/analytics-node' } }, 'api'],
    ['a server that passes the page on', { library: { name: '@segment/analytics-node' }, page: { path: '/' } }, 'web'],
    ['a device', { device: { type: 'Android' } }, 'mobile_app'],
    ['a browser’s user agent', { userAgent: 'Mozilla/5.0 (X11)' }, 'web'],
    ['a tool’s', { userAgent: 'curl/8' }, 'api'],
    ['nothing', undefined, 'api'],
  ])('tells the channel from the context: %s', (_, context, channel) => {
    expect(interactionOf(segment({ event: 'Something Else', userId: 'u1', context }))).toMatchObject({
      channel,
      handling: 'none',
      inferred: ['channel', 'direction', 'handling', 'sensitivity'],
    });
  });

  it('believes what the sender states, in the words of the domain only', () => {
    const interaction = interactionOf(
      segment({
        event: 'Order Completed',
        userId: 'u1',
        properties: { channel: 'store', handling: 'dedicated_human', complexity: 'mind-boggling', agent_id: 'lan', total: 5 },
      }),
    );
    expect(interaction).toMatchObject({
      channel: 'store',
      handling: 'dedicated_human',
      complexity: 'simple',
      touchpoint: 'store_visit',
      agentId: 'lan',
    });
    expect(interaction.inferred).toEqual(expect.arrayContaining(['complexity', 'touchpoint', 'value', 'currency']));
    expect(interaction.inferred).not.toContain('channel');
    expect(interaction.inferred).not.toContain('handling');
  });

  it('gives a familiar event its standard name, and says so', () => {
    expect(interactionOf(segment({ event: 'order_completed', userId: 'u1' }))).toMatchObject({
      event: 'Order Completed',
      inferred: expect.arrayContaining(['event']),
    });
    expect(interactionOf(segment({ event: 'Test Drive Booked', userId: 'u1' }))).toMatchObject({
      event: 'Test Drive Booked',
      inferred: expect.not.arrayContaining(['event']),
    });
  });

  it('knows no value where the money makes no sense', () => {
    for (const properties of [{ total: 'free', currency: 'GBP' }, { total: 5, currency: '£' }, {}]) {
      expect(interactionOf(segment({ event: 'Order Completed', userId: 'u1', properties })).value).toBeUndefined();
    }
    expect(interactionOf(segment({ event: 'Order Refunded', userId: 'u1', properties: { total: -5.5, currency: 'gbp' } })).value).toEqual({
      currency: 'GBP',
      amount: '5.5',
    });
    expect(interactionOf(segment({ event: 'Product Viewed', userId: 'u1', properties: { value: 5 } })).value).toBeUndefined();
  });

  it('finds what a customer wrote', () => {
    expect(
      interactionOf(
        segment({
          event: 'Live Chat Message Sent',
          userId: 'u1',
          properties: { message_body: 'Xin chào', conversation_id: 'c1', agent_id: 'lan' },
        }),
      ),
    ).toMatchObject({
      channel: 'live_chat',
      handling: 'human',
      text: 'Xin chào',
      conversationId: 'c1',
      agentId: 'lan',
    });
  });
});
