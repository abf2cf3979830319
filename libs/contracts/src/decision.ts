import { Type, type Static } from '@sinclair/typebox';
import { Channel } from './vocabulary.js';
import { words } from './words.js';

/** Why a channel may not be used at all. */
export const REJECTION_CODES = [
  'NO_ADDRESS',
  'NOT_VERIFIED',
  'NO_CONSENT',
  'SUPPRESSED',
  'DO_NOT_CALL',
  'QUIET_HOURS',
  'CAP_REACHED',
  'LEGAL_HOURS',
  'SESSION_WINDOW_CLOSED',
  'PROVIDER_DOWN',
  'TOO_LONG',
  'LOCALE_MISSING',
  'NO_TEMPLATE',
  'NOT_REQUESTED',
] as const;
export type RejectionCode = (typeof REJECTION_CODES)[number];

/** How a channel was chosen: every candidate with every term of its utility, every refusal with its code. */
export const ChannelDecision = Type.Object(
  {
    ranked: Type.Array(
      Type.Object(
        { channel: Channel, address: Type.String(), utility: Type.Number(), terms: Type.Record(Type.String(), Type.Number()) },
        { additionalProperties: false },
      ),
    ),
    rejected: Type.Array(
      Type.Object({ channel: Channel, code: words(REJECTION_CODES), until: Type.Optional(Type.String()) }, { additionalProperties: false }),
    ),
    fallback: Type.Array(
      Type.Object(
        {
          channel: Channel,
          afterMs: Type.Integer({ minimum: 0, description: 'How long the channel before it has.' }),
          on: Type.Optional(
            words(
              ['unanswered', 'failed'],
              'unanswered: also when the message was handed over and nothing came back. failed: only when it could not be handed over.',
            ),
          ),
        },
        { additionalProperties: false },
      ),
    ),
    propensity: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'Probability with which the policy picks the chosen channel; 1 when nothing is explored.',
    }),
    modelVersion: Type.String(),
  },
  { additionalProperties: false },
);
export type ChannelDecision = Static<typeof ChannelDecision>;
