/** Of mail, carriers, stores and communities; the tests of each adapter name the vendor's page. */

const mail = (...lines: readonly string[]): string => `${lines.join('\r\n')}\r\n`;
const OURS = '<01890000-0000-7000-8000-00000000000a.01890000-0000-7000-8000-00000000000d@shop.example>';

const REPLY = mail(
  'Return-Path: <ann@example.com>',
  'X-Original-To: <answers+01890000000070008000000000000000@shop.example>',
  'Received: from mail.example.com by mx.shop.example with ESMTPS; Thu, 15 Jan 2026 08:30:02 +0700',
  'From: =?UTF-8?B?VHLhuqduIFRo4buLIMOBbmg=?= <anh@example.com>',
  'To: "Shop, Support" <support@shop.example>',
  'Subject: =?UTF-8?Q?Re:_=C4=90=C6=A1n_h=C3=A0ng?=',
  'Message-ID: <CAF1@mail.example.com>',
  `In-Reply-To: ${OURS}`,
  `References: <root@shop.example> ${OURS}`,
  'Date: Thu, 15 Jan 2026 08:30:00 +0700',
  'MIME-Version: 1.0',
  'Content-Type: multipart/mixed; boundary="outer"',
  '',
  '--outer',
  'Content-Type: multipart/alternative; boundary=inner',
  '',
  '--inner',
  'Content-Type: text/plain; charset=utf-8; format=flowed',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'V=C3=A2ng, m=C3=A0u xanh =',
  'nh=C3=A9.',
  '',
  'On Wed, 14 Jan 2026 at 10:00, Shop <hello@shop.example> wrote:',
  '> Which colour?',
  '--inner',
  'Content-Type: text/html; charset=utf-8',
  'Content-Transfer-Encoding: base64',
  '',
  'PHA+VsOibmcsIG3DoHUgeGFuaCBuaMOpLjwvcD4=',
  '--inner--',
  '--outer',
  'Content-Type: image/jpeg',
  "Content-Disposition: attachment; filename*=utf-8''%E1%BA%A3nh.jpg",
  'Content-Transfer-Encoding: base64',
  '',
  '/9j/4AAQSkZJRgABAQ==',
  '--outer--',
);

const AWAY = mail(
  'From: Ann Lee <ann@example.com>',
  'To: hello@shop.example',
  'Subject: Out of office: back on Monday',
  'Auto-Submitted: auto-replied',
  'Message-ID: <away@example.com>',
  `In-Reply-To: ${OURS}`,
  'Date: Thu, 15 Jan 2026 08:30:00 +0700',
  '',
  'I am away.',
);

const BOUNCE = mail(
  'From: Mail Delivery System <MAILER-DAEMON@mx.example.net>',
  'Subject: Undelivered Mail Returned to Sender',
  'Message-Id: <b1@mx.example.net>',
  'Content-Type: multipart/report; report-type=delivery-status; boundary="B"',
  '',
  '--B',
  'Content-Type: message/delivery-status',
  '',
  'Reporting-MTA: dns; mx.example.net',
  '',
  'Final-Recipient: rfc822; ann@example.com',
  'Action: failed',
  'Status: 5.1.1',
  'Diagnostic-Code: smtp; 550 5.1.1 user unknown',
  '',
  '--B',
  'Content-Type: text/rfc822-headers',
  '',
  `Message-ID: ${OURS}`,
  'To: Ann <ann@example.com>',
  '',
  '--B--',
);

const FAX = mail(
  'From: fax@gw.example',
  'Subject: Fax Message from +84 24 3825 1234 - 3 page(s)',
  'Message-ID: <f1@gw.example>',
  'Content-Type: multipart/mixed; boundary=f',
  '',
  '--f',
  '',
  'See the attachment.',
  '--f',
  'Content-Type: application/pdf; name=FAX.pdf',
  'Content-Transfer-Encoding: base64',
  '',
  'JVBERi0xLjQK',
  '--f--',
);

const sesMail = {
  timestamp: '2026-01-15T07:59:38.237Z',
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
  destination: ['ann@example.com'],
  headers: [{ name: 'Message-ID', value: OURS }],
};
const sns = (message: object) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:ap-southeast-1:123456789012:mail',
  Message: JSON.stringify({ ...message, mail: sesMail }),
  Timestamp: '2026-01-15T08:00:00.000Z',
});

const person = { email: 'ann@example.com', phone: '+84901234567' };
const at = '2026-01-14T08:00:00+07:00';

export const OTHER_SAMPLES: Readonly<Record<string, readonly unknown[]>> = {
  carrier: [{ events: [{ trackingNumber: 'T-1', status: 'delivered', at, orderId: 'DH-1', person, reason: 'x', carrier: 'Fast' }] }],
  discourse: [
    {
      post: {
        id: 13,
        username: 'ann',
        created_at: '2026-01-14T08:00:00.123Z',
        cooked: '<p>How do I <b>clean</b> it?</p>',
        post_number: 1,
        topic_id: 7,
        topic_title: 'Cleaning the cup',
        topic_archetype: 'regular',
        user_id: 42,
      },
    },
  ],
  fax: [FAX],
  forum: [
    {
      events: [
        {
          id: 'p1',
          type: 'post',
          at,
          person: { forumId: 'ann' },
          topic: { id: 't1', title: 'A cup', url: 'https://f.example' },
          text: 'Hi',
        },
      ],
    },
  ],
  ghn: [
    {
      OrderCode: 'Z82BS',
      ClientOrderCode: 'DH-1',
      Status: 'delivered',
      Type: 'switch_status',
      Time: '2026-01-14T03:52:50.158Z',
      CODAmount: 3000000,
      TotalFee: 71400,
      Reason: '',
      ReasonCode: '',
    },
  ],
  ghtk: [
    new URLSearchParams({
      label_id: 'S1.A1.1',
      partner_id: 'DH-1',
      action_time: at,
      status_id: '5',
      reason_code: '',
      reason: '',
      weight: '2.4',
      fee: '15000',
    }),
    {
      label_id: 'S1.A1.1',
      partner_id: 'DH-1',
      action_time: at,
      status_id: 9,
      reason_code: '104',
      reason: 'Khách hẹn',
      fee: 15000,
      pick_money: 100000,
    },
  ],
  mime: [REPLY, AWAY, BOUNCE],
  ses: [
    sns({
      notificationType: 'Bounce',
      bounce: {
        bounceType: 'Permanent',
        bounceSubType: 'General',
        bouncedRecipients: [{ emailAddress: 'ann@example.com', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1' }],
        timestamp: '2026-01-15T08:00:01.000Z',
        feedbackId: '00000138111222aa',
      },
    }),
    sns({ eventType: 'Delivery', delivery: { recipients: ['ann@example.com'], timestamp: '2026-01-15T08:00:01.000Z' } }),
  ],
  social: [
    {
      events: [
        {
          id: '9',
          type: 'mention',
          at,
          network: 'tiktok',
          person: { tiktokId: 'ann' },
          post: { id: '9', url: 'https://s.example' },
          reach: 12,
          text: 'Leaks :(',
        },
      ],
    },
  ],
  store: [
    {
      receipts: [
        {
          id: 'R1',
          kind: 'sale',
          at,
          person,
          store: 'S1',
          agentId: 'lan',
          total: '250000',
          currency: 'VND',
          products: [{ product_id: 'CUP', name: 'Cup', quantity: '2', price: '125000' }],
        },
      ],
    },
    'receipt_id,at,store,total,currency,phone,product_id,quantity,price\r\nR1,2026-01-14T09:30:00+07:00,S1,250000,VND,+84901234567,CUP,2,125000\r\nR2,2026-01-14T09:40:00+07:00,S1,5,VND,+84901234568,,,',
  ],
  webinar: [{ events: [{ id: 'w1', type: 'attended', at, person, webinar: { id: 'w7', title: 'Repair' }, minutes: 48, text: 'x' }] }],
};
