import {
  CASE_PRIORITIES,
  CASE_STATUSES,
  CHANNELS,
  COMPLEXITIES,
  CustomerClassified,
  Money,
  PURPOSES,
  REJECTION_CODES,
  SENSITIVITIES,
  SWITCH_KINDS,
  TOUCHPOINTS,
} from '@rapport/contracts';
import type { JsonSchema } from './door.js';

const words = (values: readonly string[], more: object = {}) => ({ type: 'string', enum: values, ...more });
const orNull = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });
const object = (properties: object, more: object = {}): JsonSchema => ({
  type: 'object',
  required: Object.keys(properties),
  properties,
  ...more,
});
const list = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const at = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const ID = { type: 'string', format: 'uuid' };
const ID_OR_NULL = { type: ['string', 'null'], format: 'uuid' };
const TIME = { type: 'string', format: 'date-time' };
const TIME_OR_NULL = { type: ['string', 'null'], format: 'date-time' };
const TEXT_OR_NULL = { type: ['string', 'null'] };
const COUNT = { type: 'integer', minimum: 0 };
const TARGET = object({ dueAt: TIME, at: TIME_OR_NULL, late: { type: 'boolean' } });
const SWITCH = object({ kind: words(SWITCH_KINDS), from: words(CHANNELS), to: words(CHANNELS), reason: { type: 'string' } });

const CASE = {
  id: ID,
  profileId: ID,
  version: { type: 'integer', minimum: 1 },
  status: words(CASE_STATUSES),
  reference: { ...TEXT_OR_NULL, description: 'What the sender calls it.' },
  gist: { ...TEXT_OR_NULL, description: 'The first words of what the customer said last.' },
  cause: { type: 'string', description: 'The event that opened it.' },
  priority: words(CASE_PRIORITIES, { description: 'Sensitivity × value × age, or what a person said.' }),
  priorityOverride: orNull(words(CASE_PRIORITIES)),
  sensitivity: words(SENSITIVITIES),
  complexity: orNull(words(COMPLEXITIES)),
  touchpoint: orNull(words(TOUCHPOINTS)),
  orderId: TEXT_OR_NULL,
  value: orNull(Money),
  escalated: { type: 'boolean' },
  assigneeId: TEXT_OR_NULL,
  channel: words(CHANNELS, { description: 'Where the customer spoke last.' }),
  openedAt: TIME,
  lastAt: TIME,
  targets: object(
    { timeZone: { type: 'string' }, firstResponse: TARGET, resolution: TARGET },
    { description: 'In working time, on the customer’s clock.' },
  ),
  switches: object({ proposed: COUNT, flight: COUNT }, { description: 'Moves to another channel: proposed by the company, or flight.' }),
  reopened: COUNT,
  mergedInto: ID_OR_NULL,
};
const CASE_INTERACTION = object({
  interactionId: ID,
  at: TIME,
  event: { type: 'string' },
  channel: words(CHANNELS),
  direction: words(['inbound', 'outbound']),
  agentId: TEXT_OR_NULL,
  gist: TEXT_OR_NULL,
  joined: object({
    by: words(['opened', 'case', 'notification', 'conversation', 'rule']),
    doubt: { type: 'number', minimum: 0, maximum: 1, description: '0: certain.' },
    reason: { type: 'string' },
  }),
  switch: orNull(SWITCH),
});
const CONTACT = object({
  channel: words(CHANNELS),
  at: TIME,
  event: TEXT_OR_NULL,
  direction: orNull(words(['inbound', 'outbound'])),
  gist: TEXT_OR_NULL,
  caseId: ID_OR_NULL,
});
const PROMISE = object({
  id: ID,
  caseId: ID_OR_NULL,
  madeAt: TIME,
  dueAt: TIME_OR_NULL,
  gist: TEXT_OR_NULL,
  agentId: TEXT_OR_NULL,
  state: words(['open', 'overdue', 'kept', 'broken']),
  settledAt: TIME_OR_NULL,
});
const SUGGESTION = object({
  channel: { ...orNull(words(CHANNELS)), description: 'null: the customer is better left in peace.' },
  ranked: list(
    object({ channel: words(CHANNELS), utility: { type: 'number' }, terms: { type: 'object', additionalProperties: { type: 'number' } } }),
  ),
  rejected: list({
    type: 'object',
    required: ['channel', 'code'],
    properties: { channel: words(CHANNELS), code: words(REJECTION_CODES), until: TIME },
  }),
  modelVersion: { type: 'string' },
});

export const CASE_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Case: object(CASE),
  CaseWithInteractions: object({ ...CASE, interactions: list(CASE_INTERACTION, { maxItems: 200 }) }),
  CustomerContext: object({
    partial: { type: 'boolean', description: 'A service could not be asked: its part is null.' },
    missing: list(words(['profiles', 'segmentation', 'interactions', 'notifications'])),
    profile: {
      ...orNull({ type: 'object', required: ['id'], properties: { id: ID }, additionalProperties: true }),
      description: 'Who: as `Profile`, without what stands below.',
    },
    relationship: orNull({
      type: 'object',
      properties: {
        relationshipType: CustomerClassified.properties.relationshipType,
        engagementModel: CustomerClassified.properties.engagementModel,
        lifecycle: CustomerClassified.properties.lifecycle,
      },
    }),
    openCases: orNull(list(at('Case'), { maxItems: 20, description: 'What matters most first.' })),
    lastContacts: orNull(
      list(CONTACT, { description: 'The last one on each channel, newest first, with its gist where something was said.' }),
    ),
    promises: orNull(list(PROMISE, { maxItems: 20, description: 'Newest first.' })),
    preferences: orNull({
      type: 'object',
      additionalProperties: true,
      description: '`language`, `timeZone`, `channel`, `quietHours`; null where nothing is stated.',
    }),
    consents: orNull(list({ $ref: '#/components/schemas/Profile/properties/consents/items' })),
    notifications: orNull(
      list(
        object({
          id: ID,
          purpose: words(PURPOSES),
          status: { type: 'string' },
          reason: TEXT_OR_NULL,
          createdAt: TIME,
          deliveries: list(object({ channel: words(CHANNELS), status: { type: 'string' }, at: TIME })),
        }),
        { description: 'The last ten that were sent or held back.' },
      ),
    ),
    suggestedChannel: orNull(SUGGESTION),
  }),
};
