import { type Json, objectAt, textAt } from '../../domain/json.js';
import { present } from '../draft-of.js';
import { objectsAt } from '../provider-values.js';

/** What a message says. */
export interface Content {
  readonly text?: string | undefined;
  /** The sender's own number, when he shared it. */
  readonly phone?: string | undefined;
  readonly properties: Json;
}

const MEDIA = ['animation', 'audio', 'document', 'sticker', 'video', 'video_note', 'voice'] as const;
const START = /^\/start(?:@\w+)?(?: (.{1,64}))?$/;

/** Bot API, "Message": undefined for service messages (somebody joined, a title changed). Files are named, not fetched. */
export function contentOf(message: Json): Content | undefined {
  const sent = objectAt(message, 'web_app_data'); // what a form of ours, shown by a button under the chat, sent
  const text = textAt(message, 'text') ?? textAt(message, 'caption') ?? textAt(sent, 'button_text');
  const attachments = attachmentsOf(message);
  const [location, contact] = [objectAt(message, 'venue') ?? objectAt(message, 'location'), objectAt(message, 'contact')];
  if (text === undefined && attachments === undefined && location === undefined && contact === undefined) return undefined;
  const isOwnContact = contact !== undefined && textAt(contact, 'user_id') === textAt(objectAt(message, 'from'), 'id');
  return {
    text,
    phone: isOwnContact ? withPlus(textAt(contact, 'phone_number')) : undefined,
    properties: {
      attachments,
      location: location && placeOf(location),
      button: textAt(sent, 'data'),
      startPayload: text === undefined ? undefined : START.exec(text)?.[1],
    },
  };
}

/** Telegram leaves out the plus, and sometimes does not. */
const withPlus = (number: string | undefined): string | undefined =>
  number === undefined || number.startsWith('+') ? number : `+${number}`;

function attachmentsOf(message: Json): Json[] | undefined {
  const attachments: Json[] = MEDIA.flatMap((type) => {
    const file = objectAt(message, type);
    return file === undefined ? [] : [attachmentOf(type, file)];
  });
  // the same picture in several sizes, the largest last
  const photo = objectsAt(message, 'photo').at(-1);
  if (photo !== undefined) attachments.push(attachmentOf('photo', photo));
  return attachments.length > 0 ? attachments : undefined;
}

const attachmentOf = (type: string, file: Json): Json =>
  present({
    type,
    id: textAt(file, 'file_id'),
    name: textAt(file, 'file_name'),
    contentType: textAt(file, 'mime_type'),
    bytes: file['file_size'],
    durationSeconds: file['duration'],
  });

function placeOf(place: Json): Json {
  const point = objectAt(place, 'location') ?? place;
  return present({ latitude: point['latitude'], longitude: point['longitude'], label: textAt(place, 'title') });
}
