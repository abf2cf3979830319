import type { TopicDefinition, ValueOf } from '@rapport/contracts';

/** A record as it stands in Kafka. Header values are decoded as UTF-8. */
export interface SourceRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: bigint;
  readonly key: string | null;
  /** null: a tombstone. */
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, string>>;
  readonly timestampMs: number;
}

/** What a record means to this pipeline. `skip` is for records that are none of its business; `reject` goes to the dead letters. */
export type Decoded<Input> =
  | { readonly kind: 'input'; readonly input: Input }
  | { readonly kind: 'skip' }
  | { readonly kind: 'reject'; readonly reason: string };

/** The part of a database connection that a pipeline sees: statements of constant text inside the kernel's transaction. */
export interface Sql {
  /**
   * Runs one statement. `name` prepares it once per connection, so the text must be constant for that name.
   * @throws the driver's error; the kernel decides whether it is a fault of the data or of the world.
   */
  query<Row extends object = Record<string, unknown>>(name: string, text: string, values?: readonly unknown[]): Promise<Row[]>;
}

export interface BatchContext {
  /** The clock of this batch: decisions never read another one. */
  readonly now: Date;
  readonly topic: string;
  /** Where due rows made by this batch belong: store it with them, and give them back from `clock.due`. */
  readonly partition: number;
  readonly cause: 'records' | 'clock';
}

/** A record to publish. The kernel adds CloudEvents headers, the origin mark and the trace, and checks `value` against the topic's strict schema. */
export interface Fact<T extends TopicDefinition = TopicDefinition> {
  readonly topic: T;
  readonly key: string;
  /** null publishes a tombstone (erasure). */
  readonly value: ValueOf<T> | null;
  /** `value` as JSON, where it was needed before: it is not written a second time. */
  readonly json?: string;
  /** The topic's own headers (`TopicDefinition.headers`). */
  readonly headers?: Readonly<Record<string, string>>;
  /** W3C traceparent of what caused it. */
  readonly traceparent?: string | undefined;
}

export interface Reject<Input> {
  readonly input: Input;
  readonly reason: string;
}

export interface Decision<Input, Changes> {
  readonly changes: Changes;
  /** In the order in which they are to be published. */
  readonly facts: readonly Fact[];
  /** Inputs that cannot be decided: dead letters, in the same transaction. */
  readonly rejects?: readonly Reject<Input>[];
}

/** What nobody waits for at once is cheaper in large batches: they take fewer transactions, and write once what changes often. */
export interface BatchLimits {
  /** Milliseconds of rest after a small batch, at least. */
  readonly restMinMs?: number;
  /** Records that one transaction takes. */
  readonly recordsMax?: number;
}

/**
 * The one shape of every consumer: decode → load → decide → commit. The stream kernel runs it once per batch of one partition, inside one
 * database transaction together with the position and the outbox, so that each input has its effect exactly once (ARCHITECTURE, "The kernel").
 * A pipeline sees neither offsets nor Kafka.
 */
export interface Pipeline<Input = unknown, State = unknown, Changes = unknown> {
  /** `<service>.<verb>`: consumer group, and the prefix of its dead-letter topic. */
  readonly group: string;
  /** All with the same number of partitions when `clock` is used; the owner of `topics[0]`'s partition runs its clock. */
  readonly topics: readonly string[];
  /** How its batches form, where that is not as usual. */
  readonly batches?: BatchLimits;
  /** Pure. A throw is a reject with the error's message. */
  decode(record: SourceRecord, context: BatchContext): Decoded<Input>;
  /** One SELECT … FOR UPDATE per table over all keys of the batch, sorted. */
  load(sql: Sql, inputs: readonly Input[], context: BatchContext): Promise<State>;
  /** Pure and synchronous. A throw makes the kernel halve the batch until the guilty input is found; that one becomes a dead letter. */
  decide(state: State, inputs: readonly Input[], context: BatchContext): Decision<Input, Changes>;
  /** Bulk statements (`unnest`), sorted by key. */
  commit(sql: Sql, changes: Changes, context: BatchContext): Promise<void>;
  /**
   * Called after the transaction is committed. A hint for what works beside the stream, and the place to count: it may be missed (a crash), so nothing may
   * depend on it. Must not throw.
   */
  committed?(changes: Changes): void;
  /** Time as an input: what falls due becomes inputs of the same load → decide → commit, under the same fence. */
  readonly clock?: {
    /** At most `limit` due rows of `context.partition`, oldest first, as inputs. `commit` must delete them or move their due time. */
    due(sql: Sql, context: BatchContext, limit: number): Promise<Input[]>;
    /** A due input that cannot be decided: take its row out (the kernel has written the dead letter). */
    abandon(sql: Sql, input: Input, reason: string): Promise<void>;
  };
}
