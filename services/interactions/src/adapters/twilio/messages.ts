import type { Channel } from '@rapport/contracts';
import type { Attributes } from '../../domain/events/event-row.js';
import { type Json, textAt } from '../../domain/json.js';
import { found, type InboundDelivery, type InboundItem, nothing, rejected, type Understood } from '../adapter.js';
import { draftOf, present } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { countOf, rfc2822ToMs } from '../provider-values.js';
import { notificationIdOf, type Party, partyOf, placeOf } from './parties.js';

const MEDIA_MAX = 10;

/** By Twilio's MessageStatus (twilio.com/docs/messaging/api/message-resource#message-status-values). */
const RECEIPTS: Readonly<Record<string, { readonly sms: string; readonly other: string }>> = {
  delivered: { sms: 'SMS Delivered', other: 'Message Delivered' },
  read: { sms: 'Message Read', other: 'Message Read' },
  undelivered: { sms: 'SMS Bounced', other: 'Message Bounced' },
  failed: { sms: 'SMS Bounced', other: 'Message Bounced' },
};
const ON_ITS_WAY: ReadonlySet<string> = new Set(['accepted', 'scheduled', 'queued', 'sending', 'sent', 'canceled', 'partially_delivered']);

/**
 * Errors that will not pass by themselves (twilio.com/docs/api/errors): no such number, a landline, a number that cannot be messaged, opted out.
 * All others may be the network's, and do not make an address unreachable.
 */
const PERMANENT_ERRORS: ReadonlySet<string> = new Set([
  '21211',
  '21217',
  '21408',
  '21610',
  '21612',
  '21614',
  '30004',
  '30005',
  '30006',
  '63024',
  '63033',
]);

/** The reserved words STOP, START and HELP, as Twilio's opt-out management reports them (twilio.com/docs/messaging/tutorials/advanced-opt-out). */
const OPT_EVENTS: Readonly<Record<string, string>> = { STOP: 'Unsubscribed', START: 'Consent Granted' };

/** An incoming message, or what became of one that was sent. */
export function readTwilioMessage(fields: Json, delivery: InboundDelivery): Understood {
  const sid = textAt(fields, 'MessageSid') ?? textAt(fields, 'SmsSid');
  if (sid === undefined) return rejected('a message without MessageSid');
  const status = textAt(fields, 'MessageStatus') ?? textAt(fields, 'SmsStatus') ?? 'received';
  if (status === 'received' || status === 'receiving') return readIncoming(fields, sid);
  return ON_ITS_WAY.has(status) ? nothing('a message on its way') : readReceipt(fields, sid, status, delivery);
}

function readIncoming(fields: Json, sid: string): Understood {
  const customer = partyOf(textAt(fields, 'From'));
  if (customer.withheld) return nothing('nobody is named: the sender withheld the number, or it is a notice about a conversation');
  const channel = customer.channel ?? 'sms';
  const common = { channel, identifiers: customer.identifiers } as const;
  const text = textAt(fields, 'Body');
  const items: InboundItem[] = [
    {
      messageId: messageIdOf(sid),
      draft: draftOf({
        ...common,
        event: channel === 'sms' ? 'SMS Received' : 'Message Received',
        attributes: { direction: 'inbound' },
        links: { conversationId: conversationOf(channel, customer) },
        properties: {
          provider: 'twilio',
          messageSid: sid,
          line: textAt(fields, 'To'),
          senderName: textAt(fields, 'ProfileName'),
          replyTo: textAt(fields, 'OriginalRepliedMessageSid'),
          button: textAt(fields, 'ButtonPayload') ?? textAt(fields, 'ListId'),
          advert: advertOf(fields),
          attachments: attachmentsOf(fields),
          place: placeOf(fields, 'From'),
          location: locationOf(fields),
        },
        text,
      }),
    },
  ];
  const opted = ownEntry(OPT_EVENTS, textAt(fields, 'OptOutType'));
  if (opted !== undefined)
    items.push({
      messageId: messageIdOf(sid, 'opt'),
      draft: draftOf({
        ...common,
        event: opted,
        attributes: { direction: 'inbound' },
        properties: { purpose: 'marketing', channel, source: 'reply', wording: text },
      }),
    });
  return found(items, 'no message');
}

function readReceipt(fields: Json, sid: string, status: string, delivery: InboundDelivery): Understood {
  const receipt = ownEntry(RECEIPTS, status);
  if (receipt === undefined) return rejected('a MessageStatus that is not in the table');
  const customer = partyOf(textAt(fields, 'To'));
  if (customer.withheld) return rejected('a receipt without its receiver');
  const channel = customer.channel ?? 'sms';
  const errorCode = textAt(fields, 'ErrorCode');
  const isBounce = status === 'undelivered' || status === 'failed';
  const attributes: Attributes = { direction: 'outbound' };
  const draft = draftOf({
    event: channel === 'sms' ? receipt.sms : receipt.other,
    at: rfc2822ToMs(fields['Timestamp']) ?? rawReceiptTime(fields['RawDlrDoneDate']),
    channel,
    identifiers: customer.identifiers,
    attributes,
    links: { notificationId: notificationIdOf(delivery) },
    properties: {
      provider: 'twilio',
      messageSid: sid,
      line: textAt(fields, 'From'),
      errorCode,
      bounceType: isBounce ? (errorCode !== undefined && PERMANENT_ERRORS.has(errorCode) ? 'permanent' : 'transient') : undefined,
    },
  });
  return found([{ messageId: messageIdOf(sid, status), draft }], 'no receipt');
}

/** `YYMMDDhhmm` in UTC, as carriers write it. */
function rawReceiptTime(value: unknown): number | undefined {
  const match = typeof value === 'string' ? /^(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/.exec(value) : null;
  if (match === null) return undefined;
  const [year, month, day, hour, minute] = match.slice(1).map(Number) as [number, number, number, number, number];
  return Date.UTC(2000 + year, month - 1, day, hour, minute);
}

const conversationOf = (channel: Channel, { identifiers }: Party): string | undefined =>
  identifiers[0] === undefined ? undefined : `${channel}:${String(identifiers[0].value)}`;

/** Named, not fetched. */
function attachmentsOf(fields: Json): Json[] | undefined {
  const count = Math.min(countOf(fields['NumMedia']) ?? 0, MEDIA_MAX);
  const attachments: Json[] = [];
  for (let index = 0; index < count; index += 1)
    attachments.push(present({ type: textAt(fields, `MediaContentType${index}`), url: textAt(fields, `MediaUrl${index}`) }));
  return attachments.length > 0 ? attachments : undefined;
}

/** The advert from which a WhatsApp conversation began (twilio.com/docs/messaging/guides/webhook-request, "WhatsApp-specific parameters"). */
function advertOf(fields: Json): Json | undefined {
  const id = textAt(fields, 'ReferralSourceId');
  return id === undefined
    ? undefined
    : present({ id, url: textAt(fields, 'ReferralSourceUrl'), headline: textAt(fields, 'ReferralHeadline') });
}

function locationOf(fields: Json): Json | undefined {
  const [latitude, longitude] = [textAt(fields, 'Latitude'), textAt(fields, 'Longitude')];
  return latitude === undefined || longitude === undefined ? undefined : { latitude, longitude, label: textAt(fields, 'Label') };
}
