import type { Identifier, Profile } from '@rapport/contracts';
import type { ProfileRef } from '@rapport/identifiers';

export interface TraitCondition {
  readonly name: string;
  readonly value: string;
}

export interface FoundProfile {
  readonly profile: Profile;
  /** The ref was an id that has been merged away. */
  readonly redirected: boolean;
}

/** One step of a lineage: which interaction joined whom to whom. */
export interface MergeRecord {
  readonly mergedId: string;
  readonly survivorId: string;
  /** null: a person said so. */
  readonly interactionId: string | null;
  readonly reason: string;
  readonly identifiers: readonly Identifier[];
  /** Event time of that interaction. */
  readonly at: Date;
  /** null: it stands. */
  readonly unmergedAt: Date | null;
}

/** One piece of evidence as it was recorded. */
export interface ConsentRecord {
  readonly purpose: string;
  readonly channel: string;
  readonly state: 'granted' | 'withdrawn' | 'pending';
  /** When it was said. */
  readonly at: string;
  readonly source: string;
  readonly wording: string | null;
  readonly wordingVersion: string | null;
  readonly actor: string | null;
  readonly interactionId: string;
  readonly recordedAt: string;
}

export interface ConsentHistoryQuery {
  readonly purpose?: string | undefined;
  readonly channel?: string | undefined;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: { readonly at: Date; readonly interactionId: string } | undefined;
}

/** Port of the doors: reads for people and other services, never on the path of an interaction. */
export interface ProfileQueries {
  byRef(ref: ProfileRef): Promise<FoundProfile | undefined>;
  /** The same for many, in the order asked for. */
  byRefs(refs: readonly ProfileRef[]): Promise<readonly (FoundProfile | undefined)[]>;
  /** Profiles that stand for `ids` now, each once, in the order asked for; unknown ids are left out. */
  byIds(ids: readonly string[]): Promise<Profile[]>;
  /** Living profiles for which all conditions hold, by id, from behind `after`. */
  search(conditions: readonly TraitCondition[], after: string | undefined, limit: number): Promise<Profile[]>;
  /** Everything that became part of a profile, directly or through others, oldest first. */
  lineageOf(profileId: string): Promise<readonly MergeRecord[]>;
  /** All evidence that was ever given by one of these profiles (one person's: his own and those merged into it), newest first. */
  consentHistory(profileIds: readonly string[], query: ConsentHistoryQuery): Promise<readonly ConsentRecord[]>;
}

/** Nest injection token of the {@link ProfileQueries}. */
export const PROFILE_QUERIES = Symbol('PROFILE_QUERIES');
