import type { TopicDefinition, ValueOf } from '@rapport/contracts';
import {
  type FactLog,
  type OutgoingRecord,
  PartitionProcessor,
  partitionOf,
  type Pipeline,
  PostgresStreamStore,
  type SourceRecord,
} from '@rapport/platform';
import type pg from 'pg';

/** A fact as a reader of the topic would see it. */
export interface SeenFact<T = unknown> {
  readonly topic: string;
  readonly partition: number;
  readonly key: string | null;
  readonly value: T;
  readonly headers: Readonly<Record<string, string>>;
}

export interface FeedOptions {
  readonly headers?: Record<string, string>;
  readonly at?: Date;
}

/**
 * Runs one pipeline through the real kernel on a real PostgreSQL, with a log in memory on both sides: feed records, run, look at the facts.
 * The clock stands still until the test moves it (`harness.now = …`).
 */
export class PipelineHarness {
  now = new Date('2026-01-15T09:00:00.000Z');
  /** Everything published, in order: what was decided, and dead letters. */
  readonly published: SeenFact[] = [];
  private readonly logs = new Map<string, SourceRecord[]>();
  private readonly processors = new Map<string, PartitionProcessor>();
  private readonly done = new Map<string, number>();
  private readonly store: PostgresStreamStore;

  constructor(
    private readonly pipeline: Pipeline,
    pool: pg.Pool,
    private readonly options: { readonly partitions?: number; readonly batchRecordsMax?: number } = {},
  ) {
    this.store = new PostgresStreamStore(pool, pool);
  }

  /** Appends a record to the partition of its key. */
  feed<T extends TopicDefinition>(topic: T, key: string, value: ValueOf<T> | null, options: FeedOptions = {}): void {
    this.feedRaw(topic.name, key, value === null ? null : Buffer.from(JSON.stringify(value)), options);
  }

  /** Appends any bytes, for what nobody should have sent. */
  feedRaw(topic: string, key: string, value: Buffer | null, { headers = {}, at = this.now }: FeedOptions = {}): void {
    const partition = partitionOf(key, this.options.partitions ?? 1);
    const log = this.log(topic, partition);
    log.push({ topic, partition, offset: BigInt(log.length), key, value, headers, timestampMs: at.getTime() });
  }

  /** Processes all that was fed and not yet processed, in batches, partition after partition. */
  async run(): Promise<void> {
    for (const [source, log] of this.logs) {
      const from = this.done.get(source) ?? 0;
      await this.deliver(source, log.slice(from));
      this.done.set(source, log.length);
    }
  }

  /** Delivers everything once more from the beginning, as after a lost consumer group. */
  async redeliver(): Promise<void> {
    for (const [source, log] of this.logs) await this.deliver(source, log);
  }

  /** Runs the clock of every partition until nothing is due at `now`. @returns how many inputs fell due. */
  async tick(now: Date = this.now): Promise<number> {
    this.now = now;
    let inputs = 0;
    for (let partition = 0; partition < (this.options.partitions ?? 1); partition++) {
      const processor = this.processor(this.pipeline.topics[0] as string, partition);
      for (let taken = await processor.tick(); taken > 0; taken = await processor.tick()) inputs += taken;
    }
    return inputs;
  }

  /** Values of the facts published to a topic, in order. */
  facts<T extends TopicDefinition>(topic: T): ValueOf<T>[] {
    return this.published.filter((fact) => fact.topic === topic.name).map((fact) => fact.value as ValueOf<T>);
  }

  /** Reasons of the dead letters, in order. */
  deadLetters(): { reason: string; value: unknown }[] {
    return this.published
      .filter((fact) => fact.topic === `${this.pipeline.group}.dlq`)
      .map((fact) => ({ reason: fact.headers['dlq-reason'] ?? '', value: fact.value }));
  }

  private async deliver(source: string, records: readonly SourceRecord[]): Promise<void> {
    const size = this.options.batchRecordsMax ?? 500;
    const [first] = records;
    if (first === undefined) return;
    const processor = this.processor(first.topic, first.partition);
    for (let at = 0; at < records.length; at += size) await processor.records(records.slice(at, at + size));
    this.done.set(source, Math.max(this.done.get(source) ?? 0, records.length));
  }

  private log(topic: string, partition: number): SourceRecord[] {
    const key = `${topic}/${partition}`;
    const log = this.logs.get(key) ?? [];
    this.logs.set(key, log);
    return log;
  }

  private processor(topic: string, partition: number): PartitionProcessor {
    const key = `${topic}/${partition}`;
    const processor =
      this.processors.get(key) ??
      new PartitionProcessor({
        pipeline: this.pipeline,
        source: { consumer: this.pipeline.group, topic, partition },
        store: this.store,
        log: this.collector,
        now: () => this.now,
        clockInputsMax: 500,
      });
    this.processors.set(key, processor);
    return processor;
  }

  private readonly collector: FactLog = {
    publish: async (records: readonly OutgoingRecord[]) => {
      for (const { topic, key, value, headers } of records) {
        const partition = partitionOf(key ?? '', this.options.partitions ?? 1);
        this.published.push({ topic, partition, key, headers, value: parse(value) });
      }
    },
  };
}

function parse(value: Buffer | null): unknown {
  if (value === null) return null;
  try {
    return JSON.parse(value.toString());
  } catch {
    return value.toString('latin1');
  }
}
