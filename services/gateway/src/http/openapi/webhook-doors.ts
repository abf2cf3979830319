import { type Static, Type } from '@sinclair/typebox';
import { pageOf } from './components.js';
import { Door, PAGE } from './door.js';

const Url = Type.String({ maxLength: 2_000, format: 'uri', description: 'https (or http), to a public address; no credentials in it.' });
const Description = Type.String({ maxLength: 500 });
const WEBHOOK = {
  id: Type.String({ format: 'uuid' }),
  url: Url,
  description: Description,
  enabled: Type.Boolean(),
  disabledReason: Type.Unsafe<string | null>({ type: ['string', 'null'], description: 'E.g. that the endpoint answered 410 Gone.' }),
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
};
const Webhook = Type.Object(WEBHOOK);
const WebhookWithSecret = Type.Object({
  ...WEBHOOK,
  secret: Type.String({ description: '`whsec_…`: checks the signature. Shown now and never again.' }),
});
const CreateWebhook = Type.Object({ url: Url, description: Type.Optional(Description) }, { additionalProperties: false });
const ChangeWebhook = Type.Partial(Type.Object({ url: Url, description: Description, enabled: Type.Boolean() }), {
  additionalProperties: false,
});

const EXAMPLE: Static<typeof Webhook> = {
  id: '019bc0a1-7c00-7000-8000-000000000080',
  url: 'https://hooks.example.com/rapport',
  description: 'CRM',
  enabled: true,
  disabledReason: null,
  createdAt: '2026-01-15T09:00:00.000Z',
  updatedAt: '2026-01-15T09:00:00.000Z',
};
const SECRET = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
const ID = { id: 'The id of the endpoint.' };
const shown = (description: string, status = 200) => ({
  status,
  description,
  schema: WebhookWithSecret,
  example: { ...EXAMPLE, secret: SECRET },
});

export const WEBHOOK_DOORS = {
  create: Door({
    scope: 'webhooks',
    summary: 'Register a webhook endpoint',
    description:
      'What the channel `webhook` sends goes there as [Standard Webhooks](https://www.standardwebhooks.com): `webhook-id`, `webhook-timestamp`, `webhook-signature`. Addresses inside a private network are refused, now and again before every call.',
    idempotent: true,
    body: { schema: CreateWebhook, examples: { crm: { url: EXAMPLE.url, description: EXAMPLE.description } } },
    answer: shown('The endpoint with its secret.', 201),
    problems: [409, 422],
  }),
  list: Door({
    scope: 'webhooks',
    summary: 'List webhook endpoints',
    description: 'Newest first, never with their secrets.',
    query: PAGE,
    answer: { status: 200, description: 'A page of endpoints.', schema: pageOf(Webhook), example: { data: [EXAMPLE], nextCursor: null } },
    problems: [400],
  }),
  one: Door({
    scope: 'webhooks',
    summary: 'One webhook endpoint',
    params: ID,
    answer: { status: 200, description: 'The endpoint.', schema: Webhook, example: EXAMPLE },
    problems: [404],
  }),
  change: Door({
    scope: 'webhooks',
    summary: 'Change a webhook endpoint, or switch it off and on',
    params: ID,
    body: { schema: ChangeWebhook, examples: { off: { enabled: false } } },
    answer: {
      status: 200,
      description: 'The endpoint as it is now.',
      schema: Webhook,
      example: { ...EXAMPLE, enabled: false, disabledReason: 'Switched off by hand' },
    },
    problems: [404],
  }),
  rotate: Door({
    scope: 'webhooks',
    summary: 'Give a webhook endpoint a new secret',
    description: 'The former secret signs along for a day, so that the receiver can change over.',
    params: ID,
    answer: shown('The endpoint with its new secret.'),
    problems: [404],
  }),
  remove: Door({
    scope: 'webhooks',
    summary: 'Remove a webhook endpoint',
    params: ID,
    answer: { status: 204, description: 'Removed.' },
    problems: [404],
  }),
} as const;
