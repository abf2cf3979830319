import { isObject, type Json, objectAt, textAt } from '../../domain/json.js';
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
      const answers = answersOf(textAt(reply, 'response_json'));
      // what stands in the body of a filled-in flow is WhatsApp's own "Sent"
      return answers === undefined
        ? received(textAt(reply, 'title') ?? textAt(reply, 'body'), { button: textAt(reply, 'id') })
        : received(undefined, { form: textAt(reply, 'name'), answers });
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
    case 'request_welcome': // the chat was opened, nothing is said yet
      return undefined;
    default:
      return received(undefined);
  }
}

const ANSWERS_CHARS_MAX = 8_192;

/** The fields of a flow ("Flows: receiving flow response"), without the token that only we know the meaning of. */
function answersOf(text: string | undefined): Json | undefined {
  if (text === undefined || text.length > ANSWERS_CHARS_MAX) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return undefined;
    const { flow_token: _, ...answers } = value;
    return answers;
  } catch {
    return undefined;
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
