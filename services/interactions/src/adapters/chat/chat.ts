import type { Channel } from '@rapport/contracts';
import { type Json, objectAt, textAt } from '../../domain/json.js';
import { parseTime } from '../../domain/event-time.js';
import { type Adapter, DELIVERY_ITEMS_MAX, found, type InboundItem, rejected } from '../adapter.js';
import { draftOf, type Known, present } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { countOf, identifiersOf, objectsAt } from '../provider-values.js';
import { jsonObjectOf } from '../read-body.js';

/** Who wrote a message of a transcript, under any of these words; `system` lines say nothing. */
const AUTHORS: Readonly<Record<string, 'customer' | 'agent' | 'bot'>> = {
  customer: 'customer',
  visitor: 'customer',
  user: 'customer',
  contact: 'customer',
  agent: 'agent',
  operator: 'agent',
  admin: 'agent',
  bot: 'bot',
  assistant: 'bot',
};

/**
 * A chat, whole or as far as it has come: `{conversationId, channel?: "live_chat" | "chatbot", startedAt?, endedAt?, customer: {identifiers…, name?},
 * agent?: {id}, messages: [{id?, at, from: "customer" | "agent" | "bot", text, agentId?}], page?, rating?, caseId?}`. Sent again with more messages, only
 * those are new.
 */
export const chat: Adapter = (delivery) => {
  const body = jsonObjectOf(delivery);
  if (body === undefined) return rejected('not a JSON object');
  const conversationId = textAt(body, 'conversationId') ?? textAt(body, 'conversation_id') ?? textAt(body, 'id');
  if (conversationId === undefined) return rejected('no conversationId');
  const messages = objectsAt(body, 'messages');
  if (messages.length > DELIVERY_ITEMS_MAX - 2) return rejected(`more than ${DELIVERY_ITEMS_MAX - 2} messages`);
  const transcript: Transcript = {
    conversationId,
    channel: body['channel'] === 'chatbot' ? 'chatbot' : 'live_chat',
    identifiers: identifiersOf(identifiersIn(objectAt(body, 'customer'))),
    agentId: textAt(objectAt(body, 'agent'), 'id') ?? textAt(body, 'agentId'),
    caseId: textAt(body, 'caseId'),
  };
  const items: InboundItem[] = [];
  const startedAt = body['startedAt'] ?? messages[0]?.['at'];
  if (startedAt !== undefined) items.push(started(transcript, startedAt, body));
  messages.forEach((message, index) => {
    const item = messageItem(transcript, message, index);
    if (item !== undefined) items.push(item);
  });
  if (parseTime(body['endedAt']) !== undefined) items.push(ended(transcript, startedAt, body, messages.length));
  return found(items, 'a conversation without a word');
};

interface Transcript {
  readonly conversationId: string;
  readonly channel: Channel;
  readonly identifiers: Known['identifiers'];
  readonly agentId: string | undefined;
  readonly caseId: string | undefined;
}

/** Names say something about a person, and name nobody. */
function identifiersIn(customer: Json | undefined): Json {
  const { name: _name, identifiers, ...flat } = customer ?? {};
  return typeof identifiers === 'object' && identifiers !== null ? (identifiers as Json) : flat;
}

function itemOf(transcript: Transcript, part: string, known: Pick<Known, 'event' | 'at'> & Partial<Known>): InboundItem {
  const { conversationId, channel, identifiers, agentId, caseId } = transcript;
  const draft = draftOf({ channel, identifiers, ...known, links: { conversationId, agentId, caseId, ...known.links } });
  return { messageId: messageIdOf(conversationId, part), draft };
}

function started(transcript: Transcript, at: unknown, body: Json): InboundItem {
  const url = textAt(body, 'page');
  const name = textAt(objectAt(body, 'customer'), 'name');
  return itemOf(transcript, 'started', {
    event: 'Live Chat Conversation Started',
    at,
    traits: name === undefined ? undefined : { name },
    context: url === undefined ? undefined : { page: { url } },
  });
}

function messageItem(transcript: Transcript, message: Json, index: number): InboundItem | undefined {
  const author = Object.hasOwn(AUTHORS, String(message['from'])) ? AUTHORS[String(message['from'])] : undefined;
  const text = textAt(message, 'text') ?? textAt(message, 'body');
  if (author === undefined || text === undefined) return undefined;
  const isCustomers = author === 'customer';
  return itemOf(transcript, textAt(message, 'id') ?? `message-${index}`, {
    event: isCustomers ? 'Live Chat Message Sent' : 'Live Chat Message Received',
    at: message['at'],
    attributes: present({
      direction: isCustomers ? 'inbound' : 'outbound',
      handling: author === 'bot' ? 'automated' : undefined,
    }) as NonNullable<Known['attributes']>,
    links: textAt(message, 'agentId') === undefined ? {} : { agentId: textAt(message, 'agentId') },
    text,
  });
}

function ended(transcript: Transcript, startedAt: unknown, body: Json, messages: number): InboundItem {
  const [from, to] = [parseTime(startedAt), parseTime(body['endedAt'])];
  return itemOf(transcript, 'ended', {
    event: 'Live Chat Conversation Ended',
    at: body['endedAt'],
    properties: {
      messages,
      durationSeconds: from === undefined || to === undefined || to < from ? undefined : Math.round((to - from) / 1_000),
      rating: countOf(body['rating']),
    },
  });
}
