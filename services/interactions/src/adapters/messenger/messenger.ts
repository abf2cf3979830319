import { type Json, objectAt, textAt } from '../../domain/json.js';
import { type Adapter, found, type InboundItem, rejected } from '../adapter.js';
import { draftOf, type Known, present } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { identifiersOf, millisOf, notificationIdAt, objectsAt } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';

const ATTACHMENTS_MAX = 20;
const RECEIPTS_MAX = 100;

/**
 * Messenger Platform, "Webhook events": `entry[].messaging[]`, each one thing between a person (page-scoped id) and the page; `standby[]` while another
 * app, such as the page's inbox, holds the thread.
 */
export const messenger: Adapter = (delivery) => {
  const body = jsonObjectOf(delivery);
  if (body === undefined) return rejected('not a JSON object');
  if (body['object'] !== 'page') return rejected('not of a page');
  const items: InboundItem[] = [];
  for (const entry of objectsAt(body, 'entry'))
    for (const list of ['messaging', 'standby']) for (const event of objectsAt(entry, list)) addEvent(items, event);
  return found(items, 'nothing that a person or the page said or did');
};

/** What all events have in common. */
interface Exchange {
  readonly person: string;
  readonly at: number | undefined;
}

function addEvent(items: InboundItem[], event: Json): void {
  const message = objectAt(event, 'message');
  const isEcho = message?.['is_echo'] === true;
  const person = textAt(objectAt(event, isEcho ? 'recipient' : 'sender'), 'id');
  if (person === undefined) return;
  const exchange: Exchange = { person, at: millisOf(event['timestamp']) };
  if (message !== undefined) addMessage(items, message, exchange, isEcho);
  addPostback(items, objectAt(event, 'postback'), exchange);
  addReferral(items, objectAt(event, 'referral'), exchange);
  addOptIn(items, objectAt(event, 'optin'), exchange);
  addReaction(items, objectAt(event, 'reaction'), exchange);
  addEdit(items, objectAt(event, 'message_edit'), exchange);
  addReceipts(items, objectAt(event, 'delivery'), exchange);
  addRead(items, objectAt(event, 'read'), exchange);
}

function add(items: InboundItem[], messageId: string, { person, at }: Exchange, known: Pick<Known, 'event'> & Partial<Known>): void {
  const draft = draftOf({
    at,
    channel: 'messenger',
    identifiers: identifiersOf({ messengerId: person }),
    attributes: { direction: 'inbound' },
    ...known,
    links: { conversationId: `messenger:${person}`, ...known.links },
    properties: { provider: 'messenger', ...known.properties },
  });
  items.push({ messageId, draft });
}

function addMessage(items: InboundItem[], message: Json, exchange: Exchange, isEcho: boolean): void {
  const mid = textAt(message, 'mid');
  if (mid === undefined || message['is_deleted'] === true) return;
  add(items, messageIdOf(mid), exchange, {
    event: isEcho ? 'Message Sent' : 'Message Received',
    attributes: { direction: isEcho ? 'outbound' : 'inbound' },
    links: isEcho ? { notificationId: notificationIdAt(message, 'metadata') } : undefined,
    properties: {
      mid,
      replyTo: textAt(objectAt(message, 'reply_to'), 'mid'),
      button: textAt(objectAt(message, 'quick_reply'), 'payload'),
      appId: isEcho ? textAt(message, 'app_id') : undefined,
      advert: textAt(objectAt(message, 'referral'), 'ad_id'),
      attachments: attachmentsOf(message),
    },
    text: textAt(message, 'text'),
  });
}

function addPostback(items: InboundItem[], postback: Json | undefined, exchange: Exchange): void {
  if (postback === undefined) return;
  const messageId = messageIdOf(textAt(postback, 'mid') ?? `postback:${exchange.person}:${exchange.at ?? ''}`);
  add(items, messageId, exchange, {
    event: 'Message Received',
    properties: { button: textAt(postback, 'payload'), advert: textAt(objectAt(postback, 'referral'), 'ad_id') },
    text: textAt(postback, 'title'),
  });
}

/** Somebody who has written before comes back by an advert, without writing yet. By any other link (m.me, a QR code) he says nothing before he writes. */
function addReferral(items: InboundItem[], referral: Json | undefined, exchange: Exchange): void {
  const advert = textAt(referral, 'ad_id');
  if (advert === undefined) return;
  add(items, messageIdOf('referral', exchange.person, String(exchange.at ?? '')), exchange, {
    event: 'Advert Clicked',
    properties: { advert, ref: textAt(referral, 'ref') },
  });
}

/** "Marketing Messages": who asks for them grants, who stops them in the app withdraws. A check box on a web page (`user_ref`) names nobody yet. */
function addOptIn(items: InboundItem[], optIn: Json | undefined, exchange: Exchange): void {
  if (optIn?.['type'] !== 'notification_messages') return;
  const stopped = textAt(optIn, 'notification_messages_status')?.toUpperCase().startsWith('STOP') === true;
  add(items, messageIdOf('optin', exchange.person, String(exchange.at ?? ''), stopped ? 'stop' : 'start'), exchange, {
    event: stopped ? 'Unsubscribed' : 'Consent Granted',
    properties: {
      purpose: 'marketing',
      channel: 'messenger',
      source: 'messenger',
      wording: textAt(optIn, 'title') ?? textAt(optIn, 'topic'),
    },
  });
}

function addReaction(items: InboundItem[], reaction: Json | undefined, exchange: Exchange): void {
  const mid = textAt(reaction, 'mid');
  if (reaction === undefined || mid === undefined) return;
  const removed = reaction['action'] === 'unreact';
  add(items, messageIdOf(mid, 'reaction', String(exchange.at ?? ''), removed ? 'off' : 'on'), exchange, {
    event: 'Message Reacted',
    properties: { reaction: textAt(reaction, 'emoji') ?? textAt(reaction, 'reaction'), removed, reactedTo: mid },
  });
}

function addEdit(items: InboundItem[], edit: Json | undefined, exchange: Exchange): void {
  const mid = textAt(edit, 'mid');
  if (mid === undefined) return;
  add(items, messageIdOf(mid, 'edit', textAt(edit, 'num_edit') ?? ''), exchange, {
    event: 'Message Edited',
    properties: { edited: mid },
    text: textAt(edit, 'text'),
  });
}

/** A delivery names what arrived; one without names (older clients) says nothing about a single message. */
function addReceipts(items: InboundItem[], receipt: Json | undefined, exchange: Exchange): void {
  const mids = receipt?.['mids'];
  if (!Array.isArray(mids)) return;
  for (const mid of mids.slice(0, RECEIPTS_MAX))
    if (typeof mid === 'string' && mid !== '')
      add(items, messageIdOf(mid, 'delivered'), exchange, {
        event: 'Message Delivered',
        attributes: { direction: 'outbound' },
        properties: { mid },
      });
}

/** Everything up to the watermark was read. */
function addRead(items: InboundItem[], read: Json | undefined, exchange: Exchange): void {
  const watermark = millisOf(read?.['watermark']);
  if (watermark === undefined) return;
  add(items, messageIdOf('read', exchange.person, String(watermark)), exchange, {
    event: 'Message Read',
    at: exchange.at ?? watermark,
    attributes: { direction: 'outbound' },
  });
}

/** Named, not fetched. */
function attachmentsOf(message: Json): Json[] | undefined {
  const attachments = objectsAt(message, 'attachments')
    .slice(0, ATTACHMENTS_MAX)
    .map((attachment) => {
      const payload = objectAt(attachment, 'payload');
      return present({
        type: textAt(attachment, 'type'),
        url: textAt(payload, 'url'),
        name: textAt(payload, 'title'),
        coordinates: objectAt(payload, 'coordinates'),
      });
    });
  return attachments.length > 0 ? attachments : undefined;
}
