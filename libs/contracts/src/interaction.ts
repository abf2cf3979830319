import { Type, type Static } from '@sinclair/typebox';
import {
  Channel,
  Complexity,
  Direction,
  Handling,
  Id,
  InteractionFunction,
  Money,
  Sensitivity,
  Stage,
  Timestamp,
  Touchpoint,
} from './vocabulary.js';
import { words } from './words.js';

/** One identifier, normalised: `{type: 'email', value: 'ann@example.com'}`. Types are open (`userId`, `anonymousId`, `email`, `phone`, `zaloId`, …). */
export const Identifier = Type.Object(
  { type: Type.String({ minLength: 1, maxLength: 64 }), value: Type.String({ minLength: 1, maxLength: 256 }) },
  { additionalProperties: false },
);
export type Identifier = Static<typeof Identifier>;

/** The attributes of an interaction that a sender rarely states and the classification table infers. */
export const CLASSIFIED_ATTRIBUTES = [
  'channel',
  'direction',
  'stage',
  'touchpoint',
  'function',
  'handling',
  'complexity',
  'sensitivity',
] as const;
export type ClassifiedAttribute = (typeof CLASSIFIED_ATTRIBUTES)[number];

/**
 * One thing that happened between a customer and the company. Immutable once recorded; carries the identifiers known at that moment, never a
 * profile id.
 */
export const Interaction = Type.Object(
  {
    id: Id,
    source: Type.String({
      minLength: 1,
      maxLength: 100,
      description: 'Who sent it: the source of the key. (source, messageId) is unique.',
    }),
    messageId: Type.String({ minLength: 1, maxLength: 100 }),
    kind: words(['track', 'identify', 'page', 'screen', 'group', 'alias']),
    event: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The standard name of what happened, e.g. `Order Completed`, `Page Viewed`, `Call Ended`.',
    }),
    at: Timestamp,
    receivedAt: Timestamp,
    subject: Type.String({
      minLength: 3,
      maxLength: 330,
      description: '`type:value` of the strongest identifier: the key, and so the order, of the topic.',
    }),
    identifiers: Type.Array(Identifier, { minItems: 1, maxItems: 20 }),
    channel: Channel,
    direction: Direction,
    stage: Type.Optional(Stage),
    touchpoint: Type.Optional(Touchpoint),
    function: Type.Optional(InteractionFunction),
    handling: Handling,
    complexity: Type.Optional(Complexity),
    sensitivity: Sensitivity,
    inferred: Type.Array(Type.String({ maxLength: 32 }), {
      maxItems: 16,
      description:
        'Attributes that were inferred, by the classification table or from the text (`sentiment`; also `complexity`, `sensitivity`); the others were stated by the sender.',
    }),
    value: Type.Optional(Money),
    sentiment: Type.Optional(
      Type.Number({
        minimum: -1,
        maximum: 1,
        description: 'Tone of the text, stated or inferred (Vietnamese, English); absent when it says nothing measurable.',
      }),
    ),
    caseId: Type.Optional(Type.String({ maxLength: 100 })),
    conversationId: Type.Optional(Type.String({ maxLength: 100 })),
    agentId: Type.Optional(Type.String({ maxLength: 100 })),
    campaignId: Type.Optional(Type.String({ maxLength: 100 })),
    notificationId: Type.Optional(Type.String({ maxLength: 100 })),
    properties: Type.Record(Type.String(), Type.Unknown(), { description: 'As the sender gave them.' }),
    traits: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), { description: 'What the interaction says about the person (identify).' }),
    ),
    account: Type.Optional(
      Type.Object(
        { id: Type.String({ maxLength: 256 }), traits: Type.Record(Type.String(), Type.Unknown()) },
        { additionalProperties: false, description: 'The company the person belongs to (group).' },
      ),
    ),
    text: Type.Optional(Type.String({ maxLength: 16384 })),
    context: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description: 'What matters of the sender’s context: locale, timezone, page, campaign, library.',
      }),
    ),
  },
  { additionalProperties: false, $id: 'interaction' },
);
export type Interaction = Static<typeof Interaction>;
