import { Type, type Static } from '@sinclair/typebox';
import { Interaction } from '../interaction.js';
import { Profile } from '../profile.js';
import { Id, Timestamp } from '../vocabulary.js';

/** Why two profiles are one person. */
export const MergeReason = Type.Object(
  {
    profileId: Id,
    at: Timestamp,
    reason: Type.String({ description: '`identifiers`: one interaction carried identifiers of both.' }),
    interactionId: Type.Optional(Id),
    identifiers: Type.Array(Type.Object({ type: Type.String(), value: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type MergeReason = Static<typeof MergeReason>;

/**
 * What is now known about one person. A reader takes `profile` only if `version` is newer than what it has, but always folds `applied` in:
 * every applied interaction appears in exactly one fact. A merge is two facts: the survivor's carries `mergedFrom`, and the last fact of the
 * other (its own key, so in order after everything said about it) carries `mergedInto`; a reader moves its rows when it reads that one.
 */
export const ProfileUpdated = Type.Object(
  {
    profileId: Id,
    version: Type.Integer({ minimum: 1 }),
    profile: Profile,
    applied: Type.Array(Interaction),
    mergedFrom: Type.Optional(Type.Array(MergeReason)),
    mergedInto: Type.Optional(MergeReason),
  },
  { additionalProperties: false, $id: 'profiles.updated.v1' },
);
export type ProfileUpdated = Static<typeof ProfileUpdated>;
