import { describe, expect, it } from '@jest/globals';
import { messageIdOfDelivery, replyAddressOf } from '@rapport/identifiers';
import { signLink } from '@rapport/platform';
import { composeMail, mailOfLines } from '../../testing/compose-mail.js';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';

const N = '01890000-0000-7000-8000-00000000000a';
const D = '01890000-0000-7000-8000-00000000000d';
const OURS = messageIdOfDelivery(N, D, 'shop.example');
const one = (raw: Buffer, settings = {}) => interactionsOf(inbound('mime', raw, { settings }))[0]!;

describe('a mail from a customer', () => {
  it('is an Email Received in his own words, with attachments named', async () => {
    const mail = await composeMail({
      subject: 'Broken cup',
      text: 'It came broken.\n\n-- \nAnn',
      attachments: [{ filename: 'cup.jpg', content: Buffer.alloc(10) }],
    });
    expect(one(mail)).toMatchObject({
      event: 'Email Received',
      messageId: 'm1@example.com',
      at: '2026-01-15T08:30:00.000Z',
      channel: 'email',
      direction: 'inbound',
      function: 'reactive',
      handling: 'human',
      identifiers: [{ type: 'email', value: 'ann@example.com' }],
      text: 'It came broken.',
      conversationId: 'm1@example.com',
      properties: { subject: 'Broken cup', fromName: 'Ann Lee', attachments: [{ name: 'cup.jpg', type: 'image/jpeg', size: 10 }] },
    });
  });

  it.each([
    ['In-Reply-To', { inReplyTo: OURS }],
    ['References, some answers later', { inReplyTo: '<their@example.com>', references: [OURS, '<their@example.com>'] }],
    ['the plus address', { to: replyAddressOf('answers@shop.example', N).toUpperCase() }],
  ])('answers the notification that %s names', async (_, options) => {
    expect(one(await composeMail({ ...options, text: 'Yes' }))).toMatchObject({ event: 'Email Received', notificationId: N });
  });

  it('stays in the conversation that its first mail began', async () => {
    const first = one(await composeMail({ text: 'a' }));
    const third = one(
      await composeMail({
        messageId: '<m3@example.com>',
        inReplyTo: '<m2@shop.example>',
        references: '<m1@example.com> <m2@shop.example>',
        text: 'b',
      }),
    );
    expect(third.conversationId).toBe(first.conversationId);
  });

  it('is the same message when it comes twice, with a Message-ID or without one', async () => {
    const without = mailOfLines('From: ann@example.com', '', 'hello');
    for (const raw of [await composeMail({ text: 'a' }), without]) expect(one(raw).messageId).toBe(one(raw).messageId);
    expect(one(without).messageId).not.toBe(one(mailOfLines('From: ann@example.com', '', 'hello!')).messageId);
  });

  it('unsubscribes by the mailto of List-Unsubscribe, for the purpose in its own token', async () => {
    const token = signLink({ n: N, p: 'p', c: 'email', t: 'email', a: 'ann@example.com', u: 'survey' }, 'any-secret-of-sixteen');
    expect(one(await composeMail({ subject: `unsubscribe ${token}`, text: '' }))).toMatchObject({
      event: 'Unsubscribed',
      channel: 'email',
      properties: { purpose: 'survey' },
    });
    const foreign = one(await composeMail({ from: 'bob@example.com', subject: `unsubscribe ${token}`, text: '' }));
    expect(foreign).toMatchObject({ event: 'Unsubscribed', identifiers: [{ type: 'email', value: 'bob@example.com' }] });
    expect(foreign.properties).not.toHaveProperty('purpose');
  });
});

describe('a mail that nobody wrote', () => {
  it('is an Email Auto-Replied: recorded, served by nobody', async () => {
    expect(
      one(
        await composeMail({
          subject: 'Out of office',
          headers: { 'Auto-Submitted': 'auto-replied' },
          inReplyTo: OURS,
          text: 'Back on Monday',
        }),
      ),
    ).toMatchObject({
      event: 'Email Auto-Replied',
      handling: 'none',
      notificationId: N,
      properties: { autoReply: 'out_of_office' },
      context: { active: false },
    });
  });
});

describe('a mail of the company', () => {
  const settings = { ownDomains: ['shop.example'] };
  it('is an Email Sent to the customer', async () => {
    expect(
      one(await composeMail({ from: 'agent@shop.example', to: 'sales@shop.example, ann@example.com', text: 'Sorry!' }), settings),
    ).toMatchObject({
      event: 'Email Sent',
      direction: 'outbound',
      handling: 'human',
      identifiers: [{ type: 'email', value: 'ann@example.com' }],
    });
  });
  it('is nothing when a machine wrote it, or nobody else got it', async () => {
    const automatic = await composeMail({
      from: 'noreply@shop.example',
      to: 'ann@example.com',
      headers: { 'Auto-Submitted': 'auto-generated' },
    });
    const internal = await composeMail({ from: 'agent@shop.example', to: 'sales@shop.example' });
    for (const raw of [automatic, internal]) expect(decodedOf(inbound('mime', raw, { settings })).kind).toBe('skip');
  });
});

it.each([
  ['', 'no RFC 5322 message'],
  ['{"from":"json"}', 'no RFC 5322 message'],
  ['Subject: no sender\r\n\r\n', 'without a sender'],
])('refuses %j', (raw, reason) => {
  expect(decodedOf(inbound('mime', raw))).toMatchObject({ kind: 'reject', refusals: [expect.stringContaining(reason)] });
});
