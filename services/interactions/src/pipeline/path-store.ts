import type { Sql } from '@rapport/platform';
import type { Counts } from '../domain/maps/follow-path.js';

export const PATH_STORE = Symbol('PATH_STORE');
export const MAP_OPTIONS = Symbol('MAP_OPTIONS');

export interface MapOptions {
  /** Paths are remembered for as long as records are kept. */
  readonly retentionDays: number;
}

export interface LockedPaths {
  /** For every id that was asked for, the profile that now stands for it. */
  readonly survivors: ReadonlyMap<string, string>;
  /** What is stored of those who stand for themselves; null: nothing yet. */
  readonly stored: ReadonlyMap<string, string | null>;
}

export interface PathChanges {
  readonly saved: readonly { readonly profileId: string; readonly stored: string }[];
  readonly merged: readonly { readonly from: string; readonly into: string }[];
  readonly erased: readonly string[];
  readonly counts: Counts;
}

/** What the pipeline needs of its tables. */
export interface PathStore {
  lock(sql: Sql, profileIds: readonly string[]): Promise<LockedPaths>;
  /** @param writer whose rows of the counts are added to: nobody else writes those */
  save(sql: Sql, changes: PathChanges, writer: number): Promise<void>;
}
