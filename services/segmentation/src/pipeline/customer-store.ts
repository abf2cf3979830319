import type { Parting, Standing } from '@rapport/identifiers';
import type { Sql } from '@rapport/platform';
import type { MovedBehaviour, ToldBehaviour } from '../domain/told-histories.js';
import type { Listed } from '../domain/unmerge.js';
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

/** Whom a batch speaks of. */
export interface CustomerQuestion {
  readonly profileIds: readonly string[];
  /** Of these something is told, in versions no older than these. */
  readonly told: ReadonlyMap<string, number>;
  /** Whether somebody turns out to be somebody else, or two people. */
  readonly isOfIdentity: boolean;
}

/** What one batch changes. */
export interface CustomerChanges {
  readonly customers: readonly SavedCustomer[];
  readonly entered: readonly MembershipRow[];
  readonly left: readonly Pick<MembershipRow, 'segmentId' | 'profileId'>[];
  readonly due: readonly { readonly profileId: string; readonly partition: number; readonly at: Date }[];
  readonly notDue: readonly string[];
  /** Histories that go on in somebody else's, as a whole. */
  readonly merged: readonly { readonly from: string; readonly into: string }[];
  /** After that: behaviours that turned out to be somebody else's. */
  readonly moved: readonly MovedBehaviour[];
  readonly standings: readonly (Standing & { readonly profileId: string })[];
  readonly partings: ReadonlyMap<string, readonly Parting<Listed>[]>;
  readonly erased: readonly string[];
  readonly answers: readonly AnswerRow[];
  /** Everybody in this partition stands at this epoch. */
  readonly sweptEpoch: number | undefined;
}

export interface LockedCustomers {
  /** For every id the one that stands for it now. */
  readonly survivors: ReadonlyMap<string, string>;
  /** Of those who stand for themselves; where something is said of who is who, also of their parts, of whom nothing is kept. */
  readonly rows: ReadonlyMap<string, CustomerRow>;
  /** Of these parts, and those of whom they are part. */
  readonly standings: ReadonlyMap<string, Standing>;
  /** What is told of these profiles may be another's. */
  readonly partings: ReadonlyMap<string, readonly Parting<Listed>[]>;
}

/** The database as the pipeline sees it. All of it inside the kernel's transaction. */
export interface CustomerStore {
  /** Locks and reads the customers, making rows for new ones. */
  lock(sql: Sql, question: CustomerQuestion): Promise<LockedCustomers>;
  /** The definitions as of now. Read under the customers' locks, it is never older than any locked row. */
  rulebook(sql: Sql): Promise<Rulebook>;
  history(sql: Sql, profileIds: readonly string[], question: HistoryQuestion): Promise<Map<string, ToldBehaviour[]>>;
  /** Appends to the history. @returns the ids of the interactions that were not in it yet: only those are to be folded. */
  remember(sql: Sql, behaviours: readonly ToldBehaviour[]): Promise<Set<string>>;
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
