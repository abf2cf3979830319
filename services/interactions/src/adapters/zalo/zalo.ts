import { type Json, objectAt, textAt } from '../../domain/json.js';
import { type Adapter, found, type InboundItem, nothing, rejected } from '../adapter.js';
import { draftOf, type Known, present } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { countOf, identifiersOf, millisOf, notificationIdAt, objectsAt } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';

const ATTACHMENTS_MAX = 20;
const MESSAGES_MAX = 100;

interface Row {
  readonly event: string;
  /** Where the person's id stands; `user_id` is a member of the event itself. */
  readonly person: 'sender' | 'recipient' | 'follower' | 'user_id';
  /** Somebody who writes without having signed in: known only within his conversation. */
  readonly anonymous?: true;
  readonly outbound?: boolean;
  readonly read?: (body: Json, message: Json | undefined) => Partial<Known>;
  /** One event for many messages: `message.msg_ids`. */
  readonly eachMessage?: boolean;
}

const received: Row = { event: 'Message Received', person: 'sender', read: readMessage };
const anonymous: Row = { ...received, anonymous: true };
const sent: Row = { event: 'Message Sent', person: 'recipient', outbound: true, read: readMessage };

/** Zalo for Developers, Official Account, "Webhook": by `event_name`. Pictures, files and stickers are named, not fetched. */
// biome-ignore format: a table is read by its lines
const EVENTS: Readonly<Record<string, Row>> = {
  user_send_text: received, user_send_image: received, user_send_gif: received, user_send_link: received, user_send_audio: received,
  user_send_video: received, user_send_sticker: received, user_send_location: received, user_send_file: received, user_send_business_card: received,
  oa_send_text: sent, oa_send_image: sent, oa_send_gif: sent, oa_send_list: sent, oa_send_file: sent, oa_send_sticker: sent, oa_send_template: sent,
  anonymous_send_text: anonymous, anonymous_send_image: anonymous, anonymous_send_file: anonymous, anonymous_send_sticker: anonymous,
  user_received_message: { event: 'Message Delivered', person: 'recipient', outbound: true, read: readReceipt },
  user_seen_message:     { event: 'Message Read', person: 'recipient', outbound: true, eachMessage: true },
  user_reacted_message:  { event: 'Message Reacted', person: 'sender', read: readReaction },
  user_feedback:         { event: 'Survey Answered', person: 'sender', read: readRating },
  user_submit_info:      { event: 'Contact Form Submitted', person: 'sender', read: readInfo },
  user_asking_product:   { event: 'Message Received', person: 'sender', read: readProduct },
  follow:                { event: 'Channel Followed', person: 'follower' },
  unfollow:              { event: 'Channel Unfollowed', person: 'follower' },
  user_call_oa:          { event: 'Call Ended', person: 'user_id', read: readCall },
  oa_call_user:          { event: 'Call Ended', person: 'user_id', outbound: true, read: readCall },
  user_withdraw:         { event: 'Consent Withdrawn', person: 'user_id', read: readWithdrawal },
};

export const zalo: Adapter = (delivery) => {
  const body = jsonObjectOf(delivery);
  if (body === undefined) return rejected('not a JSON object');
  const name = textAt(body, 'event_name');
  if (name === undefined) return rejected('no event: event_name is missing');
  const row = ownEntry(EVENTS, name);
  if (row === undefined) return nothing('an event of another kind');
  const person = personOf(row, body, textAt(body, 'oa_id') ?? textAt(delivery.settings, 'oaId'));
  if (person === undefined) return row.outbound ? nothing('what names nobody') : rejected('nobody: the id of the person is missing');
  const message = objectAt(body, 'message');
  const ids = row.eachMessage ? messageIdsOf(message) : [textAt(message, 'msg_id')];
  return found(
    ids.map((id) => item(name, row, body, person, id)),
    'no message is named',
  );
};

/** Receipts name the account as their sender in some of Zalo's examples and as their recipient in others: the person is the one who is not the account. */
function personOf({ person }: Row, body: Json, account: string | undefined): string | undefined {
  const id = person === 'user_id' ? (textAt(body, 'user_id') ?? textAt(body, 'phone')) : textAt(objectAt(body, person), 'id');
  return id !== undefined && id === account && person === 'recipient' ? textAt(objectAt(body, 'sender'), 'id') : id;
}

function item(name: string, row: Row, body: Json, person: string, id: string | undefined): InboundItem {
  const known = row.read?.(body, objectAt(body, 'message')) ?? {};
  const timestamp = millisOf(body['timestamp']);
  const draft = draftOf({
    event: row.event,
    at: timestamp,
    channel: 'zalo',
    attributes: { direction: row.outbound ? 'outbound' : 'inbound' },
    ...known,
    identifiers: [...identifiersOf(row.anonymous ? { anonymousId: `zalo:${person}` } : identifierOf(person)), ...(known.identifiers ?? [])],
    links: { conversationId: `zalo:${person}`, ...known.links },
    properties: present({ provider: 'zalo', zaloEvent: name, zaloMessageId: id, ...known.properties }),
  });
  // an event about a message that is not its beginning needs more than the message's id
  return { messageId: messageIdOf(name, id ?? textAt(body, 'call_id') ?? person, String(timestamp ?? '')), draft };
}

/** A ZNS message goes to a telephone number, and its receipt names that; ids of people have 16 digits and more. */
const identifierOf = (person: string): Readonly<Record<string, string>> =>
  /^(?:84|0)\d{9}$/.test(person) ? { phone: person.startsWith('0') ? person : `+${person}` } : { zaloId: person };

function readMessage(_body: Json, message: Json | undefined): Partial<Known> {
  return { text: textAt(message, 'text'), properties: { attachments: attachmentsOf(message), replyTo: textAt(message, 'quote_msg_id') } };
}

function readReceipt(_body: Json, message: Json | undefined): Partial<Known> {
  return {
    ...(millisOf(message?.['delivery_time']) === undefined ? {} : { at: millisOf(message?.['delivery_time']) }),
    links: { notificationId: notificationIdAt(message, 'tracking_id') },
  };
}

function readReaction(_body: Json, message: Json | undefined): Partial<Known> {
  return { properties: { reaction: textAt(message, 'react_icon'), reactedTo: textAt(message, 'msg_id') } };
}

/** A call in Zalo, when it is over: nobody spoke, then it was missed, or ours was in vain. */
function readCall(body: Json): Partial<Known> {
  const talkMs = countOf(body['talk_time']) ?? 0;
  const ours = body['event_name'] === 'oa_call_user';
  return {
    ...(talkMs > 0 ? {} : { event: ours ? 'Call Attempted' : 'Call Missed' }),
    properties: {
      callId: textAt(body, 'call_id'),
      callType: textAt(body, 'call_type'),
      callStatus: textAt(body, 'status_code'),
      durationSeconds: Math.round(talkMs / 1_000),
    },
  };
}

/** Somebody takes back at Zalo what he agreed to, or asks to be forgotten: nothing goes to him there any more. */
function readWithdrawal(): Partial<Known> {
  return { properties: { purpose: '*', channel: 'zalo', source: 'zalo' } };
}

/** The stars under a ZNS message, 1 to 5. */
function readRating(_body: Json, message: Json | undefined): Partial<Known> {
  const feedbacks = message?.['feedbacks'];
  return {
    ...(millisOf(message?.['submit_time']) === undefined ? {} : { at: millisOf(message?.['submit_time']) }),
    links: { notificationId: notificationIdAt(message, 'tracking_id') },
    properties: {
      score: countOf(message?.['rate']),
      scale: 'csat',
      choices: Array.isArray(feedbacks) ? feedbacks.filter((one) => typeof one === 'string').slice(0, 20) : undefined,
    },
    text: textAt(message, 'note'),
  };
}

/** What somebody wrote into the account's form, number included. */
function readInfo(body: Json): Partial<Known> {
  const info = objectAt(body, 'info');
  const traits = {
    name: textAt(info, 'name'),
    address: textAt(info, 'address') ?? textAt(info, 'full_address'),
    city: textAt(info, 'city'),
    district: textAt(info, 'district'),
    ward: textAt(info, 'ward'),
  };
  return { identifiers: identifiersOf({ phone: textAt(info, 'phone') }), traits };
}

function readProduct(body: Json, message: Json | undefined): Partial<Known> {
  return { ...readMessage(body, message), properties: { productId: textAt(objectAt(body, 'product'), 'id') } };
}

function messageIdsOf(message: Json | undefined): string[] {
  const ids = message?.['msg_ids'];
  return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string' && id !== '').slice(0, MESSAGES_MAX) : [];
}

function attachmentsOf(message: Json | undefined): Json[] | undefined {
  const attachments = objectsAt(message, 'attachments')
    .slice(0, ATTACHMENTS_MAX)
    .map((attachment) => {
      const payload = objectAt(attachment, 'payload');
      return present({
        type: textAt(attachment, 'type'),
        id: textAt(payload, 'id'),
        url: textAt(payload, 'url'),
        name: textAt(payload, 'name') ?? textAt(payload, 'title') ?? textAt(payload, 'description'),
        bytes: countOf(payload?.['size']),
        coordinates: objectAt(payload, 'coordinates'),
      });
    });
  return attachments.length > 0 ? attachments : undefined;
}
