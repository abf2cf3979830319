import { DataFault, isDataFault, messageOf } from './faults.js';
import { encodeDeadClockInput, encodeDeadLetter, encodeFacts } from './encode.js';
import type { BatchContext, Decision, Pipeline, SourceRecord } from './pipeline.js';
import { ORIGIN_HEADER, ORIGIN_SEQ_HEADER, originOf, type Position, type Source } from './position.js';
import type { FactLog, OutgoingRecord, Probe, StreamStore, StreamTransaction } from './store.js';

export interface ProcessorOptions {
  readonly pipeline: Pipeline;
  readonly source: Source;
  readonly store: StreamStore;
  readonly log: FactLog;
  readonly now: () => Date;
  /** Due rows that one tick takes. */
  readonly clockInputsMax: number;
  readonly observe?: (event: KernelEvent) => void;
  readonly probe?: Probe;
}

/** What happened, for metrics and logs. */
export type KernelEvent =
  | {
      readonly kind: 'batch';
      readonly source: Source;
      readonly cause: 'records' | 'clock';
      readonly inputs: number;
      readonly facts: number;
      readonly dropped: number;
      readonly durationMs: number;
    }
  | { readonly kind: 'dead-letter'; readonly source: Source; readonly reason: string }
  | { readonly kind: 'published'; readonly source: Source; readonly records: number; readonly rows: number };

interface Committed {
  readonly ownRow: { id: bigint; records: readonly OutgoingRecord[] } | null;
  /** Whether rows of this source were waiting already, so that the own row has to go out behind them. */
  readonly othersWait: boolean;
}

/** Nothing new in the batch. Whoever gave it its effect may have died before publishing, so look for rows that wait. */
const REPEATED: Committed = { ownRow: null, othersWait: true };

/** An undecodable or undecidable record on its way to the dead letters. */
interface Dead {
  readonly record: SourceRecord;
  readonly reason: string;
}

/** Unique violations can be a race with another partition: believe them only after this many tries of a single record. */
const INTEGRITY_TRIES_MAX = 3;

/**
 * Turns at-least-once into exactly-once effects for one source. One call at a time per instance; several instances of the same source (a former
 * owner that does not know yet) are safe: the position row's lock lets one through after the other, and each sees what the one before committed.
 */
export class PartitionProcessor {
  private readonly probe: Probe;
  private readonly origin: string;
  /** What the last tick tried, so that only an input that failed is ever condemned, not one that fell due since. */
  private dueUnderWay: readonly unknown[] = [];

  constructor(private readonly options: ProcessorOptions) {
    this.probe = options.probe ?? (() => undefined);
    this.origin = originOf(options.source);
  }

  /**
   * Gives a run of records, in offset order, their effect, publishes every outstanding row and returns the next offset that has had none.
   * @throws faults of the world; nothing is lost, call again with the same records.
   */
  async records(records: readonly SourceRecord[]): Promise<bigint> {
    const last = records.at(-1);
    if (last === undefined) throw new RangeError('a batch holds at least one record');
    await this.applyHalving(records);
    return last.offset + 1n;
  }

  /** The database's word on where this source stands, taken under the lock, so behind whatever a former owner is still committing. */
  async nextOffset(): Promise<bigint> {
    return this.options.store.transaction(async (transaction) => (await transaction.lockPosition(this.options.source)).nextOffset);
  }

  /**
   * Gives what is due its effect. @returns the number of inputs taken, so that the caller goes on at once while there are more.
   * @throws faults of the world.
   */
  async tick(): Promise<number> {
    const { pipeline, store, clockInputsMax } = this.options;
    if (pipeline.clock === undefined) return 0;
    const due = await pipeline.clock.due(store.sql, this.context('clock'), 1); // a look without the fence: most ticks find nothing
    if (due.length === 0) return 0;
    return this.tickHalving(clockInputsMax);
  }

  /** Publishes whatever a former owner, or a failed attempt of ours, left behind. An idle owner calls it, too. @returns rows published. */
  async publishOutstanding(): Promise<number> {
    const rows = await this.options.store.outstanding(this.options.source);
    if (rows.length > 0) await this.publish(rows);
    return rows.length;
  }

  // One transaction for all of it; if the data is at fault, the first half, then the second, down to the guilty record.
  private async applyHalving(records: readonly SourceRecord[], tries = 1): Promise<void> {
    try {
      await this.apply(records, null);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      if (records.length > 1) {
        const middle = records.length >> 1;
        await this.applyHalving(records.slice(0, middle));
        await this.applyHalving(records.slice(middle));
      } else if (!(error instanceof DataFault) && tries < INTEGRITY_TRIES_MAX) {
        await this.applyHalving(records, tries + 1);
      } else {
        await this.apply(records, messageOf(error));
      }
    }
  }

  private async apply(records: readonly SourceRecord[], condemned: string | null): Promise<void> {
    const { pipeline, source, store } = this.options;
    const started = performance.now();
    const context = this.context('records');
    await this.probe('before-lock', source);
    let inputs = 0;
    let facts = 0;
    let dropped = 0;
    let changes: unknown;
    const committed = await store.transaction(async (transaction): Promise<Committed> => {
      const position = await transaction.lockPosition(source);
      const before = position.nextOffset;
      await this.probe('after-lock', source);
      const fresh = this.admit(position, records);
      dropped = records.length - fresh.length;
      const { decoded, dead } =
        condemned === null
          ? this.decode(fresh, context)
          : { decoded: new Map<unknown, SourceRecord>(), dead: fresh.map((record) => ({ record, reason: condemned })) };
      inputs = decoded.size;
      const out: OutgoingRecord[] = [];
      if (inputs > 0) {
        const decision = await this.decideAndCommit(transaction, [...decoded.keys()], context);
        changes = decision.changes;
        for (const reject of decision.rejects ?? [])
          dead.push({ record: decoded.get(reject.input) as SourceRecord, reason: reject.reason });
        out.push(...encodeFacts(decision.facts, this.origin, position, context.now));
        facts = out.length;
      }
      for (const { record, reason } of dead) {
        out.push(encodeDeadLetter(pipeline.group, record, reason, this.origin, position));
        this.options.observe?.({ kind: 'dead-letter', source, reason });
      }
      if (position.nextOffset === before) return REPEATED; // all of it had its effect already
      const committed = await this.save(transaction, position, out);
      await this.probe('before-database-commit', source);
      return committed;
    });
    await this.probe('after-database-commit', source);
    if (changes !== undefined) pipeline.committed?.(changes);
    this.options.observe?.({ kind: 'batch', source, cause: 'records', inputs, facts, dropped, durationMs: performance.now() - started });
    await this.publishAfter(committed);
  }

  private async save(transaction: StreamTransaction, position: Position, records: readonly OutgoingRecord[]): Promise<Committed> {
    const { ownRow, othersWait } = await transaction.savePosition(this.options.source, position, records);
    return { ownRow: ownRow === null ? null : { id: ownRow, records }, othersWait };
  }

  /** Drops what already had its effect, and moves the position over the rest. */
  private admit(position: Position, records: readonly SourceRecord[]): SourceRecord[] {
    const fresh: SourceRecord[] = [];
    for (const record of records) {
      if (record.offset < position.nextOffset) continue; // redelivered, or a former owner did it
      position.nextOffset = record.offset + 1n;
      const origin = record.headers[ORIGIN_HEADER];
      const sequence = record.headers[ORIGIN_SEQ_HEADER];
      if (origin !== undefined && sequence !== undefined && /^\d{1,18}$/.test(sequence)) {
        if (BigInt(sequence) <= BigInt(position.origins[origin] ?? '0')) continue; // upstream published it again
        position.origins[origin] = sequence;
      }
      fresh.push(record);
    }
    return fresh;
  }

  private decode(records: readonly SourceRecord[], context: BatchContext): { decoded: Map<unknown, SourceRecord>; dead: Dead[] } {
    const decoded = new Map<unknown, SourceRecord>();
    const dead: Dead[] = [];
    for (const record of records) {
      try {
        const result = this.options.pipeline.decode(record, context);
        if (result.kind === 'input') decoded.set(result.input, record);
        else if (result.kind === 'reject') dead.push({ record, reason: result.reason });
      } catch (error) {
        dead.push({ record, reason: messageOf(error) });
      }
    }
    return { decoded, dead };
  }

  private async decideAndCommit(
    transaction: StreamTransaction,
    inputs: readonly unknown[],
    context: BatchContext,
  ): Promise<Decision<unknown, unknown>> {
    const { pipeline, source } = this.options;
    const state = await pipeline.load(transaction.sql, inputs, context);
    await this.probe('after-load', source);
    let decision: Decision<unknown, unknown>;
    try {
      decision = pipeline.decide(state, inputs, context);
    } catch (error) {
      throw new DataFault(messageOf(error), { cause: error });
    }
    await this.probe('after-decide', source);
    await pipeline.commit(transaction.sql, decision.changes, context);
    return decision;
  }

  private async tickHalving(limit: number, tries = 1): Promise<number> {
    try {
      return await this.applyDue(limit, null);
    } catch (error) {
      if (!isDataFault(error)) throw error;
      if (limit > 1) return this.tickHalving(limit >> 1); // the oldest half; the next tick takes the others
      if (!(error instanceof DataFault) && tries < INTEGRITY_TRIES_MAX) return this.tickHalving(limit, tries + 1);
      return this.applyDue(1, { input: JSON.stringify(this.dueUnderWay[0]), reason: messageOf(error) });
    }
  }

  private async applyDue(limit: number, condemned: { input: string; reason: string } | null): Promise<number> {
    const { pipeline, source, store } = this.options;
    const clock = pipeline.clock as NonNullable<Pipeline['clock']>;
    const started = performance.now();
    const context = this.context('clock');
    let facts = 0;
    let taken = 0;
    let changes: unknown;
    const committed = await store.transaction(async (transaction): Promise<Committed> => {
      const position = await transaction.lockPosition(source);
      await this.probe('tick-after-lock', source);
      const inputs = await clock.due(transaction.sql, context, limit);
      taken = inputs.length;
      this.dueUnderWay = inputs;
      if (taken === 0) return { ownRow: null, othersWait: false };
      const out: OutgoingRecord[] = [];
      const bury = async (input: unknown, reason: string): Promise<void> => {
        await clock.abandon(transaction.sql, input, reason);
        out.push(encodeDeadClockInput(pipeline.group, input, reason, this.origin, position));
        this.options.observe?.({ kind: 'dead-letter', source, reason });
      };
      if (condemned !== null && JSON.stringify(inputs[0]) === condemned.input) {
        await bury(inputs[0], condemned.reason);
      } else {
        const decision = await this.decideAndCommit(transaction, inputs, context);
        changes = decision.changes;
        out.push(...encodeFacts(decision.facts, this.origin, position, context.now));
        facts = out.length;
        for (const reject of decision.rejects ?? []) await bury(reject.input, reject.reason);
      }
      const committed = await this.save(transaction, position, out);
      await this.probe('tick-before-database-commit', source);
      return committed;
    });
    await this.probe('tick-after-database-commit', source);
    if (changes !== undefined) pipeline.committed?.(changes);
    this.options.observe?.({
      kind: 'batch',
      source,
      cause: 'clock',
      inputs: taken,
      facts,
      dropped: 0,
      durationMs: performance.now() - started,
    });
    await this.publishAfter(committed);
    return taken;
  }

  /**
   * The own row goes out only behind every row that was outstanding when it was written: a former owner's late row that came after ours would
   * arrive below the mark downstream and be dropped, that is lost.
   */
  private async publishAfter(committed: Committed): Promise<void> {
    if (committed.othersWait) await this.publishOutstanding();
    else if (committed.ownRow !== null) await this.publish([committed.ownRow]);
  }

  private async publish(rows: readonly { id: bigint; records: readonly OutgoingRecord[] }[]): Promise<void> {
    const { source, store, log } = this.options;
    const records = rows.flatMap((row) => row.records);
    await this.probe('before-publish', source);
    await log.publish(records);
    await this.probe('between-publish-and-delete', source);
    await store.remove(rows.map((row) => row.id));
    await this.probe('between-delete-and-offset-commit', source);
    this.options.observe?.({ kind: 'published', source, records: records.length, rows: rows.length });
  }

  private context(cause: BatchContext['cause']): BatchContext {
    const { source, now } = this.options;
    return { now: now(), topic: source.topic, partition: source.partition, cause };
  }
}
