import { randomUUID } from 'node:crypto';
import type { Purpose } from '@rapport/contracts';
import { createPool, sqlOf } from '@rapport/platform';
import { createTestDatabase, type TestDatabase } from '@rapport/testkit';
import type pg from 'pg';
import type { LocalChannel, RemoteChannel } from '../../channels/channel.js';
import { MIGRATIONS } from '../../persistence/migrations.js';
import { LiquidPool } from '../../templates/liquid-pool.js';
import type { ChannelContents, WrittenChannel } from '../../templates/template.js';
import { TemplateStore } from '../../templates/template-store.js';
import { DeliveryStore } from '../delivery-store.js';
import { Dispatcher } from '../dispatcher.js';
import { ProviderHealth } from '../provider-health.js';

const DISPATCHER = 'dispatchers';
export const LINK_SECRET = 'a secret for links in tests';
export const PUBLIC_URL = 'https://rapport.example';

export interface QueuedDelivery {
  readonly channel: WrittenChannel;
  readonly address: string;
  readonly purpose?: Purpose;
  readonly content?: ChannelContents;
  readonly template?: string;
  readonly locale?: string;
  readonly data?: Record<string, unknown>;
  readonly profileId?: string;
  readonly expiresAt?: Date;
}

export interface Outcome {
  readonly delivery_id: string;
  readonly status: string;
  readonly provider_message_id: string | null;
  readonly reason: string | null;
}

/** A real database with the service's tables, and dispatchers on it as replicas would be. */
export class DispatchWorld {
  readonly templates: TemplateStore;
  /** The dispatchers' own connections, which a test may cut. */
  private readonly pool: pg.Pool;
  readonly liquid = new LiquidPool();
  private readonly dispatchers: Dispatcher[] = [];

  private constructor(readonly database: TestDatabase) {
    this.pool = createPool({ databaseUrl: database.url, name: DISPATCHER });
    this.templates = new TemplateStore(database.pool);
  }

  static async open(): Promise<DispatchWorld> {
    return new DispatchWorld(await createTestDatabase({ service: 'notifications', migrations: MIGRATIONS }));
  }

  async close(): Promise<void> {
    await this.stopDispatchers();
    await this.liquid.close();
    await this.pool.end();
    await this.database.drop();
  }

  dispatcher(
    channels: { remote?: RemoteChannel[]; local?: LocalChannel[] },
    options: { leaseMarginMs?: number; owner?: string } = {},
  ): Dispatcher {
    const { templates, liquid, pool } = this;
    const dispatcher = new Dispatcher({
      store: new DeliveryStore(pool, options.owner ?? randomUUID()),
      health: new ProviderHealth(sqlOf(pool)),
      prepare: { templates, liquid, publicUrl: PUBLIC_URL, linkSecret: LINK_SECRET },
      remote: channels.remote ?? [],
      local: channels.local ?? [],
      pollMs: 10,
      leaseMarginMs: options.leaseMarginMs ?? 2_000,
    });
    this.dispatchers.push(dispatcher);
    return dispatcher;
  }

  async stopDispatchers(): Promise<void> {
    await Promise.all(this.dispatchers.splice(0).map((dispatcher) => dispatcher.stop()));
  }

  /** As the decision would. @returns the delivery's id. */
  async queue(delivery: QueuedDelivery): Promise<string> {
    return (await this.queueAll([delivery]))[0] as string;
  }

  async queueAll(deliveries: readonly QueuedDelivery[]): Promise<string[]> {
    const rows = deliveries.map(
      ({ channel, address, purpose = 'service', content, template, locale = 'vi', data = {}, profileId = randomUUID(), expiresAt }) => ({
        id: randomUUID(),
        channel,
        address,
        purpose,
        content,
        template,
        locale,
        data,
        profile_id: profileId,
        expires_at: expiresAt,
      }),
    );
    await this.database.pool.query(
      `INSERT INTO deliveries (id, notification_id, profile_id, partition, channel, address, purpose, template, content, locale, data, status, not_before, expires_at, idempotency_key, created_at, updated_at)
       SELECT id, gen_random_uuid(), profile_id, 0, channel, address, purpose, template, content, locale, data, 'queued', now(), expires_at, id::text, now(), now()
       FROM json_to_recordset($1::json) AS d (id uuid, profile_id uuid, channel text, address text, purpose text, template text, content json, locale text, data json, expires_at timestamptz)`,
      [JSON.stringify(rows)],
    );
    return rows.map(({ id }) => id);
  }

  async outcomes(): Promise<Outcome[]> {
    return (
      await this.database.pool.query<Outcome>('SELECT delivery_id, status, provider_message_id, reason FROM delivery_outcomes ORDER BY id')
    ).rows;
  }

  async outcomeOf(id: string): Promise<Outcome> {
    return until(`an outcome of ${id}`, async () => (await this.outcomes()).find((outcome) => outcome.delivery_id === id));
  }

  async delivery(id: string): Promise<Record<string, unknown>> {
    const { rows } = await this.database.pool.query<Record<string, unknown>>('SELECT * FROM deliveries WHERE id = $1', [id]);
    return rows[0] as Record<string, unknown>;
  }

  /** As when the database restarts. */
  async cutDispatchers(): Promise<void> {
    await this.database.pool.query(
      'SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = current_database()',
      [`rapport-${DISPATCHER}`],
    );
  }

  /** What is waiting for its back-off is due now. */
  async hurry(): Promise<void> {
    await this.database.pool.query(`UPDATE deliveries SET not_before = now() WHERE status = 'queued' AND not_before > now()`);
  }
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks until `probe` gives something. @throws after `timeoutMs` */
export async function until<T>(
  what: string,
  probe: () => Promise<T | undefined | false> | T | undefined | false,
  timeoutMs = 45_000,
): Promise<T> {
  for (const end = Date.now() + timeoutMs; ; await sleep(20)) {
    const found = await probe();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`not within ${timeoutMs} ms: ${what}`);
  }
}
