import { randomUUID } from 'node:crypto';
import { createKafka, logger, messageOf, type SourceRecord } from '@rapport/platform';
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { LiveLog, type LiveSink } from '../pipeline/live-log.js';
import { LIVE_TOPICS } from './decode-live-fact.js';

export interface KafkaLiveLogOptions {
  readonly brokers: readonly string[];
  /** Of one partition, at the beginning; of older ones nothing is known. */
  readonly readBackRecordsMax: number;
}

type Offsets = Record<string, number[]>;
type FetchedMessage = KafkaMessage & { asSource(topic: string, partition: number): SourceRecord };

const GROUP_PREFIX = 'gateway.live.';
const LETTER_OF = new Map(Object.entries(LIVE_TOPICS).map(([letter, { name }]) => [name, letter]));
const TOPIC_NAMES = [...LETTER_OF.keys()];
const log = logger.child({ part: 'live-log' });

/**
 * All partitions of the live view's topics. The client can only read as a member of a group: each reading has a group of its own with one member, which
 * commits nothing, is told by `seek` where to read, and is gone with the reading (the broker forgets a group without members and offsets by itself).
 */
export class KafkaLiveLog extends LiveLog {
  private readonly kafka: Kafka;

  constructor(private readonly options: KafkaLiveLogOptions) {
    super();
    this.kafka = createKafka('rapport-gateway-live', options.brokers, (level, message) =>
      log.debug({ level, client: message }, 'kafka client'),
    );
  }

  async follow(sinceMs: number, sink: LiveSink, lost: (reason: string) => void): Promise<() => Promise<void>> {
    const { start, end } = await this.bounds(sinceMs);
    const groupId = `${GROUP_PREFIX}${randomUUID()}`;
    const consumer = this.kafka.consumer({
      groupId,
      sessionTimeout: 30_000,
      maxWaitTimeInMs: 250,
      maxBytes: 8 * 1024 * 1024,
      maxBytesPerPartition: 1024 * 1024,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 1.5, retries: 8, restartOnFailure: async () => false },
    });
    const reading = new Reading(consumer, structuredClone(start), sink, lost);
    try {
      await reading.run(start, end);
    } catch (error) {
      await this.leave(consumer, groupId);
      throw error;
    }
    return () => {
      reading.stop();
      return this.leave(consumer, groupId);
    };
  }

  private async bounds(sinceMs: number): Promise<{ start: Offsets; end: Offsets }> {
    const admin = this.kafka.admin();
    await admin.connect();
    try {
      const start: Offsets = {};
      const end: Offsets = {};
      for (const [name, letter] of LETTER_OF) {
        end[letter] = byPartition((await admin.fetchTopicOffsets(name)).map(({ partition, high }) => ({ partition, offset: high })));
        const since = byPartition(await admin.fetchTopicOffsetsByTimestamp(name, sinceMs));
        start[letter] = since.map((offset, partition) =>
          Math.max(offset, (end[letter]?.[partition] ?? 0) - this.options.readBackRecordsMax),
        );
      }
      return { start, end };
    } finally {
      await admin.disconnect();
    }
  }

  private async leave(consumer: Consumer, groupId: string): Promise<void> {
    await consumer.disconnect().catch(() => undefined);
    const admin: Admin = this.kafka.admin();
    try {
      await admin.connect();
      await admin.deleteGroups([groupId]);
    } catch (error) {
      log.debug({ error: messageOf(error) }, 'the group of a reading is left to the broker');
    } finally {
      await admin.disconnect().catch(() => undefined);
    }
  }
}

/** One member that reads everything, and knows for each partition what comes next. */
class Reading {
  private stopped = false;

  constructor(
    private readonly consumer: Consumer,
    private readonly next: Readonly<Offsets>,
    private readonly sink: LiveSink,
    private readonly lost: (reason: string) => void,
  ) {}

  async run(start: Offsets, end: Offsets): Promise<void> {
    const { GROUP_JOIN, CRASH } = this.consumer.events;
    // the group remembers nothing: after every joining the client would go on at the log's end
    this.consumer.on(GROUP_JOIN, () => this.seekAll());
    this.consumer.on(CRASH, ({ payload }) => this.fail(messageOf(payload.error)));
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: TOPIC_NAMES });
    this.sink.begin(start, end);
    await this.consumer.run({ autoCommit: false, eachBatchAutoResolve: false, eachBatch: (payload) => this.batch(payload) });
  }

  stop(): void {
    this.stopped = true;
  }

  private fail(reason: string): void {
    if (!this.stopped) this.lost(reason);
    this.stopped = true;
  }

  private seekAll(): void {
    for (const [topic, letter] of LETTER_OF)
      for (const [partition, offset] of (this.next[letter] ?? []).entries())
        this.consumer.seek({ topic, partition, offset: String(offset) });
  }

  /** Must not throw: some errors would end the client without a word. */
  private async batch({ batch, resolveOffset, heartbeat, isStale, isRunning }: EachBatchPayload): Promise<void> {
    const { topic: name, partition } = batch;
    const topic = LETTER_OF.get(name) as string;
    const next = this.next[topic] as number[];
    if (this.stopped || isStale() || !isRunning()) return;
    const from = Number((batch as unknown as { fetchedOffset: string }).fetchedOffset);
    // retention, or a topic made anew: what lies between cannot be told any more
    if (next[partition] === undefined || from > (next[partition] as number)) return this.fail(`a gap in ${name}`);
    try {
      const records = (batch.messages as FetchedMessage[]).map((message) => message.asSource(name, partition));
      const nextOffset = Number(batch.lastOffset()) + 1;
      await this.sink.take({ topic, partition, records, nextOffset });
      next[partition] = nextOffset;
      resolveOffset(batch.lastOffset());
    } catch (error) {
      return this.fail(messageOf(error));
    }
    await heartbeat();
  }
}

const byPartition = (list: readonly { partition: number; offset: string }[]): number[] =>
  [...list].sort((a, b) => a.partition - b.partition).map(({ offset }) => Number(offset));
