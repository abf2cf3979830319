import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka } from '@rapport/platform';
import type { Consumer } from 'kafkajs';
import { parse } from 'yaml';

export interface SeenRecord {
  readonly topic: string;
  readonly key: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined for a tombstone. */
  readonly text: string | undefined;
  readonly publishedMs: number;
}

/** `docs/api/asyncapi.yaml`, as a data team would read it. */
export const ASYNCAPI = parse(readFileSync(new URL('../../../docs/api/asyncapi.yaml', import.meta.url), 'utf8'));
export const ADDRESSES: string[] = Object.values<{ address: string }>(ASYNCAPI.channels).map(({ address }) => address);

/** Reads every topic that is described, from its beginning, as somebody does who has nothing but a Kafka client and the description. */
export class Topics {
  readonly records: SeenRecord[] = [];

  private constructor(private readonly consumer: Consumer) {}

  static async follow(brokers: string[]): Promise<Topics> {
    const consumer = createKafka('data-team', brokers).consumer({ groupId: `data-team-${Date.now()}`, maxWaitTimeInMs: 100 });
    const topics = new Topics(consumer);
    await consumer.connect();
    await consumer.subscribe({ topics: ADDRESSES, fromBeginning: true });
    await consumer.run({
      eachMessage: async ({ topic, message: { key, value, headers, timestamp } }) => {
        const texts = Object.entries(headers ?? {}).map(([name, header]) => [name, String(header)]);
        topics.records.push({
          topic,
          key: String(key),
          headers: Object.fromEntries(texts),
          text: value === null ? undefined : value.toString(),
          publishedMs: Number(timestamp),
        });
      },
    });
    return topics;
  }

  of(topic: string): SeenRecord[] {
    return this.records.filter((record) => record.topic === topic);
  }

  /** Until nothing has come for a while. */
  async quiet(forMs = 1_500): Promise<void> {
    for (let count = -1; count !== this.records.length; ) {
      count = this.records.length;
      await sleep(forMs);
    }
  }

  async stop(): Promise<void> {
    await this.consumer.disconnect();
  }
}
