import type { RawIdentifier } from '@rapport/identifiers';
import { clip, firstTextAt, type Json, objectAt, textAt } from '../../domain/json.js';
import { type InboundDelivery, type InboundItem, nothing, rejected, type Understood } from '../adapter.js';
import { htmlToText } from '../email/mime/html-to-text.js';
import { draftOf } from '../draft-of.js';
import { messageIdOf } from '../message-id.js';
import { ownEntry } from '../own-entry.js';
import { jsonObjectOf } from '../read-body.js';

const HTML_LENGTH_MAX = 262_144;

type Reader = (body: Json, delivery: InboundDelivery) => InboundItem | 'nobody' | undefined;

/** By `X-Discourse-Event`. Topics come again as their first post; likes, badges, categories and the like say nothing that we have a word for. */
// biome-ignore format: a table is read by its columns
const READERS: Readonly<Record<string, Reader>> = {
  post_created:      (body, delivery) => postItem(objectAt(body, 'post'), delivery),
  accepted_solution: (body, delivery) => postItem(objectAt(body, 'solved'), delivery, 'Forum Answer Accepted'),
  user_created:      (body, delivery) => userItem(objectAt(body, 'user'), delivery, 'Signed Up'),
};

/**
 * Provider `discourse` (meta.discourse.org, "Configure webhooks that trigger on Discourse events"; the payloads are those of its serializers).
 * Members are `forumId` `<connection>:<user id>`, so that two forums' members stay two people; `user_created` ties it to an e-mail address, and, with
 * `settings.externalIdIs` (the single sign-on of the shop), to an identifier of that type.
 */
export function readDiscourseDelivery(delivery: InboundDelivery): Understood {
  const event = delivery.headers['x-discourse-event'] ?? '';
  const read = ownEntry(READERS, event);
  if (read === undefined) return nothing('an event of Discourse that says nothing of a customer');
  const body = jsonObjectOf(delivery);
  if (body === undefined) return rejected('no JSON object');
  const item = read(body, delivery);
  if (item === undefined) return rejected(`${event} without the ids of its post and user`);
  return item === 'nobody' ? nothing('by the system, or between members only') : { kind: 'interactions', items: [item] };
}

function postItem(post: Json | undefined, delivery: InboundDelivery, event?: string): InboundItem | 'nobody' | undefined {
  const id = textAt(post, 'id');
  const userId = textAt(post, 'user_id');
  const topicId = textAt(post, 'topic_id');
  if (post === undefined || id === undefined || userId === undefined || topicId === undefined) return undefined;
  if (isSystem(userId) || post['topic_archetype'] === 'private_message') return 'nobody';
  const name = event ?? (post['post_number'] === 1 ? 'Forum Post Created' : 'Forum Answer Posted');
  return {
    messageId: messageIdOf('post', id, name),
    draft: draftOf({
      event: name,
      at: event === undefined ? textAt(post, 'created_at') : undefined, // when it was accepted, the post does not say
      identifiers: [memberOf(userId, delivery)],
      channel: 'forum',
      properties: {
        topic_id: topicId,
        post_number: post['post_number'],
        title: firstTextAt(post, ['topic_title'], 500),
        username: firstTextAt(post, ['username'], 100),
        category: firstTextAt(post, ['category_slug'], 100),
      },
      text: wordsOf(post),
      links: { conversationId: messageIdOf(delivery.connection, topicId) },
    }),
  };
}

function userItem(user: Json | undefined, delivery: InboundDelivery, event: string): InboundItem | 'nobody' | undefined {
  const id = textAt(user, 'id');
  if (user === undefined || id === undefined) return undefined;
  if (isSystem(id)) return 'nobody';
  const externalType = delivery.settings['externalIdIs'];
  const externalId = textAt(user, 'external_id');
  const email = textAt(user, 'email');
  return {
    messageId: messageIdOf('user', id),
    draft: draftOf({
      event,
      at: textAt(user, 'created_at'),
      identifiers: [
        memberOf(id, delivery),
        ...(email === undefined ? [] : [{ type: 'email', value: email }]),
        ...(typeof externalType === 'string' && externalId !== undefined ? [{ type: externalType, value: externalId }] : []),
      ],
      channel: 'forum',
      properties: { username: firstTextAt(user, ['username'], 100) },
    }),
  };
}

const memberOf = (userId: string, { connection }: InboundDelivery): RawIdentifier => ({
  type: 'forumId',
  value: `${connection}:${userId}`,
});

/** Discourse's own users have ids below zero. */
const isSystem = (userId: string): boolean => userId.startsWith('-') || userId === '0';

function wordsOf(post: Json): string {
  const raw = textAt(post, 'raw');
  return raw ?? htmlToText(clip(textAt(post, 'cooked') ?? '', HTML_LENGTH_MAX));
}
