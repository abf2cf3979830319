import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { createKafka, createTopics, StreamTables } from '@rapport/platform';
import { createTestDatabase, type TestDatabase, testKafkaBrokers } from '@rapport/testkit';
import type { Kafka } from 'kafkajs';
import type { MigrationInterface, QueryRunner } from 'typeorm';

class KernelTestTables implements MigrationInterface {
  readonly name = 'KernelTestTables1700000000001';

  async up(queryRunner: QueryRunner): Promise<void> {
    // No unique constraint: an effect that happens twice must show.
    await queryRunner.query('CREATE TABLE effects (id bigserial PRIMARY KEY, consumer text NOT NULL, value text NOT NULL)');
    await queryRunner.query(
      'CREATE TABLE due (consumer text NOT NULL, partition integer NOT NULL, key text NOT NULL, value text NOT NULL)',
    );
  }

  async down(): Promise<void> {}
}

export interface Output {
  readonly value: string;
  readonly key: string;
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Polls until `probe` gives something. @throws after `timeoutMs`, with what was last seen. */
export async function until<T>(what: string, probe: () => Promise<T | undefined | false>, timeoutMs = 60_000): Promise<T> {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await sleep(100);
  }
}

/** The database and the log of the kernel tests, shared by many small groups. */
export class KernelWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly kafka: Kafka,
    private readonly brokers: string[],
  ) {}

  /** @param adminUrl another PostgreSQL than the test run's. */
  static async open(adminUrl?: string): Promise<KernelWorld> {
    const database = await createTestDatabase({ service: 'interactions', migrations: [StreamTables, KernelTestTables], adminUrl });
    return new KernelWorld(database, createKafka('kernel-test', testKafkaBrokers()), testKafkaBrokers());
  }

  async close(): Promise<void> {
    await this.database.drop();
  }

  async group(name: string, partitions: number): Promise<KernelGroup> {
    const suffix = randomBytes(4).toString('hex');
    const group = new KernelGroup(this, `${name}.k${suffix}`, this.brokers);
    const admin = this.kafka.admin();
    await admin.connect();
    const topics = [group.inTopic, group.outTopic, `${group.name}.dlq`];
    await createTopics(
      admin,
      topics.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: 1 })),
    );
    await admin.disconnect();
    return group;
  }
}

/** One consumer group with its own topics, and the processes that run it. */
export class KernelGroup {
  readonly inTopic: string;
  readonly outTopic: string;
  readonly children = new Set<ChildProcess>();

  constructor(
    private readonly world: KernelWorld,
    readonly name: string,
    private readonly brokers: string[],
  ) {
    this.inTopic = `${name}.in`;
    this.outTopic = `${name}.out`;
  }

  start(env: Record<string, string> = {}): ChildProcess {
    const child = fork(fileURLToPath(new URL('./child.mjs', import.meta.url)), {
      env: {
        PATH: process.env.PATH,
        DATABASE_URL: this.world.database.url,
        KAFKA_BROKERS: this.brokers.join(','),
        GROUP: this.name,
        IN_TOPIC: this.inTopic,
        OUT_TOPIC: this.outTopic,
        ...env,
      } as NodeJS.ProcessEnv,
    });
    this.children.add(child);
    child.once('exit', () => this.children.delete(child));
    return child;
  }

  async stopAll(): Promise<void> {
    await Promise.all(
      [...this.children].map(async (child) => {
        const gone = new Promise((resolve) => child.once('exit', resolve));
        child.kill('SIGTERM');
        const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
        await gone;
        clearTimeout(timer);
      }),
    );
  }

  async produce(values: readonly { key: string; value: Buffer }[]): Promise<void> {
    const producer = this.world.kafka.producer({ idempotent: true });
    await producer.connect();
    await producer.send({ topic: this.inTopic, acks: -1, messages: [...values] });
    await producer.disconnect();
  }

  async effects(): Promise<string[]> {
    const { rows } = await this.world.database.pool.query<{ value: string }>('SELECT value FROM effects WHERE consumer = $1 ORDER BY id', [
      this.name,
    ]);
    return rows.map((row) => row.value);
  }

  async outboxRows(): Promise<number> {
    const { rows } = await this.world.database.pool.query<{ n: number }>(
      'SELECT count(*)::int AS n FROM stream_outbox WHERE consumer = $1',
      [this.name],
    );
    return rows[0]?.n ?? 0;
  }

  /** What a reader that honours the origin marks sees in a topic, per partition in order; and how many records lay there in all. */
  async read(topic: string): Promise<{ seen: Output[][]; reasons: string[]; records: number }> {
    const admin = this.world.kafka.admin();
    await admin.connect();
    const ends = await admin.fetchTopicOffsets(topic);
    await admin.disconnect();
    const total = ends.reduce((sum, end) => sum + Number(end.high), 0);
    const seen: Output[][] = ends.map(() => []);
    const reasons: string[] = [];
    if (total === 0) return { seen, reasons, records: 0 };
    const marks = new Map<string, bigint>();
    const consumer = this.world.kafka.consumer({ groupId: `reader-${randomBytes(4).toString('hex')}`, maxWaitTimeInMs: 50 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    let records = 0;
    await new Promise<void>((resolve, reject) => {
      consumer
        .run({
          eachMessage: async ({ partition, message }) => {
            records++;
            const origin = `${partition} ${message.headers?.origin}`;
            const sequence = BigInt(String(message.headers?.['origin-seq']));
            if (sequence > (marks.get(origin) ?? 0n)) {
              marks.set(origin, sequence);
              if (message.headers?.['dlq-reason']) reasons.push(String(message.headers['dlq-reason']));
              else seen[partition]?.push({ value: JSON.parse(String(message.value)).value, key: String(message.key) });
            }
            if (records === total) resolve();
          },
        })
        .catch(reject);
    });
    await consumer.disconnect();
    return { seen, reasons, records };
  }
}
