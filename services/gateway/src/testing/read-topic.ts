import { randomUUID } from 'node:crypto';
import { type InteractionReceived, TOPICS } from '@rapport/contracts';
import { createKafka } from '@rapport/platform';
import type { Consumer } from 'kafkajs';

export interface SeenRecord {
  readonly key: string;
  readonly partition: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly value: InteractionReceived;
}

/** Follows `interactions.received.v1` from its beginning. */
export class TopicReader {
  readonly records: SeenRecord[] = [];

  private constructor(private readonly consumer: Consumer) {}

  static async start(brokers: readonly string[]): Promise<TopicReader> {
    const consumer = createKafka('test-reader', brokers).consumer({ groupId: `test-${randomUUID()}`, maxWaitTimeInMs: 50 });
    const reader = new TopicReader(consumer);
    await consumer.connect();
    await consumer.subscribe({ topic: TOPICS.interactionsReceived.name, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ partition, message }) => {
        const headers = Object.fromEntries(Object.entries(message.headers ?? {}).map(([name, value]) => [name, String(value)]));
        reader.records.push({
          key: String(message.key),
          partition,
          headers,
          value: JSON.parse(String(message.value)) as InteractionReceived,
        });
      },
    });
    return reader;
  }

  /** The records for which `matches`, once there are `count` of them. @throws after 30 s */
  async wait(count: number, matches: (record: SeenRecord) => boolean): Promise<SeenRecord[]> {
    for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
      const found = this.records.filter(matches);
      if (found.length >= count) return found;
    }
    throw new Error(`waited for ${count} records, saw ${this.records.filter(matches).length}`);
  }

  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }
}
