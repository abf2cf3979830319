import type { BatchContext, Sql } from '@rapport/platform';
import type { Case, CaseEntry } from '../domain/cases/case.js';
import type { Promised } from '../domain/cases/promise.js';

export interface CaseQuestion {
  readonly profileIds: readonly string[];
  /** Those who turn out to be somebody else in this batch: all that is theirs moves. */
  readonly mergedAway: readonly string[];
  /** Ids and names of cases that interactions state. */
  readonly stated: readonly string[];
  /** Whether somebody speaks of promises. */
  readonly promises: boolean;
}

export interface LoadedCases {
  /** For every profile the one that now stands for it. */
  readonly survivors: ReadonlyMap<string, string>;
  /** Live ones, those that are stated, and everything of those who merge away. */
  readonly cases: readonly Case[];
  readonly promises: readonly Promised[];
}

export interface CaseChanges {
  readonly cases: readonly Case[];
  readonly entries: readonly CaseEntry[];
  readonly promises: readonly Promised[];
  /** Cases that became part of another one: their interactions move along. */
  readonly mergedCases: ReadonlyMap<string, string>;
  readonly mergedCustomers: ReadonlyMap<string, string>;
  readonly erased: readonly string[];
}

export const CASE_STORE = Symbol('CASE_STORE');

/** What following cases needs of its tables. */
export interface CaseStore {
  /** Locks the customers, then the cases, each in the order of their ids. */
  load(sql: Sql, question: CaseQuestion): Promise<LoadedCases>;
  save(sql: Sql, changes: CaseChanges, context: BatchContext): Promise<void>;
  due(sql: Sql, context: BatchContext, limit: number): Promise<readonly { readonly caseId: string; readonly profileId: string }[]>;
  setAside(sql: Sql, caseId: string): Promise<void>;
}
