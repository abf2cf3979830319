import { ChannelDecision, CHANNELS, COMPLEXITIES, CustomerClassified, LeafEvidence, PURPOSES, SENSITIVITIES } from '@rapport/contracts';
import type { JsonSchema } from './door.js';

const string = (more: object = {}) => ({ type: 'string', ...more });
const words = (values: readonly string[]) => ({ type: 'string', enum: values });
const object = (required: readonly string[], properties: object, more: object = {}): JsonSchema => ({
  type: 'object',
  ...(required.length > 0 ? { required } : {}),
  properties,
  ...more,
});
const list = (items: object, more: object = {}) => ({ type: 'array', items, ...more });
const at = (name: string) => ({ $ref: `#/components/schemas/${name}` });
const TIME = string({ format: 'date-time' });
const TIME_OR_NULL = { type: ['string', 'null'], format: 'date-time' };
const ID = string({ format: 'uuid' });
const DURATION = object(
  [],
  {
    minutes: { type: 'number', exclusiveMinimum: 0 },
    hours: { type: 'number', exclusiveMinimum: 0 },
    days: { type: 'number', exclusiveMinimum: 0 },
  },
  { minProperties: 1, additionalProperties: false },
);

const ANY = {};
const CONDITIONS = {
  is: ANY,
  isNot: ANY,
  in: list(ANY),
  notIn: list(ANY),
  contains: ANY,
  startsWith: string(),
  exists: { type: 'boolean' },
  gt: ANY,
  gte: ANY,
  lt: ANY,
  lte: ANY,
  before: TIME,
  after: TIME,
  withinLast: DURATION,
};
const WINDOW = { within: DURATION, between: list(TIME, { minItems: 2, maxItems: 2, description: '[from, to)' }) };
const WHERE = {
  type: 'object',
  description: 'Conditions by path: `{"properties.total": {"gte": 100}, "channel": {"is": "store"}}`.',
  additionalProperties: object([], CONDITIONS),
};
const TIMES = object([], {
  atLeast: { type: 'integer', minimum: 0 },
  atMost: { type: 'integer', minimum: 0 },
  exactly: { type: 'integer', minimum: 0 },
});

const RULE = {
  description: 'One member names the kind: `all`, `any`, `not`, or a leaf. At most 64 leaves and depth 8.',
  anyOf: [
    object(['all'], { all: list(at('SegmentRule')) }, { title: 'all' }),
    object(['any'], { any: list(at('SegmentRule')) }, { title: 'any' }),
    object(['not'], { not: at('SegmentRule') }, { title: 'not' }),
    object(['trait'], { trait: string(), ...CONDITIONS }, { title: 'trait' }),
    object(['fact'], { fact: string({ examples: ['orders.count', 'relationship.type'] }), ...CONDITIONS }, { title: 'fact' }),
    object(['consent'], { consent: string(), channel: string(), ...CONDITIONS }, { title: 'consent' }),
    object(['member'], { member: string({ description: 'Id or name of another segment.' }) }, { title: 'member' }),
    object(['did'], { did: string({ description: 'An event, or `*`.' }), where: WHERE, times: TIMES, ...WINDOW }, { title: 'did' }),
    object(['didNot'], { didNot: string({ description: 'An event, or `*`.' }), where: WHERE, ...WINDOW }, { title: 'didNot' }),
    object(
      ['sum', 'of'],
      { sum: string({ description: 'The property that is added up.' }), of: string(), where: WHERE, ...WINDOW, ...CONDITIONS },
      { title: 'sum' },
    ),
  ],
};

const SEGMENT = {
  id: ID,
  name: string({ minLength: 1, maxLength: 100, description: 'Unique among those that are not archived.' }),
  description: string({ maxLength: 1000 }),
  version: { type: 'integer', minimum: 1 },
  state: words(['backfilling', 'live', 'archived']),
  rule: at('SegmentRule'),
  createdAt: TIME,
  updatedAt: TIME,
};
const SEGMENT_INPUT = { name: SEGMENT.name, description: SEGMENT.description, rule: SEGMENT.rule };

const CHANNEL_CONTENTS = object(
  [],
  {
    email: object(['subject'], { subject: string(), html: string(), text: string() }),
    in_app: object(['title', 'text'], { title: string(), text: string(), url: string() }),
    phone: object(['script'], { title: string(), script: string() }),
    webhook: object(['text'], { title: string(), text: string() }),
  },
  { description: 'Per channel what is said, as Liquid.', minProperties: 1 },
);
const TEMPLATE = {
  purpose: words(PURPOSES),
  defaultLocale: string(),
  locales: { type: 'object', minProperties: 1, additionalProperties: at('ChannelContents'), description: 'By language: `vi`, `en`.' },
};

const NOTIFY = object(['template', 'purpose', 'urgency'], {
  template: string(),
  purpose: words(PURPOSES),
  urgency: at('Urgency'),
  complexity: words(COMPLEXITIES),
  sensitivity: words(SENSITIVITIES),
});
const JOURNEY = {
  name: string({ maxLength: 200 }),
  trigger: object(['segment', 'on'], { segment: ID, on: words(['entered', 'left']) }),
  steps: list(object(['notify'], { notify: NOTIFY }), { minItems: 1 }),
  reentry: {
    anyOf: [words(['once', 'always']), object(['after'], { after: DURATION })],
    description: 'Whether a customer may go through it again.',
  },
};

const STATUSES = [
  'requested',
  'waiting',
  'queued',
  'sent',
  'delivered',
  'answered',
  'held_back',
  'failed',
  'bounced',
  'ambiguous',
  'expired',
  'cancelled',
];

/** What the services behind the gateway answer and take. */
export const READ_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Merge: object(['mergedId', 'survivorId', 'at', 'reason'], {
    mergedId: ID,
    survivorId: ID,
    at: TIME,
    reason: string(),
    interactionId: { type: ['string', 'null'], format: 'uuid', description: 'null: a person said so.' },
    identifiers: list(object(['type', 'value'], { type: string(), value: string() })),
    unmergedAt: { type: ['string', 'null'], format: 'date-time', description: 'null: it stands.' },
  }),
  IdentityRequest: object(['id', 'kind', 'status', 'outcome', 'requestedAt', 'decidedAt'], {
    id: ID,
    kind: { type: 'string', enum: ['merge', 'separate', 'unmerge'] },
    status: { type: 'string', enum: ['waiting', 'done', 'refused'] },
    outcome: {
      type: ['object', 'null'],
      description:
        '`merged`: `{profileId, mergedId}`. `separated`. `unmerged`: `profiles` (the one that had both, then the one that lives again, each with how many identifiers and interactions went with it), `sharedIdentifiers` (used beside both: `profileId` says where each went), `addedByHand` (traits, consents and agents that were stated while the two were one: where each went).',
    },
    requestedAt: TIME,
    decidedAt: { type: ['string', 'null'], format: 'date-time' },
  }),
  Account: object(['id', 'firstSeenAt', 'traits', 'members', 'domains'], {
    id: string(),
    firstSeenAt: TIME,
    traits: { type: 'object', additionalProperties: object(['value', 'source', 'at'], { value: {}, source: string(), at: TIME }) },
    members: { type: 'integer', minimum: 0 },
    domains: list(string()),
  }),
  AccountMember: object(['profileId', 'role', 'since'], { profileId: ID, role: { type: ['string', 'null'] }, since: TIME }),
  MergeReview: object(['id', 'state', 'profileId', 'otherId', 'identifier', 'obstacle', 'interactionId', 'times', 'firstAt', 'lastAt'], {
    id: ID,
    state: { type: 'string', enum: ['open', 'approved', 'rejected'] },
    profileId: ID,
    otherId: { ...ID, description: 'The same as `profileId` when one profile alone would hold too many identifiers.' },
    identifier: object(['type', 'value'], { type: string(), value: string() }),
    obstacle: { type: 'string', description: '`limit:<type>`, or `identifiers`: 1,000 are the most that one profile holds.' },
    interactionId: ID,
    times: { type: 'integer', minimum: 1 },
    firstAt: TIME,
    lastAt: TIME,
    requestId: { type: ['string', 'null'], format: 'uuid' },
    decidedAt: { type: ['string', 'null'], format: 'date-time' },
  }),
  CustomerRelationship: object(['relationshipType'], {
    relationshipType: CustomerClassified.properties.relationshipType,
    engagementModel: CustomerClassified.properties.engagementModel,
    lifecycle: CustomerClassified.properties.lifecycle,
  }),
  LeafEvidence,
  SegmentRule: RULE,
  SegmentInput: object(['name', 'rule'], SEGMENT_INPUT),
  SegmentEdit: object(['name', 'rule'], {
    ...SEGMENT_INPUT,
    version: { type: 'integer', minimum: 1, description: 'The version that was edited.' },
  }),
  SegmentVersion: object(['version', 'name', 'rule', 'createdAt'], { version: SEGMENT.version, ...SEGMENT_INPUT, createdAt: TIME }),
  Segment: object(['id', 'name', 'version', 'state', 'rule'], SEGMENT),
  SegmentMember: object(['profileId', 'since'], {
    profileId: ID,
    since: TIME,
    sequence: { type: 'integer', description: 'Counts the customer’s changes in this segment.' },
  }),
  SegmentMembership: object(['segmentId', 'name', 'why'], {
    segmentId: ID,
    name: string(),
    version: { type: 'integer', minimum: 1 },
    member: { type: 'boolean' },
    since: TIME_OR_NULL,
    why: list(at('LeafEvidence')),
    reviewAt: { ...TIME_OR_NULL, description: 'When the clock will look at it again.' },
  }),
  SegmentPreview: object(['count'], { count: { type: 'integer' }, sample: list(ID) }),
  Urgency: { ...words(['low', 'normal', 'high', 'critical']), default: 'normal' },
  ChannelContents: CHANNEL_CONTENTS,
  ChannelDecision,
  NotificationInput: object(
    ['to', 'purpose'],
    {
      to: string({ description: 'A profile’s id, or `type:value`.' }),
      purpose: words(PURPOSES),
      template: string(),
      content: at('ChannelContents'),
      urgency: at('Urgency'),
      caseId: string({ maxLength: 100 }),
      complexity: words(COMPLEXITIES),
      sensitivity: words(SENSITIVITIES),
      channels: list(words(CHANNELS), { description: 'Only these; all that can be used, when it is missing.' }),
      expiresAt: TIME,
      data: { type: 'object', additionalProperties: true },
    },
    { description: 'One intent to reach one customer for one purpose. Either `template` or `content`.' },
  ),
  NotificationTaken: object(['id'], { id: ID }),
  Notification: object(['id', 'status'], {
    id: ID,
    profileId: ID,
    purpose: words(PURPOSES),
    status: words(STATUSES),
    reason: { type: ['string', 'null'] },
    decision: { anyOf: [at('ChannelDecision'), { type: 'null' }] },
    deliveries: list(
      object(['channel', 'status'], {
        channel: words(CHANNELS),
        provider: { type: ['string', 'null'] },
        providerMessageId: { type: ['string', 'null'] },
        status: string(),
        attempts: { type: 'integer' },
        reason: { type: ['string', 'null'] },
        at: TIME,
      }),
    ),
    cause: {
      type: 'object',
      description: 'Why there is a notification at all: a request, or a journey and what set it off.',
      additionalProperties: true,
    },
    request: { type: 'object', description: 'What was asked for, with its defaults.', additionalProperties: true },
    dueAt: { ...TIME_OR_NULL, description: 'When a decision that waits, or the next channel, falls due.' },
    createdAt: TIME,
    updatedAt: TIME,
  }),
  InboxMessage: object(['id', 'title', 'text'], {
    id: ID,
    notificationId: ID,
    profileId: ID,
    sequence: { type: 'integer', description: 'Its number in this inbox.' },
    purpose: words(PURPOSES),
    locale: string(),
    title: string(),
    text: string(),
    url: { type: ['string', 'null'] },
    createdAt: TIME,
    readAt: TIME_OR_NULL,
  }),
  Task: object(['id', 'status', 'channel'], {
    id: ID,
    notificationId: ID,
    profileId: ID,
    channel: words(CHANNELS),
    address: string(),
    purpose: words(PURPOSES),
    title: { type: ['string', 'null'] },
    script: string(),
    locale: string(),
    status: words(['open', 'claimed', 'completed', 'expired']),
    escalation: { type: 'integer' },
    agentId: { type: ['string', 'null'] },
    claimedAt: TIME_OR_NULL,
    claimUntil: TIME_OR_NULL,
    expiresAt: TIME_OR_NULL,
    outcome: { type: ['string', 'null'] },
    notes: { type: ['string', 'null'] },
    completedAt: TIME_OR_NULL,
    createdAt: TIME,
  }),
  TemplateInput: object(['purpose', 'locales'], TEMPLATE),
  Template: object(['name', 'version', 'purpose', 'locales'], {
    name: string(),
    version: { type: 'integer', minimum: 1 },
    ...TEMPLATE,
    createdAt: TIME,
  }),
  TemplatePreviewInput: object(['channel'], {
    channel: words(['email', 'in_app', 'phone', 'webhook']),
    locale: string(),
    version: { type: 'integer', minimum: 1 },
    data: { type: 'object', additionalProperties: true },
    customer: { type: 'object', additionalProperties: true },
  }),
  JourneyInput: object(['name', 'trigger', 'steps'], JOURNEY),
  Journey: object(['id', 'name', 'version', 'state', 'trigger', 'steps'], {
    id: ID,
    version: { type: 'integer', minimum: 1 },
    state: words(['draft', 'live', 'paused', 'archived']),
    liveVersion: { type: ['integer', 'null'], description: 'The version that new runs begin on.' },
    ...JOURNEY,
    createdAt: TIME,
    updatedAt: TIME,
  }),
};
