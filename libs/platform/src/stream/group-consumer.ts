import type { Consumer, EachBatchPayload, Kafka } from 'kafkajs';
import { parseTraceparent, runInTrace } from '../telemetry/traceparent.js';
import { startStep } from '../telemetry/tracing.js';
import { messageOf } from './faults.js';
import type { FetchedMessage } from './kafka-decoding.js';
import type { KafkaFactLog } from './kafka.js';
import { PartitionProcessor } from './partition-processor.js';
import type { BatchLimits, Pipeline, SourceRecord } from './pipeline.js';
import type { Probe, StreamStore } from './store.js';
import type { StreamMetrics } from './stream-metrics.js';

export interface StreamConfig {
  readonly name: string;
  readonly kafkaBrokers: readonly string[];
  /** Records that one transaction takes. */
  readonly batchRecordsMax: number;
  /** Partitions of one pipeline that are worked on at the same time: one's statements run while the other thinks. */
  readonly partitionsAtOnce: number;
  readonly clockIntervalMs: number;
  readonly clockInputsMax?: number;
  /** How long the group waits for a member that died before it gives its partitions to another. */
  readonly sessionTimeoutMs?: number;
  /** The process ends (and its supervisor starts it again) when the consumer has shown no sign of life for so long. */
  readonly watchdogMs?: number;
}

export interface StreamLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export interface StreamServerOptions {
  readonly config: StreamConfig;
  readonly pipelines: readonly Pipeline[];
  readonly store: StreamStore;
  readonly logger: StreamLogger;
  readonly now?: () => Date;
  readonly probe?: Probe;
  /** Ends the process; a consumer that cannot go on must not look alive. */
  readonly exit?: (code: number) => void;
}

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
const OUTSTANDING_LOOK_MS = 1_000;
/**
 * A transaction costs nearly the same for ten records as for a hundred. So after a batch that was less than half full and took all there was, the
 * partition rests for as long as the batch took, and the next one is larger: the first record after a quiet moment never waits, a stream that is
 * behind never rests, and in between no partition spends more than half of its time on small transactions. On a busy machine batches take longer, so
 * the rests grow just when work has to be saved. Longer rests save more, and every group on the way from a click to its answer adds one.
 */
const REST_MIN_MS = 25;
const REST_MAX_MS = 100;
/** What is fetched ahead is memory: so much for each record of a full batch, and for so many partitions at once. */
const RECORD_BYTES = 2 * 1024;
const FETCHED_PARTITIONS = 4;

/** What is being worked on for one partition; one thing at a time, records and clock in turn. */
interface Owned {
  readonly processor: PartitionProcessor;
  readonly clock: boolean;
  /** The tail of the queue of work on this partition. */
  busy: Promise<unknown>;
  ticking: boolean;
  lookedAtMs: number;
  /** Whether the batches come from where the database says, whatever offset Kafka remembers. */
  aligned: boolean;
  /** How long to wait after the next fault. */
  waitMs: number;
}

/**
 * One pipeline's member of its consumer group. kafkajs's own idea of who owns a partition is taken as a hint only; the fence in the database decides.
 */
export class GroupConsumer {
  private readonly consumer: Consumer;
  private readonly owned = new Map<string, Owned>();
  private readonly slots: Slots;
  private readonly limits: Required<BatchLimits>;
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private joined = false;
  private aliveAtMs = Date.now();
  /** Since when the world has been refusing work, and its last words. */
  private refused: { sinceMs: number; reason: string } | undefined;

  constructor(
    private readonly pipeline: Pipeline,
    kafka: Kafka,
    private readonly log: KafkaFactLog,
    private readonly metrics: StreamMetrics,
    private readonly options: StreamServerOptions,
  ) {
    this.slots = new Slots(options.config.partitionsAtOnce);
    const { restMinMs = REST_MIN_MS, recordsMax = options.config.batchRecordsMax } = pipeline.batches ?? {};
    this.limits = { restMinMs, recordsMax };
    const sessionTimeout = options.config.sessionTimeoutMs ?? 10_000;
    this.consumer = kafka.consumer({
      groupId: pipeline.group,
      sessionTimeout,
      rebalanceTimeout: Math.max(sessionTimeout, 15_000),
      heartbeatInterval: Math.floor(sessionTimeout / 4),
      // The broker answers as soon as there is anything; small batches are followed by a pause instead (see REST_MIN_MS).
      maxWaitTimeInMs: 250,
      maxBytes: FETCHED_PARTITIONS * RECORD_BYTES * recordsMax,
      maxBytesPerPartition: RECORD_BYTES * recordsMax,
      allowAutoTopicCreation: false,
      // On a fresh broker the coordinator is still loading; go on asking for ever, the health check tells.
      retry: {
        initialRetryTime: 200,
        maxRetryTime: 2_000,
        factor: 0.2,
        multiplier: 1.5,
        retries: 8,
        restartOnFailure: async () => !this.stopping,
      },
    });
    const { GROUP_JOIN, CRASH, FETCH_START, HEARTBEAT, REBALANCING, DISCONNECT } = this.consumer.events;
    this.consumer.on(GROUP_JOIN, ({ payload }) => this.assign(payload.memberAssignment));
    this.consumer.on(REBALANCING, () => this.assign({}));
    this.consumer.on(DISCONNECT, () => this.assign({}));
    this.consumer.on(FETCH_START, () => void (this.aliveAtMs = Date.now()));
    this.consumer.on(HEARTBEAT, () => void (this.aliveAtMs = Date.now()));
    this.consumer.on(CRASH, ({ payload }) => {
      this.options.logger.error({ group: pipeline.group, error: messageOf(payload.error), restart: payload.restart }, 'consumer crashed');
      this.assign({});
      this.aliveAtMs = Date.now(); // it says so itself, and starts again
      if (!payload.restart && !this.stopping) this.exit('the consumer crashed for good');
    });
  }

  /** Tries until it has joined its group or is stopped. */
  async start(): Promise<void> {
    this.timer = setInterval(() => this.everyInterval(), this.options.config.clockIntervalMs);
    for (let waitMs = BACKOFF_FIRST_MS; !this.stopping; waitMs = Math.min(waitMs * 2, BACKOFF_MAX_MS)) {
      try {
        await this.consumer.connect();
        await this.consumer.subscribe({ topics: [...this.pipeline.topics], fromBeginning: true });
        await this.consumer.run({
          autoCommit: false,
          eachBatchAutoResolve: false,
          // All that came with one fetch rest together; how many are worked on at once is for `slots` to say.
          partitionsConsumedConcurrently: 64,
          eachBatch: (payload) => this.batch(payload),
        });
        return;
      } catch (error) {
        this.refuse(error);
        this.aliveAtMs = Date.now();
        await sleep(waitMs);
      }
    }
  }

  async stop(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.consumer.stop().catch(() => undefined);
    await Promise.allSettled([...this.owned.values()].map((owned) => owned.busy));
    await this.consumer.disconnect().catch(() => undefined);
  }

  trouble(): string | null {
    const { group } = this.pipeline;
    if (!this.joined) return `${group}: has not joined its group yet`;
    if (this.refused !== undefined && Date.now() - this.refused.sinceMs > 5_000)
      return `${group}: no progress for ${Math.round((Date.now() - this.refused.sinceMs) / 1000)} s: ${this.refused.reason}`;
    return null;
  }

  tickAll(): void {
    for (const owned of this.owned.values()) if (owned.clock) void this.tick(owned);
  }

  private everyInterval(): void {
    const watchdogMs = this.options.config.watchdogMs ?? 120_000;
    if (Date.now() - this.aliveAtMs > watchdogMs) this.exit(`no sign of life from the consumer for ${watchdogMs} ms`);
    for (const owned of this.owned.values()) {
      if (owned.clock) void this.tick(owned);
      if (Date.now() - owned.lookedAtMs > OUTSTANDING_LOOK_MS) void this.look(owned);
    }
  }

  private assign(assignment: Record<string, number[]>): void {
    this.owned.clear();
    for (const [topic, partitions] of Object.entries(assignment)) {
      this.joined = true;
      for (const partition of partitions) this.owned.set(`${topic}/${partition}`, this.own(topic, partition));
    }
  }

  private own(topic: string, partition: number): Owned {
    const { config, store, now, probe } = this.options;
    const processor = new PartitionProcessor({
      pipeline: this.pipeline,
      source: { consumer: this.pipeline.group, topic, partition },
      store,
      log: this.log,
      now: now ?? (() => new Date()),
      clockInputsMax: config.clockInputsMax ?? config.batchRecordsMax,
      observe: (event) => this.metrics.observe(event),
      ...(probe === undefined ? {} : { probe }),
    });
    const clock = this.pipeline.clock !== undefined && topic === this.pipeline.topics[0];
    return { processor, clock, busy: Promise.resolve(), ticking: false, lookedAtMs: 0, aligned: false, waitMs: BACKOFF_FIRST_MS };
  }

  private async batch(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, isRunning, isStale, commitOffsetsIfNecessary } = payload;
    const key = `${batch.topic}/${batch.partition}`;
    let owned = this.owned.get(key);
    if (owned === undefined) this.owned.set(key, (owned = this.own(batch.topic, batch.partition)));
    if (!owned.aligned && (await this.realign(owned, payload))) return;
    this.metrics.lag(
      this.pipeline.group,
      batch.topic,
      batch.partition,
      Number(BigInt(batch.highWatermark) - BigInt(batch.firstOffset() ?? batch.highWatermark)),
    );
    const { recordsMax, restMinMs } = this.limits;
    const { processor } = owned;
    const startedMs = Date.now();
    for (let at = 0; at < batch.messages.length; at += recordsMax) {
      if (!isRunning() || isStale() || this.stopping) return;
      const messages = batch.messages.slice(at, at + recordsMax) as unknown as FetchedMessage[];
      const give = async (): Promise<bigint> => {
        const records = messages.map((message) => message.asSource(batch.topic, batch.partition));
        return this.traced(records, () => processor.records(records));
      };
      const next = await this.attempt(owned, () => this.slots.run(give), heartbeat);
      if (next === undefined) return; // not resolved, so the client fetches it again
      resolveOffset(String(next - 1n));
      await heartbeat();
    }
    const last = BigInt(batch.lastOffset());
    resolveOffset(String(last));
    const behind = Number(BigInt(batch.highWatermark) - last - 1n);
    this.metrics.lag(this.pipeline.group, batch.topic, batch.partition, behind);
    await commitOffsetsIfNecessary({
      topics: [{ topic: batch.topic, partitions: [{ partition: batch.partition, offset: String(last + 1n) }] }],
    }).catch(() => undefined);
    if (behind <= 0 && batch.messages.length < recordsMax / 2)
      await sleep(Math.max(restMinMs, Math.min(Date.now() - startedMs, REST_MAX_MS)));
    await this.options.probe?.('after-offset-commit', { consumer: this.pipeline.group, topic: batch.topic, partition: batch.partition });
  }

  /** The batch as a step in the trace of its first record: its log lines carry the trace id, and with tracing on it is a span. */
  private async traced<T>(records: readonly SourceRecord[], work: () => Promise<T>): Promise<T> {
    const [first] = records;
    const attributes = { 'messaging.destination.name': first?.topic ?? '', 'messaging.batch.message_count': records.length };
    const step = startStep(`${this.pipeline.group} batch`, 'consumer', parseTraceparent(first?.headers.traceparent), attributes);
    try {
      const result = await runInTrace(step.trace, work);
      step.end();
      return result;
    } catch (error) {
      step.end(undefined, 'the world refused');
      throw error;
    }
  }

  /**
   * Kafka's committed offset is a hint that can be lost, or ahead of a database that came back without its last commits (a backup, a failover). So
   * after every assignment and every fault: go to where the database stands. @returns whether the batch at hand is not the one to go on with.
   */
  private async realign(owned: Owned, { batch, heartbeat }: EachBatchPayload): Promise<boolean> {
    const next = await this.attempt(owned, () => owned.processor.nextOffset(), heartbeat);
    if (next === undefined) return true;
    owned.aligned = true;
    const first = BigInt(batch.firstOffset() ?? batch.lastOffset());
    if (next > BigInt(batch.highWatermark)) {
      this.options.logger.error(
        { group: this.pipeline.group, topic: batch.topic, partition: batch.partition, position: String(next), end: batch.highWatermark },
        'the log ends before the position: was the topic made anew under an old database?',
      );
    }
    if (next === first || (next > first && next <= BigInt(batch.lastOffset()))) return false;
    this.consumer.seek({ topic: batch.topic, partition: batch.partition, offset: String(next) });
    return true;
  }

  /** @returns undefined after a fault of the world, and a wait that grows with every fault in a row and keeps our place in the group. */
  private async attempt<T>(owned: Owned, work: () => Promise<T>, heartbeat: () => Promise<void>): Promise<T | undefined> {
    try {
      const result = await this.inTurn(owned, work);
      this.refused = undefined;
      owned.waitMs = BACKOFF_FIRST_MS;
      return result;
    } catch (error) {
      this.refuse(error);
    }
    owned.aligned = false;
    for (let slept = 0; slept < owned.waitMs && !this.stopping; slept += 500) {
      await sleep(Math.min(500, owned.waitMs - slept));
      this.aliveAtMs = Date.now();
      await heartbeat();
    }
    owned.waitMs = Math.min(owned.waitMs * 2, BACKOFF_MAX_MS);
    return undefined;
  }

  private async tick(owned: Owned): Promise<void> {
    if (owned.ticking || this.stopping) return;
    owned.ticking = true;
    try {
      while ((await this.inTurn(owned, () => owned.processor.tick())) > 0 && this.isOwned(owned) && !this.stopping);
    } catch (error) {
      this.refuse(error);
    } finally {
      owned.ticking = false;
    }
  }

  private async look(owned: Owned): Promise<void> {
    owned.lookedAtMs = Date.now();
    try {
      await this.inTurn(owned, () => owned.processor.publishOutstanding());
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Work on one partition happens one after the other. */
  private inTurn<T>(owned: Owned, work: () => Promise<T>): Promise<T> {
    const turn = owned.busy.then(work);
    owned.busy = turn.catch(() => undefined);
    return turn;
  }

  private isOwned(owned: Owned): boolean {
    for (const candidate of this.owned.values()) if (candidate === owned) return true;
    return false;
  }

  private refuse(error: unknown): void {
    if (this.stopping) return;
    this.refused ??= { sinceMs: Date.now(), reason: '' };
    this.refused.reason = messageOf(error);
    this.metrics.fault(this.pipeline.group);
    this.options.logger.warn({ group: this.pipeline.group, error: messageOf(error) }, 'the world refuses: will try again');
  }

  private exit(reason: string): void {
    this.options.logger.error({ group: this.pipeline.group, reason }, 'ending the process');
    (this.options.exit ?? process.exit)(1);
  }
}

/** Lets so many through at a time, first come, first served. */
class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next === undefined) this.free++;
      else next();
    }
  }
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
