import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { messengerEvent } from '../../testing/vendor-payloads.js';

const all = (event: object) => interactionsOf(inbound('messenger', messengerEvent(event)));
const NOTIFICATION = '019bc0a1-7c00-7000-8000-000000000060';
const PERSON = [{ type: 'messengerId', value: '6158000000000001' }];

describe('Messenger', () => {
  it('a message, with its attachments named', () => {
    const message = {
      mid: 'm_1',
      text: 'Xin chào',
      reply_to: { mid: 'm_0' },
      attachments: [{ type: 'image', payload: { url: 'https://cdn.example/1.jpg' } }],
    };
    expect(all({ message })).toMatchObject([
      {
        messageId: 'm_1',
        event: 'Message Received',
        at: '2026-01-15T08:55:00.000Z',
        identifiers: PERSON,
        channel: 'messenger',
        direction: 'inbound',
        handling: 'human',
        text: 'Xin chào',
        conversationId: 'messenger:6158000000000001',
        properties: { mid: 'm_1', replyTo: 'm_0', attachments: [{ type: 'image', url: 'https://cdn.example/1.jpg' }] },
      },
    ]);
  });

  it('an echo is what the page sent, to the person', () => {
    const event = {
      sender: { id: '682498302938465' },
      recipient: { id: '6158000000000001' },
      message: { mid: 'm_2', is_echo: true, app_id: 1517776481860111, metadata: NOTIFICATION, text: 'Chào anh' },
    };
    expect(all(event)).toMatchObject([
      {
        event: 'Message Sent',
        direction: 'outbound',
        identifiers: PERSON,
        notificationId: NOTIFICATION,
        properties: { appId: '1517776481860111' },
      },
    ]);
  });

  it('a button is an answer', () => {
    expect(all({ postback: { mid: 'm_3', title: 'Yes', payload: 'YES' } })).toMatchObject([
      { event: 'Message Received', text: 'Yes', properties: { button: 'YES' } },
    ]);
    expect(all({ message: { mid: 'm_4', text: 'Red', quick_reply: { payload: 'RED' } } })).toMatchObject([
      { properties: { button: 'RED' } },
    ]);
  });

  it('a reaction, an edit', () => {
    const reaction = { mid: 'm_1', action: 'unreact', reaction: 'love', emoji: '❤' };
    expect(all({ reaction })).toMatchObject([{ event: 'Message Reacted', properties: { reaction: '❤', removed: true, reactedTo: 'm_1' } }]);
    expect(all({ message_edit: { mid: 'm_1', text: 'Xin chào!', num_edit: 2 } })).toMatchObject([
      { messageId: 'm_1:edit:2', event: 'Message Edited', text: 'Xin chào!' },
    ]);
  });

  it('receipts: each message that arrived, and how far was read', () => {
    expect(
      all({ delivery: { mids: ['m_5', 'm_6'], watermark: 1768467300000 } }).map(({ messageId, event, direction }) => [
        messageId,
        event,
        direction,
      ]),
    ).toEqual([
      ['m_5:delivered', 'Message Delivered', 'outbound'],
      ['m_6:delivered', 'Message Delivered', 'outbound'],
    ]);
    expect(all({ read: { watermark: 1768467240000 } })).toMatchObject([
      { event: 'Message Read', messageId: 'read:6158000000000001:1768467240000' },
    ]);
  });

  // "messaging_referrals", "messages" with a referral, "standby"
  it('an advert leads to a message, or back to the thread', () => {
    const referral = { ref: 'tea', ad_id: '120', source: 'ADS', type: 'OPEN_THREAD' };
    expect(all({ message: { mid: 'm_8', text: 'Giá?', referral } })).toMatchObject([
      { event: 'Message Received', properties: { advert: '120' } },
    ]);
    expect(all({ referral })).toMatchObject([{ event: 'Advert Clicked', identifiers: PERSON, properties: { advert: '120', ref: 'tea' } }]);
    const byLink = messengerEvent({ referral: { ref: 'tea', source: 'SHORTLINK', type: 'OPEN_THREAD' } });
    expect(decodedOf(inbound('messenger', byLink)).kind).toBe('skip');
  });

  it('a message while another app holds the thread is heard, once', () => {
    const event = {
      sender: { id: '6158000000000001' },
      recipient: { id: '1' },
      timestamp: 1768467300000,
      message: { mid: 'm_9', text: 'Chào' },
    };
    const standby = interactionsOf(inbound('messenger', { object: 'page', entry: [{ id: '1', time: 1, standby: [event] }] }));
    expect(standby).toMatchObject([{ event: 'Message Received', messageId: 'm_9', identifiers: PERSON }]);
  });

  // developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/messaging_optins
  it.each([
    [undefined, 'Consent Granted'],
    ['RESUME NOTIFICATIONS', 'Consent Granted'],
    ['STOP NOTIFICATIONS', 'Unsubscribed'],
    ['STOP_NOTIFICATIONS', 'Unsubscribed'],
  ])('an opt-in with status %s: %s', (status, event) => {
    const optin = {
      type: 'notification_messages',
      title: 'Tin về trà',
      notification_messages_token: 't',
      notification_messages_status: status,
    };
    expect(all({ optin })).toMatchObject([
      { event, identifiers: PERSON, properties: { purpose: 'marketing', channel: 'messenger', wording: 'Tin về trà' } },
    ]);
  });

  it('a place has its coordinates', () => {
    const attachments = [{ type: 'location', payload: { coordinates: { lat: 10.77, long: 106.69 } } }];
    expect(all({ message: { mid: 'm_10', attachments } })[0]!.properties['attachments']).toEqual([
      { type: 'location', coordinates: { lat: 10.77, long: 106.69 } },
    ]);
  });

  it.each([
    [{ account_linking: { status: 'linked', authorization_code: 'x' } }],
    [{ pass_thread_control: { new_owner_app_id: '1', metadata: '' } }],
    [{ optin: { ref: 'box', user_ref: 'u' } }],
    [{ policy_enforcement: { action: 'block', reason: 'x' } }],
  ])('%j says nothing of a customer', (event) => expect(decodedOf(inbound('messenger', messengerEvent(event))).kind).toBe('skip'));

  it('what nobody said or did is no interaction', () => {
    for (const event of [{ typing: {} }, { message: { mid: 'm_7', is_deleted: true } }, { sender: {} }])
      expect(decodedOf(inbound('messenger', messengerEvent(event))).kind).toBe('skip');
    expect(decodedOf(inbound('messenger', { object: 'instagram' })).refusals).toEqual(['messenger: not of a page']);
  });
});
