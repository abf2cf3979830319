import type { Sql } from '@rapport/platform';
import type { Behaviour } from '../domain/behaviour.js';
import type { Customer } from '../domain/customer.js';
import type { HistoryQuestion } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import type { SurveyAnswer } from '../domain/satisfaction/survey-answer.js';

export const CUSTOMER_STORE = Symbol('CUSTOMER_STORE');

/** A customer as stored. `snapshot` and `state` stay text until they are needed: a snapshot that came with the record makes the stored one needless. */
export interface CustomerRow {
  readonly profileId: string;
  /** The partition that first met this customer, and runs the clock for it. */
  readonly partition: number | null;
  readonly version: number;
  readonly epoch: number | null;
  readonly snapshot: string | null;
  readonly state: string | null;
}

export interface SavedCustomer {
  readonly customer: Customer;
  readonly partition: number;
  readonly snapshotChanged: boolean;
}

export interface MembershipRow {
  readonly segmentId: string;
  readonly profileId: string;
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** A survey that was answered by this customer. */
export interface AnswerRow extends SurveyAnswer {
  readonly interactionId: string;
  readonly profileId: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A customer who was merged away and lives again; what is told up to `version` is from before. */
export interface Revived {
  readonly profileId: string;
  readonly version: number;
}

/** What one batch changes. */
export interface CustomerChanges {
  readonly customers: readonly SavedCustomer[];
  readonly entered: readonly MembershipRow[];
  readonly left: readonly Pick<MembershipRow, 'segmentId' | 'profileId'>[];
  readonly due: readonly { readonly profileId: string; readonly partition: number; readonly at: Date }[];
  readonly notDue: readonly string[];
  /** `version`: of the last fact of `from`, so that an older un-merge does not end the redirect. */
  readonly merged: readonly { readonly from: string; readonly into: string; readonly version: number }[];
  readonly split: readonly { readonly from: string; readonly into: string; readonly interactionIds: readonly string[] }[];
  readonly erased: readonly string[];
  readonly answers: readonly AnswerRow[];
  /** Everybody in this partition stands at this epoch. */
  readonly sweptEpoch: number | undefined;
}

export interface LockedCustomers {
  /** For every id the one that stands for it now. */
  readonly survivors: ReadonlyMap<string, string>;
  /** Of those who stand for themselves. */
  readonly rows: ReadonlyMap<string, CustomerRow>;
}

/** The database as the pipeline sees it. All of it inside the kernel's transaction. */
export interface CustomerStore {
  /** Ends redirects, before anything is locked through them. */
  revive(sql: Sql, revived: readonly Revived[]): Promise<void>;
  /** Locks and reads the customers, making rows for new ones. */
  lock(sql: Sql, profileIds: readonly string[]): Promise<LockedCustomers>;
  /** The definitions as of now. Read under the customers' locks, it is never older than any locked row. */
  rulebook(sql: Sql): Promise<Rulebook>;
  history(sql: Sql, profileIds: readonly string[], question: HistoryQuestion): Promise<Map<string, Behaviour[]>>;
  /** Appends to the history. @returns the ids of the interactions that were not in it yet: only those are to be folded. */
  remember(sql: Sql, behaviours: readonly { readonly profileId: string; readonly behaviour: Behaviour }[]): Promise<Set<string>>;
  dueCustomers(sql: Sql, partition: number, now: Date, limit: number): Promise<string[]>;
  /** Customers to bring to the present epoch; `[]` when a sweep is under way and all are there; undefined when there is no sweep. */
  customersToSweep(
    sql: Sql,
    partition: number,
    limit: number,
  ): Promise<{ readonly epoch: number; readonly profileIds: string[] } | undefined>;
  /** Takes a customer who cannot be evaluated away from the clock and the sweep. */
  setAside(sql: Sql, profileId: string): Promise<void>;
  save(sql: Sql, changes: CustomerChanges, partition: number): Promise<void>;
}
