import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';

const discourse = (event: string, body: unknown, settings = {}) =>
  inbound('discourse', body, { headers: { 'x-discourse-event': event }, settings });

/** The members of a post as a webhook carries them (discourse/discourse, app/serializers/web_hook_post_serializer.rb). */
const post = (more: object = {}) => ({
  id: 13,
  name: 'Ann Lee',
  username: 'ann',
  created_at: '2026-01-14T08:00:00.123Z',
  cooked: '<p>How do I <b>clean</b> it?</p>',
  post_number: 1,
  post_type: 1,
  topic_id: 7,
  topic_slug: 'cleaning',
  topic_title: 'Cleaning the cup',
  topic_archetype: 'regular',
  category_slug: 'support',
  user_id: 42,
  ...more,
});

describe('Discourse', () => {
  it.each([
    [1, 'Forum Post Created'],
    [2, 'Forum Answer Posted'],
  ])('post number %s of a topic is a %s', (post_number, event) => {
    expect(interactionsOf(discourse('post_created', { post: post({ post_number }) }))).toMatchObject([
      {
        event,
        channel: 'forum',
        handling: 'community',
        touchpoint: 'community',
        at: '2026-01-14T08:00:00.123Z',
        identifiers: [{ type: 'forumId', value: 'test:42' }],
        conversationId: 'test:7',
        text: 'How do I clean it?',
        properties: { title: 'Cleaning the cup', username: 'ann' },
      },
    ]);
  });

  it('an accepted answer counts for who wrote it', () => {
    expect(interactionsOf(discourse('accepted_solution', { solved: post({ id: 14, user_id: 43 }) }))).toMatchObject([
      { event: 'Forum Answer Accepted', identifiers: [{ value: 'test:43' }] },
    ]);
  });

  it('a new member ties the forum’s id to an address, and to the shop’s own id when it signs in there', () => {
    const user = { id: 42, username: 'ann', email: 'ann@example.com', external_id: 'u-1', created_at: '2026-01-14T07:00:00.000Z' };
    expect(interactionsOf(discourse('user_created', { user }, { externalIdIs: 'userId' }))[0]?.identifiers).toEqual([
      { type: 'userId', value: 'u-1' },
      { type: 'email', value: 'ann@example.com' },
      { type: 'forumId', value: 'test:42' },
    ]);
    expect(interactionsOf(discourse('user_created', { user }))[0]?.identifiers).toHaveLength(2);
  });

  it.each([
    ['ping', { ping: 'OK' }],
    ['topic_created', { topic: {} }],
    ['post_created', { post: post({ user_id: -1 }) }],
    ['post_created', { post: post({ topic_archetype: 'private_message' }) }],
    ['constructor', {}],
  ])('%s %j is nothing', (event, body) => expect(decodedOf(discourse(event, body)).kind).toBe('skip'));

  it.each([
    ['post_created', {}],
    ['user_created', { user: { username: 'ann' } }],
    ['post_created', 'no json'],
  ])('%s %j is refused', (event, body) => expect(decodedOf(discourse(event, body)).kind).toBe('reject'));
});
