import type { Sql } from './pipeline.js';
import type { Position, Source } from './position.js';

/** A record ready to be published. */
export interface OutgoingRecord {
  readonly topic: string;
  readonly key: string | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
}

export interface OutboxRow {
  readonly id: bigint;
  readonly records: readonly OutgoingRecord[];
}

export interface StreamTransaction {
  readonly sql: Sql;
  /** Locks the position row until the transaction ends (and makes it, when the source is new). */
  lockPosition(source: Source): Promise<Position>;
  /**
   * Writes the position and, when there are records, one outbox row, in one statement under the lock.
   * @returns the own row's id, and whether rows of this source were outstanding before it.
   */
  savePosition(
    source: Source,
    position: Position,
    records: readonly OutgoingRecord[],
  ): Promise<{ ownRow: bigint | null; othersWait: boolean }>;
}

/** Where positions, outbox and effects are kept: PostgreSQL in the product, a simulation in the model test. */
export interface StreamStore {
  transaction<T>(work: (transaction: StreamTransaction) => Promise<T>): Promise<T>;
  /** A connection outside any transaction, for a look that decides nothing. */
  readonly sql: Sql;
  /** Every outstanding row of the source, oldest first. */
  outstanding(source: Source): Promise<OutboxRow[]>;
  remove(ids: readonly bigint[]): Promise<void>;
}

/** The log that facts leave for. Resolves when every record is acknowledged by all in-sync replicas, in order per partition. */
export interface FactLog {
  publish(records: readonly OutgoingRecord[]): Promise<void>;
}

/** Places at which a test may stop the kernel dead. The names are those of the crash tests. */
export const PROBE_POINTS = [
  'before-lock',
  'after-lock',
  'after-load',
  'after-decide',
  'before-database-commit',
  'after-database-commit',
  'before-publish',
  'between-publish-and-delete',
  'between-delete-and-offset-commit',
  'after-offset-commit',
  'tick-after-lock',
  'tick-before-database-commit',
  'tick-after-database-commit',
] as const;
export type ProbePoint = (typeof PROBE_POINTS)[number];
export type Probe = (point: ProbePoint, source: Source) => void | Promise<void>;
