import { Type, type Static } from '@sinclair/typebox';
import { Id, Timestamp } from '../vocabulary.js';
import { words } from '../words.js';

/** One leaf of a segment's rule with what was found: `leaf` is its JSON Pointer in the rule. */
export const LeafEvidence = Type.Object(
  { leaf: Type.String(), holds: Type.Boolean(), evidence: Type.Unknown() },
  { additionalProperties: false },
);
export type LeafEvidence = Static<typeof LeafEvidence>;

/** A customer entered or left a segment, and why. */
export const MembershipChanged = Type.Object(
  {
    profileId: Id,
    segmentId: Id,
    segmentName: Type.String(),
    segmentVersion: Type.Integer({ minimum: 1 }),
    membership: words(['entered', 'left']),
    sequence: Type.Integer({
      minimum: 1,
      description: 'Counts this customer’s changes in this segment: odd entered, even left. (profileId, segmentId, sequence) is unique.',
    }),
    at: Timestamp,
    cause: words(['interaction', 'clock', 'definition']),
    interactionId: Type.Optional(Id),
    why: Type.Array(LeafEvidence),
  },
  { additionalProperties: false, $id: 'segmentation.membership-changed.v1' },
);
export type MembershipChanged = Static<typeof MembershipChanged>;
