import type { Identifier, Interaction } from '@rapport/contracts';
import type { StoredProfile } from './plan-batch.js';

interface Asked {
  readonly id: string;
  /** The two profiles, under the ids that they had when it was asked. */
  readonly profileId: string;
  readonly otherId: string;
}

/** What a person decides about who is who: two profiles are one person, are two people, or a merge was wrong. */
export type IdentityRequest =
  | (Asked & { readonly kind: 'merge'; readonly reason: 'manual' | 'review' })
  | (Asked & { readonly kind: 'separate' })
  | (Asked & {
      /** `otherId` is the profile that was merged away. */
      readonly kind: 'unmerge';
      /** Every recorded interaction of the person whom it is part of now. */
      readonly interactions: readonly Interaction[];
      /** How often the interactions were read before. */
      readonly attempts: number;
    });

/** Something that was added by hand while the two were one: it went with the identifier under which it was written. */
export interface AddedByHand {
  readonly interactionId: string;
  readonly event: string;
  readonly at: string;
  readonly profileId: string;
}

export const REFUSALS = {
  SAME_PROFILE: 'Both are one profile already.',
  NOT_MERGED: 'The profile is not merged into another one.',
  IDENTIFIERS_LIMIT: 'One profile cannot hold the identifiers of both.',
  HISTORY_TOO_LONG: 'The person has more recorded interactions than an un-merge can read.',
  HISTORY_DIFFERS: 'The recorded interactions are not those that the profile was made of: some have expired, or could not be applied.',
  UNDECIDABLE: 'The request failed; its dead letter says why.',
} as const;
export type Refusal = keyof typeof REFUSALS;

export interface SplitPart {
  readonly profileId: string;
  readonly identifiers: number;
  readonly interactions: number;
}

/** What became of a request. */
export type Outcome =
  | { readonly kind: 'merged'; readonly profileId: string; readonly mergedId: string }
  | { readonly kind: 'separated' }
  | {
      readonly kind: 'unmerged';
      /** The one that had both, then the one that lives again. */
      readonly profiles: readonly [SplitPart, SplitPart];
      /** Used beside both: where each went. */
      readonly sharedIdentifiers: readonly (Identifier & { readonly profileId: string })[];
      readonly addedByHand: readonly AddedByHand[];
    }
  | { readonly kind: 'refused'; readonly code: Refusal };

/** A profile of a request, with the merge that it is part of. */
export interface AskedProfile extends StoredProfile {
  readonly mergedInto: string | undefined;
  readonly mergedAt: string | undefined;
  /** A person said so; no interaction does. */
  readonly isStated: boolean;
}

/** Rows that an un-merge changes beside the two profiles. */
export interface Unmerge {
  /** The profile that lives again. */
  readonly backId: string;
  readonly livingId: string;
  /** Those that went with `backId`. */
  readonly interactionIds: readonly string[];
  /** Merged profiles, each with the living one of its side. */
  readonly redirects: readonly { readonly id: string; readonly rootId: string }[];
  /** Merged profiles whose last own state loses what was cut off. */
  readonly trimmed: readonly Pick<StoredProfile, 'id' | 'state'>[];
}

/** A request that was decided, or (without an outcome) has to read the interactions again. */
export interface ClosedRequest {
  readonly id: string;
  readonly outcome: Outcome | undefined;
  readonly unmerge?: Unmerge | undefined;
}
