import { CASE_PRIORITIES, CASE_STATUSES, CHANNELS, COMPLEXITIES, Money, SENSITIVITIES, TOUCHPOINTS } from '@rapport/contracts';
import { CASE, CASE_WITH_INTERACTIONS, CUSTOMER_CONTEXT } from './case-examples.js';
import { pageOf, ref } from './components.js';
import { Door, PAGE } from './door.js';
import { REF } from './profile-doors.js';

const ID = { id: 'The id of the case.' };
const words = (values: readonly string[]) => ({ type: 'string', enum: values });
const name = { type: 'string', minLength: 1, maxLength: 100 };
const MESSAGE_ID = { type: 'string', description: 'Of the interaction: found in the timeline.' };
const EXAMPLE_MESSAGE = '019bc0a1-7c00-7000-8000-000000000009';

export const CASE_DOORS = {
  list: Door({
    scope: 'cases:read',
    summary: 'List cases',
    description: 'What matters most first, then what is oldest.',
    query: {
      status: { description: 'Only these.', schema: words(CASE_STATUSES) },
      priority: { description: 'Only these.', schema: words(CASE_PRIORITIES) },
      assigneeId: { description: 'Only those of this person.', schema: name },
      profile: { description: 'Only those of this customer: a profile’s id, or `type:value`.' },
      ...PAGE,
    },
    answer: { status: 200, description: 'A page of cases.', schema: pageOf(ref('Case')), example: { data: [CASE], nextCursor: null } },
    problems: [400, 404],
  }),
  one: Door({
    scope: 'cases:read',
    summary: 'One case, with its interactions',
    description:
      'The last 200 interactions, oldest first: how each was found to belong here and how much doubt there is, and where the customer changed the channel.',
    params: ID,
    answer: { status: 200, description: 'The case.', schema: ref('CaseWithInteractions'), example: CASE_WITH_INTERACTIONS },
    problems: [404],
  }),
  open: Door({
    scope: 'cases:write',
    summary: 'Open a case',
    description: 'Becomes the interaction `Case Opened`. The case can be read a moment later.',
    idempotent: true,
    body: {
      schema: {
        type: 'object',
        required: ['profile', 'text'],
        additionalProperties: false,
        properties: {
          profile: { type: 'string', description: 'A profile’s id, or `type:value`.' },
          text: { type: 'string', minLength: 1, maxLength: 16_384, description: 'What it is about.' },
          channel: { ...words(CHANNELS), default: 'api', description: 'Where the customer asked.' },
          touchpoint: words(TOUCHPOINTS),
          sensitivity: words(SENSITIVITIES),
          complexity: words(COMPLEXITIES),
          value: Money,
          orderId: name,
          conversationId: name,
          assigneeId: name,
          priority: words(CASE_PRIORITIES),
        },
      },
      examples: {
        complaint: {
          profile: 'email:ann%40example.com',
          text: 'The kettle came without its lid.',
          channel: 'phone',
          touchpoint: 'packaging',
        },
      },
    },
    answer: {
      status: 202,
      description: 'Accepted: Kafka has it.',
      schema: {
        type: 'object',
        required: ['id', 'messageId'],
        properties: { id: { type: 'string', format: 'uuid' }, messageId: MESSAGE_ID },
      },
      example: { id: CASE.id, messageId: EXAMPLE_MESSAGE },
      headers: { Location: 'Where the case will be.' },
    },
    problems: [404, 409],
  }),
  change: Door({
    scope: 'cases:write',
    summary: 'Change a case',
    description:
      'Each member becomes an interaction: `Case Resolved`, `Case Closed`, `Case Reopened`, `Case Assigned`, `Case Unassigned`, `Case Prioritised`, `Case Escalated`. `priority: null` goes back to what is computed.',
    params: ID,
    idempotent: true,
    body: {
      schema: {
        type: 'object',
        minProperties: 1,
        additionalProperties: false,
        properties: {
          status: words(['open', 'resolved', 'closed']),
          assigneeId: { anyOf: [name, { type: 'null' }] },
          priority: { anyOf: [words(CASE_PRIORITIES), { type: 'null' }] },
          escalated: { type: 'boolean', const: true },
          note: { type: 'string', minLength: 1, maxLength: 16_384 },
        },
      },
      examples: { resolved: { status: 'resolved', note: 'A lid is on its way.' }, taken: { assigneeId: 'agent-7', priority: 'high' } },
    },
    answer: {
      status: 202,
      description: 'Accepted: Kafka has all of it. The case shows it a moment later.',
      schema: {
        type: 'object',
        required: ['id', 'accepted', 'messageIds'],
        properties: {
          id: { type: 'string', format: 'uuid' },
          accepted: { type: 'integer', minimum: 1 },
          messageIds: { type: 'array', items: MESSAGE_ID },
        },
      },
      example: { id: CASE.id, accepted: 1, messageIds: [`${EXAMPLE_MESSAGE}:status`] },
    },
    problems: [404, 409],
  }),
  merge: Door({
    scope: 'cases:write',
    summary: 'Merge a case into another one',
    description: 'Two cases of one customer that are one need. Becomes the interaction `Case Merged`; who names the former case is led on.',
    params: ID,
    idempotent: true,
    body: {
      schema: { type: 'object', required: ['into'], additionalProperties: false, properties: { into: { type: 'string', format: 'uuid' } } },
      examples: { into: { into: CASE.id } },
    },
    answer: {
      status: 202,
      description: 'Accepted; `id` is the case that goes on.',
      schema: {
        type: 'object',
        required: ['id', 'messageId'],
        properties: { id: { type: 'string', format: 'uuid' }, messageId: MESSAGE_ID },
      },
      example: { id: CASE.id, messageId: EXAMPLE_MESSAGE },
    },
    problems: [404, 409],
  }),
} as const;

export const CONTEXT_DOOR = Door({
  scope: 'context:read',
  summary: 'All that whoever serves the customer next must know',
  description:
    'Who it is, which relationship, what is open, what was last said on each channel, what was promised, preferences, consents, what was sent or held back, and which channel to take next. Works while a service behind it is down: `partial` is true, `missing` names it, its parts are null.',
  params: REF,
  answer: { status: 200, description: 'The context.', schema: ref('CustomerContext'), example: CUSTOMER_CONTEXT },
  problems: [404],
});
