import { PURPOSES } from '@rapport/contracts';
import { Type } from '@sinclair/typebox';
import { Door, type DoorOptions } from './door.js';
import { REF } from './profile-doors.js';

const Accepted = Type.Object({
  accepted: Type.Literal(1),
  messageId: Type.String({ description: 'Of the interaction: found in the timeline.' }),
});
const ANSWER = {
  status: 202,
  description: 'Accepted as an interaction: Kafka has it. The profile shows it a moment later.',
  schema: Accepted,
  example: { accepted: 1, messageId: '019bc0a1-7c00-7000-8000-000000000009' },
} as const;
const write = (options: Omit<DoorOptions, 'scope' | 'params' | 'answer' | 'idempotent' | 'problems'>): MethodDecorator =>
  Door({ scope: 'profiles:write', params: REF, answer: ANSWER, idempotent: true, problems: [404, 409], ...options });

export const PROFILE_WRITE_DOORS = {
  consents: write({
    summary: 'State a consent',
    description:
      'Kept as evidence: purpose, channel, when, from where, in which edition of which words it was asked, and who said it. `pending` asks the mailbox to confirm (double opt-in): a mail with a link goes out, at most one a day, and nothing is granted before the link is used.',
    body: {
      schema: Type.Object(
        {
          purpose: Type.Unsafe<string>({ type: 'string', enum: PURPOSES }),
          channel: Type.Optional(Type.String({ default: '*', description: 'A channel, or `*` for all of them.' })),
          state: Type.Unsafe<string>({ type: 'string', enum: ['granted', 'withdrawn', 'pending'] }),
          email: Type.Optional(
            Type.String({ format: 'email', description: 'With `pending`: the address to be confirmed; without it that of the ref.' }),
          ),
          at: Type.Optional(Type.String({ format: 'date-time', description: 'Now, when it is missing.' })),
          wording: Type.Optional(Type.String({ maxLength: 2_000 })),
          wordingVersion: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
          actor: Type.Optional(
            Type.String({
              minLength: 1,
              maxLength: 100,
              description: 'Who said it: `customer`, or who recorded it. The source of the key, when it is missing.',
            }),
          ),
          source: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
        },
        { additionalProperties: false },
      ),
      examples: {
        doubleOptIn: {
          purpose: 'marketing',
          state: 'pending',
          email: 'ann@example.com',
          wording: 'Yes, tell me about offers.',
          wordingVersion: '2026-01',
        },
        granted: { purpose: 'marketing', channel: 'email', state: 'granted', wording: 'Yes, tell me about offers.', source: 'checkout' },
      },
    },
  }),
  traits: write({
    summary: 'Change traits',
    description: 'The traits that are named change, the others stay; the latest statement of each wins. `null` is a value like any other.',
    body: {
      schema: { type: 'object', minProperties: 1, maxProperties: 100, additionalProperties: true },
      examples: { plan: { plan: 'pro', city: 'Hà Nội' } },
    },
  }),
  agent: write({
    summary: 'Assign a person to a customer',
    body: {
      schema: Type.Object({ agentId: Type.String({ minLength: 1, maxLength: 100 }) }, { additionalProperties: false }),
      examples: { agent: { agentId: 'agent-7' } },
    },
  }),
} as const;
