import { TOPICS } from '@rapport/contracts';
import { createKafka, logger, murmur2Partitioner } from '@rapport/platform';
import type { Kafka, Producer } from 'kafkajs';
import type { ReceivedRecord } from '../domain/received-record.js';

export interface ReceivedLogOptions {
  readonly brokers: readonly string[];
  /** From the begin of a send to its acknowledgement, retries included. */
  readonly sendTimeoutMs: number;
}

/** While the broker is away every attempt is short, so that callers get their 503 soon. */
const RECONNECT_TIMEOUT_MS = 1_500;
/** And not more often than this. */
const RECONNECT_PAUSE_MS = 250;
const log = logger.child({ part: 'received-log' });

/**
 * Appends to `interactions.received.v1`: acks=all, idempotent producer, one send at a time.
 *
 * A producer is used only until its first failed send. When an answer is lost, the broker may have the batch while the client has taken its
 * sequence numbers back; the next batch of the same producer would then look like a repetition of the lost one, and the broker would acknowledge
 * it without keeping it. A new producer has a new id, and its first batch is always new.
 */
export class ReceivedLog {
  private readonly kafka: Kafka;
  private producer: Producer | undefined;
  private downSince: number | undefined;
  private lastAttemptMs = 0;

  constructor(private readonly options: ReceivedLogOptions) {
    const { brokers, sendTimeoutMs } = options;
    this.kafka = createKafka('rapport-gateway', brokers, (level, message) => log.debug({ level, client: message }, 'kafka client'), {
      connectionTimeout: RECONNECT_TIMEOUT_MS,
      requestTimeout: sendTimeoutMs,
      retry: { initialRetryTime: 100, maxRetryTime: 500, factor: 0.2, multiplier: 2, retries: 3 },
    });
  }

  /** Why acceptance does not work, or null. */
  trouble(): string | null {
    return this.downSince === undefined ? null : 'Kafka does not acknowledge';
  }

  /** Connects ahead of the first request. Failing is no fault: the first request tries again. */
  async connect(): Promise<void> {
    await this.connected().catch(() => undefined);
  }

  /** Rejects when not every record was acknowledged; some may have been. */
  async append(records: readonly ReceivedRecord[]): Promise<void> {
    const producer = await this.connected();
    try {
      await within(
        this.options.sendTimeoutMs,
        producer.send({ topic: TOPICS.interactionsReceived.name, acks: -1, messages: records as ReceivedRecord[] }),
      );
      this.downSince = undefined;
    } catch (error) {
      this.discard(producer, error);
      throw error;
    }
  }

  async close(): Promise<void> {
    const { producer } = this;
    this.producer = undefined;
    await producer?.disconnect();
  }

  private async connected(): Promise<Producer> {
    if (this.producer) return this.producer;
    if (this.downSince !== undefined) await pause(this.lastAttemptMs + RECONNECT_PAUSE_MS - performance.now());
    this.lastAttemptMs = performance.now();
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: murmur2Partitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 6 },
    });
    try {
      await within(this.downSince === undefined ? this.options.sendTimeoutMs : RECONNECT_TIMEOUT_MS, producer.connect());
    } catch (error) {
      this.discard(producer, error);
      throw error;
    }
    this.producer = producer;
    return producer;
  }

  private discard(producer: Producer, error: unknown): void {
    this.downSince ??= performance.now();
    this.producer = undefined;
    log.warn({ err: error }, 'a send to Kafka failed; the next one takes a new producer');
    producer.disconnect().catch(() => undefined);
  }
}

/** Rejects after `timeoutMs`; what was begun goes on unattended. */
async function within<T>(timeoutMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no acknowledgement within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const pause = (ms: number): Promise<void> => (ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : Promise.resolve());
