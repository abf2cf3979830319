import { pageOf, ref } from './components.js';
import { Door, type DoorOptions, PAGE } from './door.js';
import { JOURNEY, TEMPLATE } from './examples.js';

const read = (options: Omit<DoorOptions, 'scope'>): MethodDecorator => Door({ scope: 'notifications:read', ...options });
const write = (options: Omit<DoorOptions, 'scope'>): MethodDecorator => Door({ scope: 'notifications:write', ...options });

const NAME = { name: 'The name of the template: lower-case letters, digits, `.`, `-`, `_`.' };
const TEMPLATE_BODY = {
  schema: ref('TemplateInput'),
  examples: { welcome: { purpose: TEMPLATE.purpose, locales: TEMPLATE.locales } },
} as const;

export const TEMPLATE_DOORS = {
  list: read({
    summary: 'List templates',
    query: PAGE,
    answer: {
      status: 200,
      description: 'The newest version of each.',
      schema: pageOf(ref('Template')),
      example: { data: [TEMPLATE], nextCursor: null },
    },
    problems: [400],
  }),
  one: read({
    summary: 'One template',
    params: NAME,
    query: { version: { description: 'The newest, when it is missing.', schema: { type: 'integer', minimum: 1 } } },
    answer: { status: 200, description: 'The template.', schema: ref('Template'), example: TEMPLATE },
    problems: [404],
  }),
  put: write({
    summary: 'Write a template',
    description: 'Liquid, per language and channel. Every change is a new version.',
    params: NAME,
    body: TEMPLATE_BODY,
    idempotent: true,
    answer: { status: 200, description: 'The template.', schema: ref('Template'), example: TEMPLATE },
    problems: [409, 422],
  }),
  preview: write({
    summary: 'Render what would be sent',
    params: NAME,
    body: { schema: ref('TemplatePreviewInput'), examples: { vietnamese: { channel: 'email', locale: 'vi', data: { order: '536365' } } } },
    answer: {
      status: 200,
      description: 'The message, as it would leave.',
      schema: { type: 'object', additionalProperties: true },
      example: { channel: 'email', locale: 'vi', subject: 'Chào mừng', text: 'Xin chào Ann' },
    },
    problems: [404, 422],
  }),
} as const;

const ID = { id: 'The id of the journey.' };
const JOURNEY_BODY = {
  schema: ref('JourneyInput'),
  examples: { winBack: { name: JOURNEY.name, trigger: JOURNEY.trigger, steps: JOURNEY.steps, reentry: JOURNEY.reentry } },
} as const;
const answer = (description: string, state: string, status = 200) => ({
  status,
  description,
  schema: ref('Journey'),
  example: { ...JOURNEY, state },
});

export const JOURNEY_DOORS = {
  create: write({
    summary: 'Create a journey',
    description: 'As a draft: it begins when it is published.',
    body: JOURNEY_BODY,
    idempotent: true,
    answer: answer('The draft.', 'draft', 201),
    problems: [409, 422],
  }),
  list: read({
    summary: 'List journeys',
    query: PAGE,
    answer: {
      status: 200,
      description: 'A page of journeys.',
      schema: pageOf(ref('Journey')),
      example: { data: [JOURNEY], nextCursor: null },
    },
    problems: [400],
  }),
  one: read({ summary: 'One journey', params: ID, answer: answer('The journey.', 'live'), problems: [404] }),
  edit: write({
    summary: 'Edit a journey',
    description: 'Makes the next version; runs finish on the version that they began with.',
    params: ID,
    body: JOURNEY_BODY,
    idempotent: true,
    answer: answer('The new version.', 'draft'),
    problems: [404, 409, 422],
  }),
  archive: write({
    summary: 'Archive a journey',
    params: ID,
    idempotent: true,
    answer: answer('The archived journey.', 'archived'),
    problems: [404, 409],
  }),
  publish: write({
    summary: 'Publish a journey',
    params: ID,
    idempotent: true,
    answer: answer('The live journey.', 'live'),
    problems: [404, 409],
  }),
  pause: write({
    summary: 'Pause a journey',
    params: ID,
    idempotent: true,
    answer: answer('The paused journey.', 'paused'),
    problems: [404, 409],
  }),
} as const;
