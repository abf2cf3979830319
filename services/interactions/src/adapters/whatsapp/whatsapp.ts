import type { RawIdentifier } from '@rapport/identifiers';
import { type Json, objectAt, textAt } from '../../domain/json.js';
import { type Adapter, found, type InboundItem, rejected } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { identifiersOf, notificationIdAt, objectsAt, secondsToMs } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';
import { contentOf } from './content.js';

/**
 * `sent` says only that it left us; a voice message that was played was read. (developers.facebook.com/documentation/business-messaging/whatsapp/
 * webhooks/reference/messages/status)
 */
const RECEIPTS: Readonly<Record<string, string>> = {
  delivered: 'Message Delivered',
  read: 'Message Read',
  played: 'Message Read',
  failed: 'Message Bounced',
};

/** Errors that will not pass by themselves (Cloud API, "Error codes"): not on WhatsApp, or may not be written to. */
const PERMANENT_ERRORS: ReadonlySet<string> = new Set(['131026', '131030', '131050', '131021']);

/** What of a change's value is read, by its field ("Webhook fields" of the WhatsApp Business Account). */
const FIELDS: Readonly<Record<string, (items: InboundItem[], value: Json) => void>> = {
  messages: readMessages,
  // what people of the company write in the WhatsApp Business app
  smb_message_echoes: (items, value) => {
    for (const echo of objectsAt(value, 'message_echoes')) addMessage(items, echo, { line: lineOf(value), outbound: true });
  },
  user_preferences: (items, value) => {
    for (const preference of objectsAt(value, 'user_preferences')) addPreference(items, preference);
  },
};

/** WhatsApp Cloud API: `entry[].changes[]`, each of one field. */
export const whatsapp: Adapter = (delivery) => {
  const body = jsonObjectOf(delivery);
  if (body === undefined) return rejected('not a JSON object');
  if (body['object'] !== 'whatsapp_business_account') return rejected('not of a WhatsApp business account');
  const items: InboundItem[] = [];
  for (const entry of objectsAt(body, 'entry'))
    for (const change of objectsAt(entry, 'changes')) {
      const value = objectAt(change, 'value');
      if (value !== undefined) ownEntry(FIELDS, textAt(change, 'field'))?.(items, value);
    }
  return found(items, 'neither a message, a receipt nor a preference');
};

const lineOf = (value: Json): string | undefined => textAt(objectAt(value, 'metadata'), 'display_phone_number');

/** Messages of customers, and receipts of ours. */
function readMessages(items: InboundItem[], value: Json): void {
  const about: About = { line: lineOf(value), names: namesOf(objectsAt(value, 'contacts')) };
  for (const message of objectsAt(value, 'messages')) addMessage(items, message, about);
  for (const status of objectsAt(value, 'statuses')) addReceipt(items, status, about.line);
}

/** What a message's surroundings say. */
interface About {
  readonly line: string | undefined;
  readonly names?: ReadonlyMap<string, string>;
  readonly outbound?: boolean;
}

/** A WhatsApp id is the telephone number, unless somebody uses a user name: then there is an id scoped to the business. */
function customerOf(number: string | undefined, scopedId: string | undefined): RawIdentifier[] {
  const phone = number === undefined || number.startsWith('+') ? number : `+${number}`;
  return [...identifiersOf({ whatsapp: number, phone }), ...identifiersOf({ whatsapp: scopedId })];
}

function namesOf(contacts: readonly Json[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const contact of contacts) {
    const id = textAt(contact, 'wa_id') ?? textAt(contact, 'user_id');
    const name = textAt(objectAt(contact, 'profile'), 'name');
    if (id !== undefined && name !== undefined) names.set(id, name);
  }
  return names;
}

function addMessage(items: InboundItem[], message: Json, { line, names, outbound = false }: About): void {
  const id = textAt(message, 'id');
  const [number, scopedId] = outbound
    ? [textAt(message, 'to'), textAt(message, 'to_user_id')]
    : [textAt(message, 'from'), textAt(message, 'from_user_id')];
  const who = number ?? scopedId;
  const content = contentOf(message);
  if (id === undefined || who === undefined || content === undefined) return;
  const draft = draftOf({
    event: outbound && content.event === 'Message Received' ? 'Message Sent' : content.event,
    at: secondsToMs(message['timestamp']),
    channel: 'whatsapp',
    identifiers: customerOf(number, scopedId),
    attributes: outbound ? { direction: 'outbound', handling: 'human' } : { direction: 'inbound' },
    links: { conversationId: `whatsapp:${who}` },
    properties: {
      provider: 'whatsapp',
      whatsappMessageId: id,
      line,
      senderName: names?.get(who),
      replyTo: textAt(objectAt(message, 'context'), 'id'),
      product: textAt(objectAt(objectAt(message, 'context'), 'referred_product'), 'product_retailer_id'),
      advert: advertOf(objectAt(message, 'referral')),
      ...content.properties,
    },
    text: content.text,
  });
  items.push({ messageId: messageIdOf(id), draft });
}

function addReceipt(items: InboundItem[], status: Json, line: string | undefined): void {
  const [id, word] = [textAt(status, 'id'), textAt(status, 'status')];
  const event = ownEntry(RECEIPTS, word);
  if (id === undefined || event === undefined) return;
  const [error] = objectsAt(status, 'errors');
  const errorCode = textAt(error, 'code');
  // in a group the recipient is the group, and one of its people has read it
  const number = textAt(status, status['recipient_type'] === 'group' ? 'recipient_participant_id' : 'recipient_id');
  const draft = draftOf({
    event,
    at: secondsToMs(status['timestamp']),
    channel: 'whatsapp',
    identifiers: customerOf(number, textAt(status, 'recipient_user_id')),
    attributes: { direction: 'outbound' },
    links: { notificationId: notificationIdAt(status, 'biz_opaque_callback_data') },
    properties: {
      provider: 'whatsapp',
      whatsappMessageId: id,
      line,
      errorCode,
      errorTitle: textAt(error, 'title'),
      bounceType: word === 'failed' ? (errorCode !== undefined && PERMANENT_ERRORS.has(errorCode) ? 'permanent' : 'transient') : undefined,
      pricingCategory: textAt(objectAt(status, 'pricing'), 'category'),
    },
  });
  const inGroup = status['recipient_type'] === 'group' ? [number ?? ''] : [];
  items.push({ messageId: messageIdOf(id, word === 'played' ? 'read' : word!, ...inGroup), draft });
}

/** A customer stops or resumes marketing messages in the app itself: that is a withdrawal, or a grant. */
const PREFERENCES: Readonly<Record<string, string>> = { stop: 'Unsubscribed', resume: 'Consent Granted' };

function addPreference(items: InboundItem[], preference: Json): void {
  const event = ownEntry(PREFERENCES, textAt(preference, 'value'));
  const number = textAt(preference, 'wa_id');
  const who = number ?? textAt(preference, 'user_id');
  if (event === undefined || who === undefined || preference['category'] !== 'marketing_messages') return;
  const timestamp = textAt(preference, 'timestamp');
  const draft = draftOf({
    event,
    at: secondsToMs(preference['timestamp']),
    channel: 'whatsapp',
    identifiers: customerOf(number, textAt(preference, 'user_id')),
    attributes: { direction: 'inbound' },
    properties: {
      provider: 'whatsapp',
      purpose: 'marketing',
      channel: 'whatsapp',
      source: 'whatsapp',
      wording: textAt(preference, 'detail'),
    },
  });
  items.push({ messageId: messageIdOf('preference', who, timestamp ?? '', event), draft });
}

/** The advert from which the conversation began. */
const advertOf = (referral: Json | undefined): Json | undefined =>
  referral && { id: textAt(referral, 'source_id'), url: textAt(referral, 'source_url'), headline: textAt(referral, 'headline') };
