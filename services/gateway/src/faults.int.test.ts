import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ensureTopics } from '@rapport/platform';
import { createTestDatabase, type TestDatabase } from '@rapport/testkit';
// @ts-expect-error the local stack is plain JavaScript
import { startKafka } from '../../../deploy/local/kafka.mjs';
import { MIGRATIONS } from './persistence/migrations.js';
import { TopicReader } from './testing/read-topic.js';
import { PARTITIONS } from './testing/setup.js';
import { SERVER_KEY, startGateway, type TestGateway } from './testing/start-gateway.js';

interface Broker {
  readonly brokers: string;
  kill(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Stands between the gateway and PostgreSQL, and can cut them apart. */
class Cable {
  private readonly open = new Set<Socket>();
  private readonly server: Server;
  private cut = false;

  constructor(target: URL) {
    this.server = createServer((near) => {
      if (this.cut) return void near.destroy();
      const far = connect(Number(target.port), target.hostname);
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.open.add(from);
        const close = (): void => {
          this.open.delete(from);
          to.destroy();
        };
        from.on('error', close).on('close', close).pipe(to);
      }
    });
  }

  /** @returns the URL through the cable */
  async listen(target: URL): Promise<string> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
    const url = new URL(target);
    url.host = `127.0.0.1:${(this.server.address() as { port: number }).port}`;
    return url.toString();
  }

  pull(): void {
    this.cut = true;
    for (const socket of this.open) socket.destroy();
  }

  plug(): void {
    this.cut = false;
  }

  close(): void {
    this.pull();
    this.server.close();
  }
}

/** For what starts a broker: 5 s on a quiet machine, and more than a minute on one that is full. */
const BROKER_STARTS_MS = 240_000;

let dir: string;
let broker: Broker;
let database: TestDatabase;
let cable: Cable;
let gateway: TestGateway;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'gateway-faults-'));
  // one after the other: whatever fails, afterAll finds what was started
  broker = (await startKafka({ dir })) as Broker;
  database = await createTestDatabase({ service: 'gateway', migrations: MIGRATIONS });
  await ensureTopics({ brokers: [broker.brokers], partitions: PARTITIONS });
  cable = new Cable(new URL(database.url));
  gateway = await startGateway({
    databaseUrl: await cable.listen(new URL(database.url)),
    brokers: [broker.brokers],
    env: { KAFKA_SEND_TIMEOUT_MS: '4000', KEY_REFRESH_MS: '100', BUFFER_RECORDS_MAX: '200' },
  });
  await waitFor(async () => (await track('ready')).status === 200); // a fresh broker still elects leaders
}, BROKER_STARTS_MS);

afterAll(async () => {
  await gateway?.stop();
  cable?.close();
  await broker?.stop();
  await database?.drop();
  if (dir) rmSync(dir, { recursive: true, force: true });
});

let made = 0;
const track = (userId: string, messageId = `fault-${++made}`) => gateway.post('/v1/track', { userId, event: 'A', messageId });
const ready = async () => (await fetch(`${gateway.url}/health/ready`)).status;

describe('faults', () => {
  it('PostgreSQL away: goes on accepting with the keys that it knows, and says which door needs it', async () => {
    cable.pull();
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect((await track('pg-away')).status).toBe(200);
    expect(await ready()).toBe(200);
    const keys = await gateway.request('GET', '/v1/keys', undefined, { authorization: `Bearer ${SERVER_KEY}` });
    expect([keys.status, keys.headers.get('retry-after'), await keys.json()]).toMatchObject([
      503,
      '2',
      { code: 'GATEWAY_DATABASE_UNAVAILABLE' },
    ]);
    cable.plug();
  }, 30_000);

  it(
    'Kafka killed: 503 with Retry-After; back: accepts again without a restart, and has everything that it acknowledged, once',
    async () => {
      const acknowledged = new Set<string>();
      const statuses = new Map<number, number>();
      let running = true;
      const client = async (name: string): Promise<void> => {
        for (let index = 0; running; index++) {
          const messageId = `${name}-${index}`;
          const response = await track(name, messageId);
          statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1);
          if (response.status === 200) acknowledged.add(messageId);
          else
            expect([response.status, response.headers.get('retry-after'), (await response.json()) as object]).toMatchObject([
              503,
              '2',
              { code: 'GATEWAY_KAFKA_UNAVAILABLE' },
            ]);
        }
      };
      const clients = ['kill-a', 'kill-b', 'kill-c'].map(client);
      try {
        await new Promise((resolve) => setTimeout(resolve, 500));
        await broker.kill('SIGKILL');
        await waitFor(() => (statuses.get(503) ?? 0) >= 3);
        expect(await ready()).toBe(503);
        await broker.start();
        const before = acknowledged.size;
        await waitFor(() => acknowledged.size > before + 30);
        expect(await ready()).toBe(200);
      } finally {
        running = false;
        await Promise.all(clients);
      }

      const topic = await TopicReader.start([broker.brokers]);
      const seen = await topic.wait(acknowledged.size, ({ value }) => acknowledged.has(value.messageId));
      await topic.stop();
      const times = new Map<string, number>();
      for (const { value } of seen) times.set(value.messageId, (times.get(value.messageId) ?? 0) + 1);
      expect([...acknowledged].filter((messageId) => times.get(messageId) !== 1)).toEqual([]);
    },
    BROKER_STARTS_MS,
  );

  it(
    'the buffer has a limit: beyond it the answer is 503 at once, and nothing of the request is kept',
    async () => {
      await broker.kill('SIGKILL');
      const batch = (size: number) =>
        gateway.post('/v1/batch', { batch: Array.from({ length: size }, () => ({ type: 'track', userId: 'full', event: 'A' })) });
      const waiting = batch(150);
      await new Promise((resolve) => setTimeout(resolve, 30));
      const refused = await batch(100);
      expect([refused.status, refused.headers.get('retry-after'), await refused.json()]).toMatchObject([
        503,
        '1',
        { code: 'GATEWAY_BUSY' },
      ]);
      expect((await waiting).status).toBe(503);
      await broker.start();
      await waitFor(async () => (await track('full-over')).status === 200);
    },
    BROKER_STARTS_MS,
  );
});

async function waitFor(holds: () => boolean | Promise<boolean>, timeoutMs = 90_000): Promise<void> {
  for (const until = Date.now() + timeoutMs; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 50)))
    if (Date.now() > until) throw new Error(`not within ${timeoutMs} ms`);
}
