import type { Interaction } from '@rapport/contracts';
import type { Sql } from '@rapport/platform';
import type { Counts } from '../domain/maps/follow-path.js';
import type { Standing } from '@rapport/identifiers';

export const PATH_STORE = Symbol('PATH_STORE');
export const MAP_OPTIONS = Symbol('MAP_OPTIONS');

export interface MapOptions {
  /** Paths are remembered for as long as records are kept. */
  readonly retentionDays: number;
}

export interface PathQuestion {
  readonly profileIds: readonly string[];
  /** Recorded interactions by id, and under which subjects they are to be found. */
  readonly split: readonly { readonly subjects: readonly string[]; readonly interactionIds: readonly string[] }[];
}

export interface LockedPaths {
  /** For every id that was asked for, the profile that now stands for it. */
  readonly survivors: ReadonlyMap<string, string>;
  /** The own path of each of those who stand for themselves, and of each that is part of one of them; null: nothing yet. */
  readonly stored: ReadonlyMap<string, string | null>;
  readonly standings: ReadonlyMap<string, Standing>;
  /** The recorded interactions that splits list, by id. */
  readonly interactions: ReadonlyMap<string, Interaction>;
}

export interface PathChanges {
  readonly saved: readonly { readonly profileId: string; readonly stored: string }[];
  readonly standings: readonly (Standing & { readonly profileId: string })[];
  readonly erased: readonly string[];
  readonly counts: Counts;
}

/** What the pipeline needs of its tables. */
export interface PathStore {
  lock(sql: Sql, question: PathQuestion): Promise<LockedPaths>;
  /** @param writer whose rows of the counts are added to: nobody else writes those */
  save(sql: Sql, changes: PathChanges, writer: number): Promise<void>;
}
