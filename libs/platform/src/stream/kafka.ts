import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import kafkajs, { type Kafka, type KafkaConfig, type Producer } from 'kafkajs';
import snappy from 'kafkajs-snappy';
import { compressFrame, decompressFrame } from 'lz4-napi';
import type { FactLog, OutgoingRecord } from './store.js';

const { CompressionCodecs, CompressionTypes, Kafka: KafkaClient, logLevel, Partitioners } = kafkajs;

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
export function createKafka(clientId: string, brokers: readonly string[], sink: KafkaLogSink = () => undefined, overrides: Partial<KafkaConfig> = {}): Kafka {
  return new KafkaClient({
    clientId,
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 15_000,
    retry: { initialRetryTime: 100, maxRetryTime: 2_000, factor: 0.2, multiplier: 1.6, retries: 12 },
    logLevel: logLevel.WARN,
    logCreator: () => ({ level, log: { message, ...extra } }) =>
      sink(level <= logLevel.ERROR ? 'error' : level === logLevel.WARN ? 'warn' : 'info', message, extra),
    ...overrides,
  });
}

/** One request stays well below the broker's limit for a record batch. */
const PUBLISH_BYTES_MAX = 700_000;

/**
 * Publishes with acks=all through an idempotent producer, in order per partition. After an error the producer is thrown away: kafkajs cannot
 * always go on with its sequence numbers, and the caller publishes everything outstanding again anyway.
 */
export class KafkaFactLog implements FactLog {
  private producer: Promise<Producer> | undefined;

  constructor(private readonly kafka: Kafka) {}

  async publish(records: readonly OutgoingRecord[]): Promise<void> {
    const producer = await this.connected();
    try {
      for (const chunk of chunksOf(records)) await producer.sendBatch({ acks: -1, topicMessages: byTopic(chunk) });
    } catch (error) {
      await this.discard(producer);
      throw error;
    }
  }

  async close(): Promise<void> {
    const producer = this.producer;
    this.producer = undefined;
    await producer?.then((p) => p.disconnect()).catch(() => undefined);
  }

  private connected(): Promise<Producer> {
    this.producer ??= this.connect().catch((error: unknown) => {
      this.producer = undefined;
      throw error;
    });
    return this.producer;
  }

  private async connect(): Promise<Producer> {
    const producer = this.kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      createPartitioner: Partitioners.DefaultPartitioner,
    });
    await producer.connect();
    return producer;
  }

  private async discard(producer: Producer): Promise<void> {
    this.producer = undefined;
    await producer.disconnect().catch(() => undefined);
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
  const topics = new Map<string, { key: string | null; value: Buffer | null; headers: Record<string, string> }[]>();
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic);
    if (messages === undefined) topics.set(topic, [{ key, value, headers: { ...headers } }]);
    else messages.push({ key, value, headers: { ...headers } });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
