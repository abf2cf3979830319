import type { FormerProfile } from '@rapport/contracts';

/** A merge was undone, as the profile that had both tells it: these interactions are another one's, which lives again from this version on. */
export interface Split {
  readonly profileId: string;
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  readonly movedIds: readonly string[];
  readonly keptIds: readonly string[];
  /** Under which the listed interactions are recorded. */
  readonly movedSubjects: readonly string[];
  readonly keptSubjects: readonly string[];
  readonly formers: readonly FormerProfile[];
}

/** The same, as the profile tells it that lives again. */
export interface LivesAgain {
  /** The profile that had both. */
  readonly fromId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly formers: readonly FormerProfile[];
}

export interface Unmerge {
  readonly split?: Split | undefined;
  readonly livesAgain?: LivesAgain | undefined;
}
