import { randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createKafka, ensureTopics, KafkaFactLog, type OutgoingRecord } from '@rapport/platform';
import { createTestDatabase, type TestDatabase, testKafkaBrokers } from '@rapport/testkit';
import { createParser } from 'eventsource-parser';
import { MIGRATIONS } from '../persistence/migrations.js';
import { PARTITIONS } from './setup.js';
import { SERVER_KEY, startGateway, type TestGateway } from './start-gateway.js';

export interface LiveSeen {
  readonly id: string;
  readonly event: string;
  readonly data: {
    readonly profileId?: string;
    readonly attempt?: number;
    readonly visitors?: readonly { readonly profileId: string; readonly reason?: string }[];
    readonly [name: string]: unknown;
  };
}

export interface Listening {
  readonly events: LiveSeen[];
  /** The id that a browser would send. */
  lastId(): string;
  /** @throws after 20 s */
  until(holds: (events: readonly LiveSeen[]) => boolean): Promise<void>;
  readonly closed: Promise<void>;
  stop(): void;
}

/** Facts on a real Kafka, gateways that read them, and somebody who knows segments. */
export class LiveWorld {
  readonly memberships: { profileId: string; segmentId: string; name: string; sequence: number }[] = [];
  segmentationStatus = 200;
  private readonly gateways = new Set<TestGateway>();

  private constructor(
    private readonly database: TestDatabase,
    private readonly facts: KafkaFactLog,
    private readonly segmentation: Server,
  ) {}

  static async open(): Promise<LiveWorld> {
    const brokers = testKafkaBrokers();
    const [database] = await Promise.all([
      createTestDatabase({ service: 'gateway', migrations: MIGRATIONS }),
      ensureTopics({ brokers, partitions: PARTITIONS }),
    ]);
    const segmentation = createServer(async (request, response) => {
      let text = '';
      for await (const chunk of request) text += String(chunk);
      const { ids } = JSON.parse(text) as { ids: string[] };
      const data = world.memberships.filter(({ profileId }) => ids.includes(profileId));
      response.writeHead(world.segmentationStatus, { 'content-type': 'application/json' }).end(JSON.stringify({ data }));
    });
    await new Promise<void>((resolve) => void segmentation.listen(0, '127.0.0.1', resolve));
    const world = new LiveWorld(database, new KafkaFactLog(createKafka('test-facts', brokers)), segmentation);
    return world;
  }

  async gateway(env: Record<string, string> = {}): Promise<TestGateway> {
    const { port } = this.segmentation.address() as AddressInfo;
    const gateway = await startGateway({
      databaseUrl: this.database.url,
      brokers: testKafkaBrokers(),
      env: { SEGMENTATION_URL: `http://127.0.0.1:${port}`, ...env },
    });
    this.gateways.add(gateway);
    return gateway;
  }

  async stop(gateway: TestGateway): Promise<void> {
    this.gateways.delete(gateway);
    await gateway.stop();
  }

  publish(...records: readonly OutgoingRecord[]): Promise<void> {
    return this.facts.publish(records);
  }

  async close(): Promise<void> {
    await Promise.all([...this.gateways].map((gateway) => gateway.stop()));
    await this.facts.close();
    this.segmentation.closeAllConnections();
    this.segmentation.close();
    await this.database.drop();
  }
}

export const newId = (): string => randomUUID();

/** Listens as a browser would. */
export async function listen(gateway: TestGateway, query = '', lastId?: string, key = SERVER_KEY): Promise<Listening> {
  const abort = new AbortController();
  const headers = { authorization: `Bearer ${key}`, ...(lastId === undefined ? {} : { 'last-event-id': lastId }) };
  const response = await fetch(`${gateway.url}/v1/live${query}`, { headers, signal: abort.signal });
  if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
  const events: LiveSeen[] = [];
  let last = lastId ?? '';
  const parser = createParser({
    onEvent({ id, event = 'message', data }) {
      last = id ?? last;
      events.push({ id: last, event, data: JSON.parse(data) as LiveSeen['data'] });
    },
  });
  const closed = (async () => {
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
  })().catch(() => undefined);
  return {
    events,
    closed,
    lastId: () => last,
    stop: () => abort.abort(),
    async until(holds) {
      for (const end = Date.now() + 20_000; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 10)))
        if (holds(events)) return;
      throw new Error(`in vain, after ${events.length} events: ${JSON.stringify(events.slice(-3))}`);
    },
  };
}
