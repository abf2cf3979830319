import { describe, expect, it } from '@jest/globals';
import { messageIdOfDelivery, replyAddressOf } from '@rapport/identifiers';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';

const N = '01890000-0000-7000-8000-00000000000a';
const OURS = messageIdOfDelivery(N, '01890000-0000-7000-8000-00000000000d', 'shop.example');

/** The envelope of docs.aws.amazon.com/sns/latest/dg, "HTTP/HTTPS notification JSON format". */
const sns = (message: unknown, more: object = {}) => ({
  Type: 'Notification',
  MessageId: '22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324',
  TopicArn: 'arn:aws:sns:ap-southeast-1:123456789012:mail',
  Message: typeof message === 'string' ? message : JSON.stringify(message),
  Timestamp: '2026-01-15T08:00:00.000Z',
  SignatureVersion: '1',
  ...more,
});
/** The mail object of docs.aws.amazon.com/ses/latest/dg, "Mail object". */
const mail = {
  timestamp: '2026-01-15T07:59:38.237Z',
  source: 'hello@shop.example',
  messageId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa0680-000000',
  destination: ['ann@example.com'],
  headersTruncated: false,
  headers: [
    { name: 'From', value: 'hello@shop.example' },
    { name: 'Message-ID', value: OURS },
  ],
};
const all = (message: object) => interactionsOf(inbound('ses', sns(message)));

describe('Amazon SES over SNS', () => {
  // "Amazon SNS notification examples for Amazon SES", bounce with a DSN
  const bounce = (bounceType: string, bounceSubType: string) => ({
    notificationType: 'Bounce',
    bounce: {
      bounceType,
      bounceSubType,
      reportingMTA: 'dns; email.example.com',
      bouncedRecipients: [
        { emailAddress: 'ann@example.com', status: '5.1.1', action: 'failed', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
      ],
      timestamp: '2026-01-15T08:00:01.000Z',
      feedbackId: '00000138111222aa-33322211-cccc-cccc-cccc-ddddaaaa068a-000000',
    },
    mail,
  });

  it.each([
    ['Permanent', 'General', 'hard'],
    ['Permanent', 'Suppressed', 'hard'],
    ['Transient', 'MailboxFull', 'soft'],
    ['Undetermined', 'Undetermined', 'soft'],
  ])('a %s bounce (%s) is %s', (type, subType, bounceType) => {
    expect(all(bounce(type, subType))).toMatchObject([
      {
        event: 'Email Bounced',
        at: '2026-01-15T08:00:01.000Z',
        identifiers: [{ type: 'email', value: 'ann@example.com' }],
        notificationId: N,
        properties: { bounceType, reason: subType, email: 'ann@example.com' },
      },
    ]);
  });

  // the same page, complaint with feedback report; and "Delivery object", "Reject object", "Click object" of event publishing
  it.each([
    [
      'notificationType',
      'Complaint',
      'complaint',
      { complainedRecipients: [{ emailAddress: 'ann@example.com' }], complaintFeedbackType: 'abuse', feedbackId: 'f' },
      'Email Marked as Spam',
    ],
    [
      'notificationType',
      'Delivery',
      'delivery',
      { recipients: ['Ann Lee <ann@example.com>'], smtpResponse: '250 ok', processingTimeMillis: 546 },
      'Email Delivered',
    ],
    ['eventType', 'Reject', 'reject', { reason: 'Bad content' }, 'Email Rejected'],
    ['eventType', 'Open', 'open', { timestamp: '2026-01-15T09:00:00.000Z' }, 'Email Opened'],
    ['eventType', 'Click', 'click', { link: 'https://shop.example/a', timestamp: '2026-01-15T09:00:00.000Z' }, 'Email Link Clicked'],
  ])('%s %s', (member, kind, name, details, event) => {
    const [found] = all({ [member]: kind, [name]: details, mail });
    expect(found).toMatchObject({ event, identifiers: [{ type: 'email', value: 'ann@example.com' }], notificationId: N });
  });

  it('finds the notification by the reply address, too', () => {
    const headers = [{ name: 'Reply-To', value: replyAddressOf('answers@shop.example', N) }];
    expect(
      all({ notificationType: 'Delivery', delivery: { recipients: ['ann@example.com'] }, mail: { ...mail, headers } })[0]?.notificationId,
    ).toBe(N);
    expect(
      all({ notificationType: 'Delivery', delivery: { recipients: ['ann@example.com'] }, mail: { ...mail, headers: undefined } })[0]
        ?.notificationId,
    ).toBeUndefined();
  });

  it('speaks of every recipient, each once', () => {
    const delivered = all({ notificationType: 'Delivery', delivery: { recipients: ['ann@example.com', 'bob@example.com'] }, mail });
    expect(new Set(delivered.map(({ messageId }) => messageId)).size).toBe(2);
  });

  it.each([
    [
      'a subscription to confirm',
      sns('You have chosen to subscribe …', {
        Type: 'SubscriptionConfirmation',
        SubscribeURL: 'https://sns.ap-southeast-1.amazonaws.com/',
      }),
    ],
    ['the greeting of a new topic', sns('Successfully validated SNS topic for Amazon SES event publishing.')],
    ['a delay', sns({ eventType: 'DeliveryDelay', deliveryDelay: {}, mail })],
    [
      'a mail that is not spam',
      sns({
        notificationType: 'Complaint',
        complaint: { complaintFeedbackType: 'not-spam', complainedRecipients: [{ emailAddress: 'ann@example.com' }] },
        mail,
      }),
    ],
    ['a name out of every object', sns({ eventType: 'constructor', mail })],
  ])('%s is nothing', (_, body) => expect(decodedOf(inbound('ses', body)).kind).toBe('skip'));

  // "Contents of event data that Amazon SES publishes to Amazon SNS", Subscription object
  it('a mail program’s unsubscribe that SES took is one; a change of single topics is none', () => {
    const subscription = (unsubscribeAll: boolean) => ({
      eventType: 'Subscription',
      mail,
      subscription: {
        contactList: 'customers',
        timestamp: '2026-01-15T08:00:02.000Z',
        source: 'UnsubscribeHeader',
        newTopicPreferences: { unsubscribeAll, topicSubscriptionStatus: [{ topicName: 'tea', subscriptionStatus: 'OptOut' }] },
        oldTopicPreferences: { unsubscribeAll: false, topicSubscriptionStatus: [{ topicName: 'tea', subscriptionStatus: 'OptIn' }] },
      },
    });
    expect(all(subscription(true))).toMatchObject([
      {
        event: 'Unsubscribed',
        at: '2026-01-15T08:00:02.000Z',
        channel: 'email',
        notificationId: N,
        properties: { purpose: 'marketing', channel: 'email', source: 'ses' },
      },
    ]);
    expect(decodedOf(inbound('ses', sns(subscription(false)))).kind).toBe('skip');
  });

  it('refuses what is no JSON', () => expect(decodedOf(inbound('ses', 'Type=Notification')).kind).toBe('reject'));
});
