import { type Static, Type } from '@sinclair/typebox';
import { CONNECTION_NAME } from '../../domain/connection.js';
import { PROVIDERS } from '../../domain/signatures/schemes.js';
import { SECRET_LENGTH, SECRETS_MAX } from '../connections.dto.js';
import { pageOf } from './components.js';
import { Door, PAGE } from './door.js';

const Provider = Type.Unsafe<string>({ type: 'string', enum: PROVIDERS });
const Name = Type.String({
  pattern: CONNECTION_NAME.source.replace('a-z', 'A-Za-z'),
  description: 'Unique within its provider; never changes.',
});
const Settings = Type.Record(Type.String(), Type.Unknown(), {
  description:
    'What the provider’s adapter may be told, at most 16 KB and no secrets: `url` (Twilio: the address as entered there, when a proxy changes more than scheme and port), `appId` (Zalo), `fields` and `event` (form).',
});
const Secret = Type.String({ minLength: SECRET_LENGTH.min, maxLength: SECRET_LENGTH.max });
const Secrets = Type.Array(Secret, {
  minItems: 1,
  maxItems: SECRETS_MAX,
  description:
    'What the provider signs with. All of them are good: to change one without a gap, give the new and the old, then the new alone.',
});
const VerifyToken = Type.String({
  minLength: SECRET_LENGTH.min,
  maxLength: SECRET_LENGTH.max,
  description: 'WhatsApp and Messenger: the verify token entered at Meta.',
});
const Connection = Type.Object({
  id: Type.String({ format: 'uuid' }),
  provider: Provider,
  name: Name,
  path: Type.String({ description: 'Where the provider has to deliver, on this gateway.' }),
  settings: Settings,
  createdAt: Type.String({ format: 'date-time' }),
  updatedAt: Type.String({ format: 'date-time' }),
});
const CreateConnection = Type.Object(
  { provider: Provider, name: Name, secrets: Secrets, verifyToken: Type.Optional(VerifyToken), settings: Type.Optional(Settings) },
  { additionalProperties: false },
);
const ChangeConnection = Type.Partial(Type.Object({ secrets: Secrets, verifyToken: VerifyToken, settings: Settings }), {
  additionalProperties: false,
});

const EXAMPLE: Static<typeof Connection> = {
  id: '019bc0a1-7c00-7000-8000-000000000090',
  provider: 'whatsapp',
  name: 'support',
  path: '/v1/inbound/whatsapp/support',
  settings: {},
  createdAt: '2026-01-15T09:00:00.000Z',
  updatedAt: '2026-01-15T09:00:00.000Z',
};
const ID = { id: 'The id of the connection.' };

export const CONNECTION_DOORS = {
  create: Door({
    scope: 'connections',
    summary: 'Register a connection to a provider',
    description:
      'Its secrets are encrypted at rest (AES-256-GCM) and never shown again. This gateway knows it at once, others within 5 seconds.',
    idempotent: true,
    body: {
      schema: CreateConnection,
      examples: {
        whatsapp: {
          provider: 'whatsapp',
          name: 'support',
          secrets: ['the-app-secret-of-the-meta-app'],
          verifyToken: 'a-token-of-your-own',
        },
        form: {
          provider: 'form',
          name: 'contact',
          secrets: ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
          settings: { event: 'Demo Requested' },
        },
      },
    },
    answer: { status: 201, description: 'The connection.', schema: Connection, example: EXAMPLE },
    problems: [409, 422],
  }),
  list: Door({
    scope: 'connections',
    summary: 'List connections',
    description: 'Newest first, never with their secrets.',
    query: PAGE,
    answer: {
      status: 200,
      description: 'A page of connections.',
      schema: pageOf(Connection),
      example: { data: [EXAMPLE], nextCursor: null },
    },
    problems: [400],
  }),
  one: Door({
    scope: 'connections',
    summary: 'One connection',
    params: ID,
    answer: { status: 200, description: 'The connection.', schema: Connection, example: EXAMPLE },
    problems: [404],
  }),
  change: Door({
    scope: 'connections',
    summary: 'Replace the secrets or the settings of a connection',
    description: 'A part that is left out stays as it is.',
    params: ID,
    body: { schema: ChangeConnection, examples: { rotate: { secrets: ['the-new-app-secret', 'the-app-secret-of-the-meta-app'] } } },
    answer: { status: 200, description: 'The connection as it is now.', schema: Connection, example: EXAMPLE },
    problems: [404, 409],
  }),
  remove: Door({
    scope: 'connections',
    summary: 'Remove a connection',
    description: 'What comes for it is answered with 404 here at once and everywhere within 5 seconds.',
    params: ID,
    answer: { status: 204, description: 'Removed.' },
    problems: [404],
  }),
} as const;
