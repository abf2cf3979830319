import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { messageIdOfDelivery, notificationOfAddress, notificationOfMessageId, replyAddressOf } from './notification-mail.js';

describe('a mail that carries its notification', () => {
  it('names it in its Message-ID and in its reply address, and both can be read again', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.uuid(), (notification, delivery) => {
        const messageId = messageIdOfDelivery(notification, delivery, 'shop.example');
        expect(notificationOfMessageId(messageId)).toBe(notification);
        expect(notificationOfMessageId(messageId.slice(1, -1))).toBe(notification);
        expect(notificationOfAddress(replyAddressOf('Shop <hello@shop.example>', notification))).toBe(notification);
        expect(notificationOfAddress(replyAddressOf('hello@shop.example', notification).toUpperCase())).toBe(notification);
      }),
    );
  });

  it('leaves the local part of a reply address within 64 characters (RFC 5321 §4.5.3.1.1)', () => {
    const address = replyAddressOf(`${'a'.repeat(31)}@shop.example`, '01890000-0000-7000-8000-00000000000a');
    expect(address.slice(0, address.indexOf('@'))).toHaveLength(64);
  });

  it.each(['<CAF=x@mail.gmail.com>', '', 'ann+news@example.com', '01890000-0000-7000-8000-00000000000a@shop.example'])(
    'finds none in %j',
    (text) => {
      expect(notificationOfMessageId(text)).toBeUndefined();
      expect(notificationOfAddress(text)).toBeUndefined();
    },
  );
});
