import { words } from '@rapport/contracts';
import { Type } from '@sinclair/typebox';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { identifiersOf } from '../provider-values.js';
import { FIELD, genericAdapter } from './batch.js';

// biome-ignore format: a table is read by its columns
const EVENTS = {
  mention: 'Brand Mentioned',
  comment: 'Social Post Commented',
  like:    'Social Post Liked',
  message: 'Social Message Received',
} as const;

export const SocialEvent = Type.Object({
  id: FIELD.id,
  type: words(
    Object.keys(EVENTS) as (keyof typeof EVENTS)[],
    'mention: of you, anywhere. comment, like: at a post of yours. message: to you alone.',
  ),
  at: FIELD.at,
  network: FIELD.short('Where: facebook, tiktok, youtube, x, …'),
  person: FIELD.person,
  post: Type.Optional(Type.Object({ id: FIELD.id, url: Type.Optional(FIELD.short('Where it can be read.')) })),
  reach: Type.Optional(Type.Integer({ minimum: 0, description: 'How many people follow the author.' })),
  text: Type.Optional(FIELD.text('What the person wrote, as plain text.')),
});

/** Provider `social`. The ids of two networks are two facts. */
export const readSocialEvents = genericAdapter('events', SocialEvent, ({ id, type, at, network, person, post, reach, text }) => ({
  messageId: messageIdOf(network, id),
  draft: draftOf({
    event: EVENTS[type],
    at,
    identifiers: identifiersOf(person),
    channel: 'social',
    properties: { network, post_id: post?.id, url: post?.url, reach },
    text,
    links: { conversationId: post === undefined ? undefined : messageIdOf(network, post.id) },
  }),
}));
