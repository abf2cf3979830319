import { Type, type Static } from '@sinclair/typebox';
import { EngagementModel, Id, LifecycleStage, RelationshipType, Timestamp } from '../vocabulary.js';

const Scores = Type.Object(
  {
    transactional: Type.Number(),
    self_service: Type.Number(),
    automated_service: Type.Number(),
    long_term: Type.Number(),
    personal_assistance: Type.Number(),
    dedicated_assistance: Type.Number(),
    community: Type.Number(),
    co_creation: Type.Number(),
  },
  { additionalProperties: false },
);

export const Relationship = Type.Object(
  {
    primary: RelationshipType,
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    scores: Scores,
    reasons: Type.Array(Type.String()),
    evaluatedAt: Timestamp,
    modelVersion: Type.String(),
  },
  { additionalProperties: false },
);
export type Relationship = Static<typeof Relationship>;

/** What kind of relationship the customer has; published only when something that matters changed. */
export const CustomerClassified = Type.Object(
  {
    profileId: Id,
    version: Type.Integer({ minimum: 1, description: 'Grows per profile; take it only if newer.' }),
    at: Timestamp,
    relationshipType: Relationship,
    engagementModel: Type.Optional(
      Type.Object({ model: EngagementModel, reasons: Type.Array(Type.String()) }, { additionalProperties: false }),
    ),
    lifecycle: Type.Optional(
      Type.Object({ stage: LifecycleStage, since: Timestamp, reason: Type.String() }, { additionalProperties: false }),
    ),
  },
  { additionalProperties: false, $id: 'segmentation.customer-classified.v1' },
);
export type CustomerClassified = Static<typeof CustomerClassified>;
