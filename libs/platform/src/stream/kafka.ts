import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { IHeaders, Kafka, KafkaConfig, Producer } from 'kafkajs';
import snappy from 'kafkajs-snappy';
import { compressFrame, decompressFrame } from 'lz4-napi';
import { kafkajs } from './kafkajs.js';
import { murmur2Partitioner } from './partition-of.js';
import type { FactLog, OutgoingRecord } from './store.js';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel } = kafkajs;

// A foreign producer's batch in a codec that the client does not know would end the consumer for good.
CompressionCodecs[CompressionTypes.Snappy] = snappy as never;
CompressionCodecs[CompressionTypes.LZ4] = () => ({
  compress: (encoder: { buffer: Buffer }) => compressFrame(encoder.buffer),
  decompress: (buffer: Buffer) => decompressFrame(buffer),
});
CompressionCodecs[CompressionTypes.ZSTD] = () => ({
  compress: async (encoder: { buffer: Buffer }) => zstdCompressSync(encoder.buffer),
  decompress: async (buffer: Buffer) => zstdDecompressSync(buffer),
});

export type KafkaLogSink = (level: 'error' | 'warn' | 'info', message: string, extra: Record<string, unknown>) => void;

/** A client with explicit time limits and retries (kafkajs has others under NODE_ENV=test). */
export function createKafka(
  clientId: string,
  brokers: readonly string[],
  sink: KafkaLogSink = () => undefined,
  overrides: Partial<KafkaConfig> = {},
): Kafka {
  return new KafkaClient({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 1.6, retries: 12 },
    logLevel: logLevel.WARN,
    logCreator:
      () =>
      ({ level, log: { message, ...extra } }) =>
        sink(level <= logLevel.ERROR ? 'error' : level === logLevel.WARN ? 'warn' : 'info', message, extra),
    ...overrides,
  });
}

/** One request stays well below the broker's limit for a record batch. */
const PUBLISH_BYTES_MAX = 700_000;

interface Waiting {
  readonly records: readonly OutgoingRecord[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Publishes with acks=all through an idempotent producer, in order per partition, one send at a time: what is given meanwhile goes out together in
 * the next one.
 *
 * A producer is used only until its first failed send. When an answer is lost, the broker may have the batch while the client has taken its
 * sequence numbers back; the next batch of the same producer would look like a repetition of the lost one, and the broker would acknowledge it
 * without keeping it. So no second send may be under way beside one that can fail, and after a failure a new producer, with a new id, goes on.
 */
export class KafkaFactLog implements FactLog {
  private producer: Producer | undefined;
  private waiting: Waiting[] = [];
  private pumping: Promise<void> | undefined;

  constructor(private readonly kafka: Kafka) {}

  publish(records: readonly OutgoingRecord[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.waiting.push({ records, resolve, reject });
      this.pumping ??= this.pump().finally(() => void (this.pumping = undefined));
    });
  }

  async close(): Promise<void> {
    await this.pumping;
    await this.producer?.disconnect().catch(() => undefined);
    this.producer = undefined;
  }

  private async pump(): Promise<void> {
    while (this.waiting.length > 0) {
      const gathered = this.waiting;
      this.waiting = [];
      try {
        await this.send(gathered.flatMap(({ records }) => records));
        for (const { resolve } of gathered) resolve();
      } catch (error) {
        for (const { reject } of gathered) reject(error);
      }
    }
  }

  private async send(records: readonly OutgoingRecord[]): Promise<void> {
    try {
      this.producer ??= await this.connect();
      for (const chunk of chunksOf(records)) await this.producer.sendBatch({ acks: -1, topicMessages: byTopic(chunk) });
    } catch (error) {
      void this.producer?.disconnect().catch(() => undefined);
      this.producer = undefined;
      throw error;
    }
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: murmur2Partitioner,
      retry: { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2, retries: 6 },
    });
    await producer.connect();
    return producer;
  }
}

/** In order, each at most {@link PUBLISH_BYTES_MAX} (or one record). */
export function* chunksOf(records: readonly OutgoingRecord[]): Generator<OutgoingRecord[]> {
  let chunk: OutgoingRecord[] = [];
  let bytes = 0;
  for (const record of records) {
    const size = (record.value?.length ?? 0) + 600;
    if (chunk.length > 0 && bytes + size > PUBLISH_BYTES_MAX) {
      yield chunk;
      chunk = [];
      bytes = 0;
    }
    chunk.push(record);
    bytes += size;
  }
  if (chunk.length > 0) yield chunk;
}

function byTopic(records: readonly OutgoingRecord[]) {
  const topics = new Map<string, { key: string | null; value: Buffer | null; headers: IHeaders }[]>();
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, [{ key, value, headers: headers as IHeaders }]);
    else messages.push({ key, value, headers: headers as IHeaders });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
