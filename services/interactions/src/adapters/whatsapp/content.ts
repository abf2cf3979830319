import { type Json, objectAt, textAt } from '../../domain/json.js';
import { objectsAt } from '../provider-values.js';
import { present } from '../draft-of.js';

/** What a customer's message says. */
export interface Content {
  readonly event: string;
  readonly text?: string | undefined;
  readonly properties?: Json;
}

const MEDIA: ReadonlySet<string> = new Set(['image', 'video', 'audio', 'voice', 'document', 'sticker']);
const CONTACTS_MAX = 10;

/** By the message's type; undefined for what no customer says (`system`: a number changed). Media are named, not fetched. */
export function contentOf(message: Json): Content | undefined {
  const type = textAt(message, 'type') ?? 'unknown';
  const part = objectAt(message, type);
  const received = (text: string | undefined, properties: Json = {}): Content => ({
    event: 'Message Received',
    text,
    properties: { contentType: type, ...properties },
  });
  if (MEDIA.has(type)) return received(textAt(part, 'caption'), { attachments: [attachmentOf(type, part)] });
  switch (type) {
    case 'text':
      return received(textAt(part, 'body'));
    case 'reaction':
      return {
        event: 'Message Reacted',
        // without an emoji it was taken back
        properties: {
          reaction: textAt(part, 'emoji'),
          removed: textAt(part, 'emoji') === undefined,
          reactedTo: textAt(part, 'message_id'),
        },
      };
    case 'button':
      return received(textAt(part, 'text'), { button: textAt(part, 'payload') });
    case 'interactive': {
      const reply = objectAt(part, 'button_reply') ?? objectAt(part, 'list_reply') ?? objectAt(part, 'nfm_reply');
      return received(textAt(reply, 'title') ?? textAt(reply, 'body'), { button: textAt(reply, 'id') });
    }
    case 'location':
      return received(textAt(part, 'name'), {
        location: present({ latitude: part?.['latitude'], longitude: part?.['longitude'], label: textAt(part, 'address') }),
      });
    case 'contacts':
      return received(undefined, { contacts: Math.min(objectsAt(message, 'contacts').length, CONTACTS_MAX) });
    case 'order':
      return received(textAt(part, 'text'), { catalogId: textAt(part, 'catalog_id'), items: objectsAt(part, 'product_items').map(itemOf) });
    case 'system':
      return undefined;
    default:
      return received(undefined);
  }
}

const attachmentOf = (type: string, part: Json | undefined): Json =>
  present({
    type,
    id: textAt(part, 'id'),
    contentType: textAt(part, 'mime_type'),
    name: textAt(part, 'filename'),
    sha256: textAt(part, 'sha256'),
  });

const itemOf = (item: Json): Json =>
  present({
    sku: textAt(item, 'product_retailer_id'),
    quantity: item['quantity'],
    price: item['item_price'],
    currency: textAt(item, 'currency'),
  });
