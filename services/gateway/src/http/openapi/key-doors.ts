import { Type } from '@sinclair/typebox';
import { ALL_SCOPES, SCOPES } from '../../domain/api-key.js';
import { pageOf } from './components.js';
import { Door, PAGE } from './door.js';

const Scope = Type.Unsafe<string>({ type: 'string', enum: ALL_SCOPES });
const Kind = Type.Unsafe<string>({
  type: 'string',
  enum: ['write', 'server'],
  description: 'write: public, can only ingest. server: secret, does what its scopes say.',
});
const KEY = {
  id: Type.String({ format: 'uuid' }),
  kind: Kind,
  name: Type.String(),
  source: Type.String({ description: '`source` of every interaction that comes in by this key; message ids are unique per source.' }),
  scopes: Type.Array(Scope),
  prefix: Type.String({ description: 'The first characters of the key.' }),
  createdAt: Type.String({ format: 'date-time' }),
  revokedAt: Type.Unsafe<string | null>({ type: ['string', 'null'], format: 'date-time' }),
};
const Key = Type.Object(KEY);
const NewKey = Type.Object({ ...KEY, key: Type.String({ description: 'The secret: shown now and never again.' }) });
const CreateKey = Type.Object(
  {
    kind: Kind,
    name: Type.String({ minLength: 1, maxLength: 100 }),
    source: Type.Optional(
      Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$', description: 'Who sends with it; its kind, when it is missing.' }),
    ),
    scopes: Type.Optional(Type.Array(Scope, { description: 'Of a server key; all of them when they are missing.' })),
  },
  { additionalProperties: false },
);

const EXAMPLE = {
  id: '019bc0a1-7c00-7000-8000-000000000001',
  kind: 'server',
  name: 'CRM',
  source: 'crm',
  scopes: ['ingest', 'profiles:read'],
  prefix: 'sk_f3Kx9',
  createdAt: '2026-01-15T09:00:00.000Z',
  revokedAt: null,
};
const SCOPE_TABLE = Object.entries(SCOPES)
  .map(([scope, text]) => `- \`${scope}\`: ${text}`)
  .join('\n');

export const KEY_DOORS = {
  create: Door({
    scope: 'keys',
    summary: 'Create a key',
    description: `The secret is in the answer and nowhere else: only its SHA-256 is kept. This gateway takes it at once, others within 5 seconds. A request that is repeated with its Idempotency-Key gets the same key and secret: it is made from both, not kept.\n\nScopes:\n\n${SCOPE_TABLE}`,
    body: {
      schema: CreateKey,
      examples: {
        server: { kind: 'server', name: 'CRM', source: 'crm', scopes: ['ingest', 'profiles:read'] },
        web: { kind: 'write', name: 'Web shop', source: 'web' },
      },
    },
    answer: {
      status: 201,
      description: 'The key with its secret.',
      schema: NewKey,
      example: { ...EXAMPLE, key: 'sk_f3Kx9wJ0v6u1sQm2r8tYc5nB4hL7aZpD' },
    },
    problems: [409, 422],
    idempotent: true,
  }),
  list: Door({
    scope: 'keys',
    summary: 'List keys',
    description: 'Newest first, revoked ones too, never with their secrets.',
    query: PAGE,
    answer: { status: 200, description: 'A page of keys.', schema: pageOf(Key), example: { data: [EXAMPLE], nextCursor: null } },
    problems: [400],
  }),
  revoke: Door({
    scope: 'keys',
    summary: 'Revoke a key',
    description: 'It is refused here at once and everywhere within 10 seconds. Revoking twice changes nothing.',
    params: { id: 'The id of the key, not its secret.' },
    answer: { status: 204, description: 'Revoked.' },
    problems: [404],
  }),
} as const;
