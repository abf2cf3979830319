import type { FormerProfile } from '@rapport/contracts';

/** A merge was undone, as the profile that had both tells it: these interactions are another one's, which lives again from this version on. */
export interface Split {
  readonly profileId: string;
  readonly version: number;
  readonly movedIds: readonly string[];
  readonly keptIds: readonly string[];
  readonly formers: readonly FormerProfile[];
}

/** The same, as the profile tells it that lives again. */
export interface LivesAgain {
  /** The profile that had both. */
  readonly fromId: string;
  readonly formers: readonly FormerProfile[];
}

/** A side of an un-merge: what it was listed with. */
export interface Listed {
  readonly interactionIds: readonly string[];
}
