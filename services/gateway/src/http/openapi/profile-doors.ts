import { CHANNELS, STAGES } from '@rapport/contracts';
import { pageOf, ref } from './components.js';
import { Door, type DoorOptions, PAGE } from './door.js';
import { INBOX_MESSAGE, INTERACTION, MERGE, NOTIFICATION, PROFILE, RELATIONSHIP, SEGMENT_MEMBERSHIP } from './examples.js';

export const REF = {
  ref: 'A profile’s id, or `type:value` of one of its identifiers, percent-encoded: `email:ann%40example.com`, `userId:17850`.',
};
const MOVED = { 'Content-Location': 'Where the profile is now, when the ref is one that was merged into another.' };

const read = (options: Omit<DoorOptions, 'scope' | 'problems'>): MethodDecorator =>
  Door({ scope: 'profiles:read', problems: [404], ...options });

export const PROFILE_DOORS = {
  find: read({
    summary: 'Find profiles',
    description: 'By traits (`?trait.plan=pro&trait.country=VN`: all of them), or the members of a segment (`?segment=<id>`).',
    query: {
      segment: { description: 'Id of a segment: its members.' },
      'trait.plan': {
        description: 'Any trait by its name: `trait.<name>=<value>`, up to five.',
        schema: { type: 'string', maxLength: 256, examples: ['pro'] },
      },
      ...PAGE,
    },
    answer: {
      status: 200,
      description: 'A page of profiles.',
      schema: pageOf(ref('Profile')),
      example: { data: [PROFILE], nextCursor: null },
    },
  }),
  one: read({
    summary: 'One profile',
    description: 'Everything known about one person. Every trait says from where and since when, every consent how it was given.',
    params: REF,
    answer: { status: 200, description: 'The profile.', schema: ref('Profile'), example: PROFILE, headers: MOVED },
  }),
  merges: read({
    summary: 'What became part of a profile',
    params: REF,
    answer: {
      status: 200,
      description: 'Merges, oldest first, each with the interaction that was its reason.',
      schema: pageOf(ref('Merge')),
      example: { data: [MERGE], nextCursor: null },
      headers: MOVED,
    },
  }),
  interactions: read({
    summary: 'The timeline of a profile',
    description: 'Interactions under any of the profile’s identifiers, newest first.',
    params: REF,
    query: {
      channel: { description: 'Only this channel.', schema: { type: 'string', enum: CHANNELS } },
      stage: { description: 'Only this stage.', schema: { type: 'string', enum: STAGES } },
      event: { description: 'Only this event.', schema: { type: 'string', maxLength: 200 } },
      from: { description: 'Happened at or after.', schema: { type: 'string', format: 'date-time' } },
      to: { description: 'Happened before.', schema: { type: 'string', format: 'date-time' } },
      ...PAGE,
    },
    answer: {
      status: 200,
      description: 'A page of interactions.',
      schema: pageOf(ref('Interaction')),
      example: { data: [INTERACTION], nextCursor: null },
      headers: MOVED,
    },
  }),
  relationship: read({
    summary: 'What kind of relationship it is',
    description: 'The eight scores, the primary type, and why.',
    params: REF,
    answer: { status: 200, description: 'The relationship.', schema: ref('CustomerRelationship'), example: RELATIONSHIP, headers: MOVED },
  }),
  segments: read({
    summary: 'The segments of a profile, and why',
    description:
      'Every membership with the leaves of the rule that held and what was found. With `?segment=<id>` also why somebody is *not* in it.',
    params: REF,
    query: { segment: { description: 'Id or name of one segment: only this one, member or not.' } },
    answer: {
      status: 200,
      description: 'Memberships.',
      schema: pageOf(ref('SegmentMembership')),
      example: { data: [SEGMENT_MEMBERSHIP], nextCursor: null },
      headers: MOVED,
    },
  }),
  notifications: Door({
    scope: 'notifications:read',
    summary: 'What was sent to a profile or held back',
    params: REF,
    query: PAGE,
    answer: {
      status: 200,
      description: 'Notifications, newest first, each with its decision.',
      schema: pageOf(ref('Notification')),
      example: { data: [NOTIFICATION], nextCursor: null },
      headers: MOVED,
    },
    problems: [404],
  }),
  inbox: Door({
    scope: 'notifications:read',
    summary: 'The in-app inbox of a profile',
    params: REF,
    query: { show: { description: 'Which messages.', schema: { type: 'string', enum: ['all', 'unread'], default: 'all' } }, ...PAGE },
    answer: {
      status: 200,
      description: 'Messages, newest first.',
      schema: pageOf(ref('InboxMessage'), { unread: { type: 'integer', description: 'How many are unread.' } }),
      example: { data: [INBOX_MESSAGE], nextCursor: null, unread: 1 },
      headers: MOVED,
    },
    problems: [404],
  }),
  inboxStream: Door({
    scope: 'notifications:read',
    summary: 'New inbox messages as they come',
    description:
      'Server-sent events: `data` is a message as the inbox shows it. Reconnecting with `Last-Event-ID` goes on where it stopped.',
    params: REF,
    headers: { 'Last-Event-ID': 'The id of the last event that was seen.' },
    answer: {
      status: 200,
      description: 'A stream of events.',
      contentType: 'text/event-stream',
      schema: { type: 'string' },
      example: `id: 1\nevent: message\ndata: ${JSON.stringify(INBOX_MESSAGE)}\n\n`,
    },
    problems: [404],
  }),
} as const;
