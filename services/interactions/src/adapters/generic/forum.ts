import { words } from '@rapport/contracts';
import { Type } from '@sinclair/typebox';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { identifiersOf } from '../provider-values.js';
import { FIELD, genericAdapter } from './batch.js';

// biome-ignore format: a table is read by its columns
const EVENTS = {
  post:            'Forum Post Created',
  answer:          'Forum Answer Posted',
  answer_accepted: 'Forum Answer Accepted',
  idea:            'Idea Submitted',
  vote:            'Idea Voted',
} as const;

export const ForumEvent = Type.Object({
  id: FIELD.id,
  type: words(Object.keys(EVENTS) as (keyof typeof EVENTS)[], 'What the person did. answer_accepted: the person is who wrote the answer.'),
  at: FIELD.at,
  person: FIELD.person,
  topic: Type.Object({
    id: FIELD.id,
    title: Type.Optional(FIELD.short('The title of the topic.')),
    url: Type.Optional(FIELD.short('Where it can be read.')),
  }),
  text: Type.Optional(FIELD.text('What the person wrote, as plain text.')),
});

/** Provider `forum`. */
export const readForumEvents = genericAdapter('events', ForumEvent, ({ id, type, at, person, topic, text }) => ({
  messageId: messageIdOf(id),
  draft: draftOf({
    event: EVENTS[type],
    at,
    identifiers: identifiersOf(person),
    channel: 'forum',
    properties: { topic_id: topic.id, title: topic.title, url: topic.url },
    text,
    links: { conversationId: messageIdOf(topic.id) },
  }),
}));
