import type { Interaction } from '@rapport/contracts';
import type { Parting, Standing } from '@rapport/identifiers';
import type { BatchContext, Sql } from '@rapport/platform';
import type { Case, CaseEntry } from '../domain/cases/case.js';
import type { KnownEntry, LeftCase, Retold } from '../domain/cases/case-members.js';
import type { Promised } from '../domain/cases/promise.js';

export interface CaseQuestion {
  readonly profileIds: readonly string[];
  /** Of these something is told, in versions no older than these. */
  readonly told: ReadonlyMap<string, number>;
  /** Those who turn out to be somebody else in this batch, or two people: all that is theirs may move. */
  readonly moved: readonly string[];
  /** Of who was two people: under which subjects what they said is recorded. */
  readonly split: readonly { readonly subjects: readonly string[] }[];
  /** Ids and names of cases that interactions state. */
  readonly stated: readonly string[];
  /** Whether somebody speaks of promises. */
  readonly promises: boolean;
}

/** A side of an un-merge: who says something there. */
export interface SpokenBy {
  /** `type:value` */
  readonly subjects: readonly string[];
}

export interface LoadedCases {
  /** For every profile the one that now stands for it. */
  readonly survivors: ReadonlyMap<string, string>;
  /** Of these, of whom they are part, and of all that are part of those. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** Live ones, those that are stated, and everything of those of whom anything may move. */
  readonly cases: readonly Case[];
  readonly promises: readonly Promised[];
  /** What is told of these profiles may be another's. */
  readonly partings: ReadonlyMap<string, readonly Parting<SpokenBy>[]>;
  /** Where somebody is split: what his cases are made of, by case, and the recorded interactions in them, by id. */
  readonly entries: ReadonlyMap<string, readonly KnownEntry[]>;
  readonly interactions: ReadonlyMap<string, Interaction>;
}

export interface CaseChanges {
  readonly cases: readonly Case[];
  readonly entries: readonly CaseEntry[];
  readonly promises: readonly Promised[];
  /** Cases that became part of another one: what was stored under them moves along, all at once, before the entries are stored. */
  readonly mergedCases: ReadonlyMap<string, string>;
  /** Interactions that turned out to be somebody else's. */
  readonly left: readonly LeftCase[];
  readonly retold: readonly Retold[];
  readonly standings: readonly (Standing & { readonly profileId: string })[];
  readonly partings: ReadonlyMap<string, readonly Parting<SpokenBy>[]>;
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
