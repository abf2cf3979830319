import { Channel, Complexity, Direction, Handling, InteractionFunction, Money, Sensitivity, Stage, Touchpoint } from '@rapport/contracts';
import { Type, type Static } from '@sinclair/typebox';
import { MESSAGE_ID_LENGTH_MAX } from './limits.js';

const IdentifierValue = Type.Union([Type.String({ minLength: 1, maxLength: 256 }), Type.Number()]);
const Link = (description: string) => Type.Optional(Type.String({ minLength: 1, maxLength: 100, description }));
const Members = (description: string) => Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description }));

/** One item of `POST /v1/interactions`: our own shape, for senders that know more than a Segment call can say. Stated attributes win over inferred ones. */
export const InteractionItem = Type.Object(
  {
    id: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: MESSAGE_ID_LENGTH_MAX,
        description: 'Yours, the same for every try: the second one has no effect. Made when it is missing.',
      }),
    ),
    event: Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'The standard name of what happened: `Call Ended`, `Order Completed`, `Store Visited` …',
    }),
    at: Type.Optional(Type.String({ maxLength: 64, description: 'When it happened (RFC 3339). Now, when it is missing.' })),
    identifiers: Type.Record(
      Type.String({ maxLength: 64 }),
      Type.Union([IdentifierValue, Type.Array(IdentifierValue, { minItems: 1, maxItems: 20 })]),
      {
        minProperties: 1,
        maxProperties: 20,
        description: 'Who it was: `{"email": "ann@example.com", "phone": "+84901234567", "userId": "17850"}`.',
      },
    ),
    channel: Type.Optional(Channel),
    direction: Type.Optional(Direction),
    stage: Type.Optional(Stage),
    touchpoint: Type.Optional(Touchpoint),
    function: Type.Optional(InteractionFunction),
    handling: Type.Optional(Handling),
    complexity: Type.Optional(Complexity),
    sensitivity: Type.Optional(Sensitivity),
    value: Type.Optional(Money),
    sentiment: Type.Optional(Type.Number({ minimum: -1, maximum: 1 })),
    caseId: Link('The case that it belongs to.'),
    conversationId: Link('The conversation that it is part of.'),
    agentId: Link('The person who served the customer.'),
    campaignId: Link('The campaign that it answers.'),
    notificationId: Link('The notification that it answers.'),
    properties: Members('What matters about it.'),
    traits: Members('What it says about the person.'),
    account: Type.Optional(
      Type.Object(
        { id: Type.String({ minLength: 1, maxLength: 256 }), traits: Members('About the company.') },
        { additionalProperties: false, description: 'The company the person belongs to.' },
      ),
    ),
    text: Type.Optional(Type.String({ maxLength: 16_384, description: 'What was said or written.' })),
    context: Members('Locale, time zone, page, campaign, device.'),
  },
  { additionalProperties: false, description: 'One interaction of one customer.' },
);
export type InteractionItem = Static<typeof InteractionItem>;
