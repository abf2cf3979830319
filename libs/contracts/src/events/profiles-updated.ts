import { Type, type Static } from '@sinclair/typebox';
import { Interaction } from '../interaction.js';
import { Profile } from '../profile.js';
import { Id, Timestamp } from '../vocabulary.js';

/** Why two profiles are one person. */
export const MergeReason = Type.Object(
  {
    profileId: Id,
    at: Timestamp,
    reason: Type.String({
      description:
        '`identifiers`: one interaction carried identifiers of both. `manual`: a person said so. `review`: a person approved it.',
    }),
    interactionId: Type.Optional(Id),
    identifiers: Type.Array(Type.Object({ type: Type.String(), value: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type MergeReason = Static<typeof MergeReason>;

/**
 * A profile that was part of another one when a merge was undone, and where it belongs since this version of it, of which it has no fact of its own. Everything that was
 * told of it before is among the interactions that the split lists, also what a reader has yet to meet in another partition; and its own fact of its merge is
 * older than this.
 */
export const FormerProfile = Type.Object(
  { profileId: Id, version: Type.Integer({ minimum: 1 }), intoId: Id },
  { additionalProperties: false },
);
export type FormerProfile = Static<typeof FormerProfile>;
const Formers = Type.Optional(Type.Array(FormerProfile));

/**
 * What left a profile when a merge was undone. It stands in the fact of the profile that had both, behind everything that was ever said to be
 * applied to it: a reader gives the listed interactions (and what was sent to the listed identifiers) to `profileId`, whatever it has heard of that one already, and ends its redirect.
 */
export const ProfileSplit = Type.Object(
  {
    profileId: Id,
    version: Type.Integer({ minimum: 1, description: 'The first version of the profile that lives again: what is older is from before.' }),
    at: Timestamp,
    interactionIds: Type.Array(Id, { maxItems: 20_000 }),
    keptInteractionIds: Type.Optional(
      Type.Array(Id, { maxItems: 20_000, description: 'The others that the profile was made of: who keeps sums counts both anew.' }),
    ),
    formers: Formers,
    identifiers: Type.Array(Type.Object({ type: Type.String(), value: Type.String() }, { additionalProperties: false })),
  },
  { additionalProperties: false },
);
export type ProfileSplit = Static<typeof ProfileSplit>;

/** The profile had been merged into `profileId` and lives again. */
export const Unmerged = Type.Object({ profileId: Id, at: Timestamp, formers: Formers }, { additionalProperties: false });
export type Unmerged = Static<typeof Unmerged>;

/**
 * What is now known about one person. A reader takes `profile` only if `version` is newer than what it has, but always folds `applied` in:
 * every applied interaction appears in exactly one fact. A merge is two facts: the survivor's carries `mergedFrom`, and the last fact of the
 * other (its own key, so in order after everything said about it) carries `mergedInto`; a reader moves its rows when it reads that one. An
 * un-merge is two facts as well, in whichever order they arrive: `split` in the one of the profile that had both, `unmergedFrom` in the other's.
 */
export const ProfileUpdated = Type.Object(
  {
    profileId: Id,
    version: Type.Integer({ minimum: 1 }),
    profile: Profile,
    applied: Type.Array(Interaction),
    mergedFrom: Type.Optional(Type.Array(MergeReason)),
    mergedInto: Type.Optional(MergeReason),
    split: Type.Optional(ProfileSplit),
    unmergedFrom: Type.Optional(Unmerged),
  },
  { additionalProperties: false, $id: 'profiles.updated.v1' },
);
export type ProfileUpdated = Static<typeof ProfileUpdated>;
