import { describe, expect, it } from '@jest/globals';
import { messageIdOfDelivery } from '@rapport/identifiers';
import { mailOfLines } from '../../testing/compose-mail.js';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';

const N = '01890000-0000-7000-8000-00000000000a';
const OURS = messageIdOfDelivery(N, '01890000-0000-7000-8000-00000000000d', 'shop.example');
const all = (raw: Buffer) => interactionsOf(inbound('mime', raw));

/** The shape of RFC 3464 §4.1 and appendix E, with the header of the returned message as RFC 3462 has it. */
const dsn = (...recipients: readonly (readonly string[])[]): Buffer =>
  mailOfLines(
    'Date: Thu, 15 Jan 2026 08:00:00 +0700',
    'From: Mail Delivery System <MAILER-DAEMON@mx.example.net>',
    'Message-Id: <b1@mx.example.net>',
    'Subject: Undelivered Mail Returned to Sender',
    'To: hello@shop.example',
    'Auto-Submitted: auto-replied',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
    '',
    '--B',
    '',
    'This is the mail system at host mx.example.net.',
    '',
    '--B',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.net',
    'Arrival-Date: Thu, 15 Jan 2026 07:59:00 +0700',
    ...recipients.flatMap((fields) => ['', ...fields]),
    '',
    '--B',
    'Content-Type: text/rfc822-headers',
    '',
    'From: hello@shop.example',
    `Message-ID: ${OURS}`,
    'To: Ann <ann@example.com>',
    'Subject: Your order',
    '',
    '--B--',
  );
const failed = (status: string, diagnostic = 'smtp; 550'): readonly string[] => [
  'Final-Recipient: rfc822; ann@example.com',
  'Action: failed',
  `Status: ${status}`,
  `Diagnostic-Code: ${diagnostic}`,
];

describe('a delivery status notification', () => {
  it('is an Email Bounced of its recipient, with the notification that came back', () => {
    expect(all(dsn(failed('5.1.1', 'smtp; 550 5.1.1 <ann@example.com>: user unknown')))[0]).toMatchObject({
      event: 'Email Bounced',
      at: '2026-01-15T01:00:00.000Z',
      direction: 'outbound',
      identifiers: [{ type: 'email', value: 'ann@example.com' }],
      notificationId: N,
      properties: { bounceType: 'hard', reason: 'ADDRESS_UNKNOWN', status: '5.1.1' },
    });
  });

  it.each([
    ['5.1.1', 'smtp; 550', 'hard', 'ADDRESS_UNKNOWN'],
    ['5.1.2', 'smtp; 550', 'hard', 'DOMAIN_UNKNOWN'],
    ['5.2.1', 'smtp; 550', 'hard', 'ADDRESS_DISABLED'],
    ['5.2.2', 'smtp; 552', 'soft', 'MAILBOX_FULL'],
    ['4.4.7', 'smtp; 421', 'soft', 'NETWORK'],
    ['5.7.1', 'smtp; 550', 'soft', 'REFUSED_BY_POLICY'],
    ['5.3.4', 'smtp; 552', 'soft', 'TOO_LARGE'],
    ['5.0.0', 'smtp; 550 5.2.2 mailbox full', 'soft', 'MAILBOX_FULL'],
    ['5.0.0', 'smtp; 550 no such user', 'hard', 'REFUSED'],
    ['nonsense', 'x-unix; 1', 'soft', 'UNKNOWN'],
  ])('%s (%s) is %s: %s', (status, diagnostic, bounceType, reason) => {
    expect(all(dsn(failed(status, diagnostic)))[0]?.properties).toMatchObject({ bounceType, reason });
  });

  it('speaks of several recipients, each once, by the address that was written to', () => {
    const moved = [
      'Original-Recipient: rfc822;old@example.com',
      'Final-Recipient: rfc822; new@example.org',
      'Action: delivered',
      'Status: 2.0.0',
    ];
    const found = all(dsn(failed('5.1.1'), moved));
    expect(found.map(({ event, identifiers }) => [event, identifiers[0]?.value])).toEqual([
      ['Email Bounced', 'ann@example.com'],
      ['Email Delivered', 'old@example.com'],
    ]);
    expect(new Set(found.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it('is nothing while the server is still trying', () => {
    expect(decodedOf(inbound('mime', dsn(['Final-Recipient: rfc822; ann@example.com', 'Action: delayed', 'Status: 4.4.1']))).kind).toBe(
      'skip',
    );
  });

  it('is read where a server writes for people only (Exim’s field), and nobody is invented where it names nobody', () => {
    const exim = mailOfLines(
      'From: Mail Delivery System <Mailer-Daemon@mx.example.net>',
      'X-Failed-Recipients: ann@example.com',
      `In-Reply-To: ${OURS}`,
      '',
      '550 5.1.1 unknown user',
    );
    expect(all(exim)[0]).toMatchObject({ event: 'Email Bounced', notificationId: N, properties: { bounceType: 'hard', status: '5.1.1' } });
    expect(decodedOf(inbound('mime', mailOfLines('From: postmaster@mx.example.net', 'Subject: problem', '', 'x'))).kind).toBe('skip');
  });
});

/** The shape of RFC 5965, appendix B.1 and B.2. */
const arf = (...fields: readonly string[]): Buffer =>
  mailOfLines(
    'From: <abusedesk@example.com>',
    'Date: Thu, 15 Jan 2026 17:40:36 +0700',
    'Subject: FW: Your order',
    'To: <abuse@shop.example>',
    'Message-ID: <c1@example.com>',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=feedback-report; boundary="part1"',
    '',
    '--part1',
    'Content-Type: text/plain; charset="US-ASCII"',
    '',
    'This is an email abuse report.',
    '',
    '--part1',
    'Content-Type: message/feedback-report',
    '',
    ...fields,
    'User-Agent: SomeGenerator/1.0',
    'Version: 1',
    '',
    '--part1',
    'Content-Type: message/rfc822',
    'Content-Disposition: inline',
    '',
    'From: <hello@shop.example>',
    'To: <ann@example.com>',
    `Message-ID: ${OURS}`,
    '',
    'Spam Spam Spam',
    '--part1--',
  );

describe('an abuse report', () => {
  it.each([
    ['that names the recipient', ['Feedback-Type: abuse', 'Original-Rcpt-To: <ann@example.com>']],
    ['that leaves the recipient to the returned mail', ['Feedback-Type: abuse']],
  ])('%s is an Email Marked as Spam', (_, fields) => {
    expect(all(arf(...fields))).toMatchObject([
      {
        event: 'Email Marked as Spam',
        identifiers: [{ type: 'email', value: 'ann@example.com' }],
        notificationId: N,
        sensitivity: 'sensitive',
        properties: { feedbackType: 'abuse' },
      },
    ]);
  });
  it.each(['not-spam', 'auth-failure'])('of type %s is no complaint', (type) => {
    expect(decodedOf(inbound('mime', arf(`Feedback-Type: ${type}`))).kind).toBe('skip');
  });
});

describe('a bounce without a report', () => {
  const daemon = (subject: string, ...lines: string[]): Buffer =>
    mailOfLines(
      'Date: Thu, 15 Jan 2026 08:00:00 +0700',
      'From: MAILER-DAEMON@mx.example.net',
      'Message-Id: <b3@mx.example.net>',
      `Subject: ${subject}`,
      ...lines,
    );
  const returned = ['Return-Path: <hello@shop.example>', `Message-ID: ${OURS}`, 'To: ann@example.com', '', 'text'];

  it('of qmail is read by its own form, each recipient with its own reason', () => {
    const bounces = all(
      daemon(
        'failure notice',
        '',
        'Hi. This is the qmail-send program at mx.example.net.',
        "I'm afraid I wasn't able to deliver your message to the following addresses.",
        "This is a permanent error; I've given up. Sorry it didn't work out.",
        '',
        '<ann@example.com>:',
        'Sorry, no mailbox here by that name. (#5.1.1)',
        '',
        '<ben@example.com>:',
        'The users mailfolder is over the allowed quota (size). (#5.2.2)',
        '',
        '--- Below this line is a copy of the message.',
        '',
        ...returned,
      ),
    );
    expect(
      bounces.map(({ event, subject, notificationId, properties }) => [event, subject, notificationId, properties['bounceType']]),
    ).toEqual([
      ['Email Bounced', 'email:ann@example.com', N, 'hard'],
      ['Email Bounced', 'email:ben@example.com', N, 'soft'],
    ]);
  });

  it('of Exim finds the notification in the copy that it quotes', () => {
    const text = [
      '  ann@example.com',
      '    550 5.1.1 <ann@example.com>: Recipient address rejected',
      '',
      '------ This is a copy of the message ------',
      '',
    ];
    expect(all(daemon('Mail delivery failed', 'X-Failed-Recipients: ann@example.com', '', ...text, ...returned))).toMatchObject([
      { event: 'Email Bounced', notificationId: N, properties: { bounceType: 'hard' } },
    ]);
  });

  it('that names nobody says nothing', () =>
    expect(decodedOf(inbound('mime', daemon('failure notice', '', 'Hi. This is the qmail-send program.', '', 'Sorry.'))).kind).toBe(
      'skip',
    ));
});

describe('a report', () => {
  it('may have comments behind its words', () =>
    expect(
      all(dsn(['Final-Recipient: RFC822; <ann@example.com>', 'Action: failed (it was refused)', 'Status: 5.1.1 (unknown)'])),
    ).toMatchObject([{ event: 'Email Bounced', subject: 'email:ann@example.com', properties: { bounceType: 'hard' } }]));
});

// RFC 8098 §3, and its example in §9
describe('a read receipt', () => {
  const receipt = (disposition: string): Buffer =>
    mailOfLines(
      'Date: Thu, 15 Jan 2026 08:00:00 +0700',
      'From: Ann Lee <ann@example.com>',
      'Message-Id: <r1@example.com>',
      'Subject: Read: Your order',
      'MIME-Version: 1.0',
      'Content-Type: multipart/report; report-type=disposition-notification; boundary="B"',
      '',
      '--B',
      '',
      'Your message was displayed. This is no guarantee that it has been read.',
      '',
      '--B',
      'Content-Type: message/disposition-notification',
      '',
      'Reporting-UA: mail.example.com; Mailer 1.0',
      'Final-Recipient: rfc822;ann@example.com',
      `Original-Message-ID: ${OURS}`,
      `Disposition: ${disposition}`,
      '',
      '--B--',
    );

  it('is an opened mail, and nobody’s answer', () => {
    for (const disposition of ['manual-action/MDN-sent-manually; displayed', 'automatic-action/MDN-sent-automatically; displayed/error'])
      expect(all(receipt(disposition))).toMatchObject([
        { event: 'Email Opened', at: '2026-01-15T01:00:00.000Z', subject: 'email:ann@example.com', notificationId: N },
      ]);
  });

  it('for a mail that was deleted unread says nothing', () =>
    expect(decodedOf(inbound('mime', receipt('automatic-action/MDN-sent-automatically; deleted'))).kind).toBe('skip'));
});
