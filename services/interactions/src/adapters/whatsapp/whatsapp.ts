import type { RawIdentifier } from '@rapport/identifiers';
import { type Json, objectAt, textAt } from '../../domain/json.js';
import { type Adapter, found, type InboundItem, rejected } from '../adapter.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { identifiersOf, notificationIdAt, objectsAt, secondsToMs } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';
import { contentOf } from './content.js';

/** `sent` says only that it left us. (WhatsApp Business Platform, "messages webhook reference", status messages.) */
const RECEIPTS: Readonly<Record<string, string>> = { delivered: 'Message Delivered', read: 'Message Read', failed: 'Message Bounced' };

/** Errors that will not pass by themselves (Cloud API, "Error codes"): not on WhatsApp, or may not be written to. */
const PERMANENT_ERRORS: ReadonlySet<string> = new Set(['131026', '131030', '131050', '131021']);

/** WhatsApp Cloud API: `entry[].changes[]` of the field `messages`, each with messages of customers and receipts of ours. */
export const whatsapp: Adapter = (delivery) => {
  const body = jsonObjectOf(delivery);
  if (body === undefined) return rejected('not a JSON object');
  if (body['object'] !== 'whatsapp_business_account') return rejected('not of a WhatsApp business account');
  const items: InboundItem[] = [];
  for (const entry of objectsAt(body, 'entry'))
    for (const change of objectsAt(entry, 'changes')) {
      if (change['field'] !== 'messages') continue;
      const value = objectAt(change, 'value');
      const line = textAt(objectAt(value, 'metadata'), 'display_phone_number');
      const names = namesOf(objectsAt(value, 'contacts'));
      for (const message of objectsAt(value, 'messages')) addMessage(items, message, names, line);
      for (const status of objectsAt(value, 'statuses')) addReceipt(items, status, line);
    }
  return found(items, 'neither a message nor a receipt');
};

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

function addMessage(items: InboundItem[], message: Json, names: ReadonlyMap<string, string>, line: string | undefined): void {
  const [from, scopedId, id] = [textAt(message, 'from'), textAt(message, 'from_user_id'), textAt(message, 'id')];
  const who = from ?? scopedId;
  const content = contentOf(message);
  if (id === undefined || who === undefined || content === undefined) return;
  const draft = draftOf({
    event: content.event,
    at: secondsToMs(message['timestamp']),
    channel: 'whatsapp',
    identifiers: customerOf(from, scopedId),
    attributes: { direction: 'inbound' },
    links: { conversationId: `whatsapp:${who}` },
    properties: {
      provider: 'whatsapp',
      whatsappMessageId: id,
      line,
      senderName: names.get(who),
      replyTo: textAt(objectAt(message, 'context'), 'id'),
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
  const draft = draftOf({
    event,
    at: secondsToMs(status['timestamp']),
    channel: 'whatsapp',
    identifiers: customerOf(textAt(status, 'recipient_id'), textAt(status, 'recipient_user_id')),
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
  items.push({ messageId: messageIdOf(id, word!), draft });
}

/** The advert from which the conversation began. */
const advertOf = (referral: Json | undefined): Json | undefined =>
  referral && { id: textAt(referral, 'source_id'), url: textAt(referral, 'source_url'), headline: textAt(referral, 'headline') };
