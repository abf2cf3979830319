import { Interaction, Profile } from '@rapport/contracts';
import { type TObject, Type } from '@sinclair/typebox';
import { InteractionItem } from '../../domain/interaction-item.js';
import { BATCH_EVENTS_MAX } from '../../domain/limits.js';
import { SEGMENT_SCHEMAS, SEGMENT_TYPES } from '../../domain/segment-message.js';
import type { JsonSchema } from './door.js';

const Problem = Type.Object(
  {
    type: Type.String({ format: 'uri-reference' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: '`SERVICE_REASON`: what a program should look at.' }),
    detail: Type.String({ description: 'For people.' }),
    traceId: Type.Optional(Type.String({ description: 'Finds the request in the logs.' })),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON Pointer into the body, or `/name` of a parameter.' }),
          detail: Type.String(),
        }),
      ),
    ),
  },
  { description: 'Every error (RFC 9457).' },
);

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const segmentName = (type: string): string => `Segment${capital(type)}`;
const at = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const SEGMENT_CALLS = Object.fromEntries(
  SEGMENT_TYPES.map((type) => [segmentName(type), { ...SEGMENT_SCHEMAS[type], description: `A ${type} call of the Segment HTTP API.` }]),
);

/** In a batch every call says its type. */
const inBatch = (type: string): JsonSchema => ({
  allOf: [at(segmentName(type)), { type: 'object', required: ['type'], properties: { type: { type: 'string', const: type } } }],
});

export const INGEST_COMPONENTS: Readonly<Record<string, JsonSchema>> = {
  Problem,
  Success: Type.Object({ success: Type.Literal(true) }),
  ...SEGMENT_CALLS,
  SegmentBatch: {
    type: 'object',
    required: ['batch'],
    properties: {
      writeKey: { type: 'string', description: 'The key, when it is not in the head.' },
      sentAt: { type: 'string', description: 'When the batch was sent, by the clock of the sender.' },
      context: { type: 'object', description: 'Holds for every call that does not say otherwise.' },
      integrations: { type: 'object' },
      batch: { type: 'array', minItems: 1, maxItems: BATCH_EVENTS_MAX, items: { anyOf: SEGMENT_TYPES.map(inBatch) } },
    },
  },
  InteractionItem: InteractionItem,
  Interactions: {
    type: 'object',
    required: ['interactions'],
    properties: { interactions: { type: 'array', minItems: 1, maxItems: BATCH_EVENTS_MAX, items: at('InteractionItem') } },
  },
  Accepted: Type.Object({ accepted: Type.Integer({ minimum: 1, description: 'How many interactions Kafka has.' }) }),
  Interaction: withoutId(Interaction),
  Profile: withoutId(Profile),
};

export function ref(name: string): JsonSchema {
  return at(name);
}

/** A page of a list, with what its list adds. */
export const pageOf = (items: JsonSchema, more: Readonly<Record<string, JsonSchema>> = {}): JsonSchema => ({
  type: 'object',
  required: ['data', 'nextCursor'],
  properties: { data: { type: 'array', items }, nextCursor: { type: ['string', 'null'], description: 'null on the last page.' }, ...more },
});

/** `$id` would change what references inside an OpenAPI document mean. */
function withoutId(schema: TObject): JsonSchema {
  const { $id: _, ...rest } = schema;
  return rest;
}
