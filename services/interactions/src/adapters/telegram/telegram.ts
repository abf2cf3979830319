import { type Json, objectAt, textAt } from '../../domain/json.js';
import { type Adapter, found, nothing, rejected, type Understood } from '../adapter.js';
import { draftOf, type Known, present } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { identifiersOf, objectsAt, secondsToMs } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';
import { contentOf } from './content.js';

/** How the state of the bot in a private chat reads (Bot API, ChatMember): `kicked` is a person who blocked it. */
const MEMBERSHIP: Readonly<Record<string, string>> = {
  member: 'Channel Followed',
  kicked: 'Channel Unfollowed',
  left: 'Channel Unfollowed',
};

type Reader = (update: Json, part: Json) => Understood;

/** Bot API, "Update": one kind of thing per update, under the name of its member. A business account's messages are read alike, its owner's as ours. */
// biome-ignore format: a table is read by its lines
const READERS: Readonly<Record<string, Reader>> = {
  message:                 (update, message) => readMessage(update, message, 'Message Received'),
  edited_message:          (update, message) => readMessage(update, message, 'Message Edited'),
  business_message:        (update, message) => readMessage(update, message, isOwners(message) ? 'Message Sent' : 'Message Received'),
  edited_business_message: (update, message) => readMessage(update, message, 'Message Edited'),
  callback_query:          readButton,
  message_reaction:        readReaction,
  my_chat_member:          readMembership,
};

export const telegram: Adapter = (delivery) => {
  const update = jsonObjectOf(delivery);
  if (update === undefined) return rejected('not a JSON object');
  if (textAt(update, 'update_id') === undefined) return rejected('no update: update_id is missing');
  for (const [name, read] of Object.entries(READERS)) {
    const part = objectAt(update, name);
    if (part !== undefined) return read(update, part);
  }
  return nothing('an update of another kind');
};

/** In a chat of a business account (`business_connection_id`) both sides are heard: the chat is the customer, whoever else writes there is the company. */
function isOwners(message: Json): boolean {
  const isBusiness = textAt(message, 'business_connection_id') !== undefined;
  return isBusiness && textAt(objectAt(message, 'from'), 'id') !== textAt(objectAt(message, 'chat'), 'id');
}

function readMessage(update: Json, message: Json, event: string): Understood {
  if (message['is_automatic_forward'] === true) return nothing('a post of the channel, put into its discussion group');
  const content = contentOf(message);
  if (content === undefined) return nothing('a notice of the chat itself');
  const { text, phone, properties } = content;
  const [chat, ours] = [objectAt(message, 'chat'), isOwners(message)];
  return item(update, ours ? chat : objectAt(message, 'from'), chat, {
    event,
    ...(ours ? { attributes: { direction: 'outbound', handling: 'human' } } : {}),
    at: secondsToMs(message['edit_date']) ?? secondsToMs(message['date']),
    identifiers: identifiersOf({ phone }),
    properties: {
      telegramMessageId: textAt(message, 'message_id'),
      replyTo: textAt(objectAt(message, 'reply_to_message'), 'message_id'),
      ...properties,
    },
    text,
  });
}

function readButton(update: Json, query: Json): Understood {
  const message = objectAt(query, 'message');
  return item(update, objectAt(query, 'from'), objectAt(message, 'chat'), {
    event: 'Message Received',
    properties: { button: textAt(query, 'data'), replyTo: textAt(message, 'message_id') },
  });
}

function readReaction(update: Json, reaction: Json): Understood {
  const [newest] = objectsAt(reaction, 'new_reaction');
  return item(update, objectAt(reaction, 'user'), objectAt(reaction, 'chat'), {
    event: 'Message Reacted',
    at: secondsToMs(reaction['date']),
    properties: {
      reaction: textAt(newest, 'emoji') ?? textAt(newest, 'custom_emoji_id'),
      removed: newest === undefined,
      reactedTo: textAt(reaction, 'message_id'),
    },
  });
}

function readMembership(update: Json, change: Json): Understood {
  const chat = objectAt(change, 'chat');
  if (chat?.['type'] !== 'private') return nothing('the bot in a group');
  const event = ownEntry(MEMBERSHIP, textAt(objectAt(change, 'new_chat_member'), 'status'));
  if (event === undefined) return nothing('a membership that says nothing');
  return item(update, objectAt(change, 'from'), chat, { event, at: secondsToMs(change['date']) });
}

function item(update: Json, from: Json | undefined, chat: Json | undefined, known: Pick<Known, 'event'> & Partial<Known>): Understood {
  const id = textAt(from, 'id');
  if (id === undefined) return nothing('a channel or a group, not a person');
  if (from?.['is_bot'] === true) return nothing('a bot');
  const chatId = textAt(chat, 'id') ?? id;
  const name = [textAt(from, 'first_name'), textAt(from, 'last_name')].filter((part) => part !== undefined).join(' ');
  const draft = draftOf({
    channel: 'telegram',
    attributes: { direction: 'inbound' },
    ...known,
    identifiers: [...identifiersOf({ telegramId: id }), ...(known.identifiers ?? [])],
    links: { conversationId: `telegram:${chatId}` },
    properties: present({
      provider: 'telegram',
      senderName: name === '' ? undefined : name,
      username: textAt(from, 'username'),
      chatType: textAt(chat, 'type'),
      ...known.properties,
    }),
    context: textAt(from, 'language_code') === undefined ? undefined : { locale: textAt(from, 'language_code') },
  });
  return found([{ messageId: messageIdOf('update', textAt(update, 'update_id')!), draft }], 'no update');
}
