import type { Purpose } from '@rapport/contracts';
import { type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import type { Delivery, FrozenMessage } from '../channels/channel.js';
import type { ChannelContents, WrittenChannel } from '../templates/template.js';
import type { NextStep } from './after-attempt.js';

/** A delivery as it was claimed: to be rendered, unless an earlier attempt froze its message. */
export interface Claimed extends Delivery {
  readonly template: string | null;
  readonly content: ChannelContents | null;
  readonly locale: string;
  readonly label: string | null;
  readonly data: Readonly<Record<string, unknown>>;
  readonly customer: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
  readonly rendered: FrozenMessage | null;
  readonly createdAt: Date;
}

export interface Frozen {
  readonly delivery: Claimed;
  readonly message: FrozenMessage;
  readonly provider: string;
  readonly leaseMs: number;
}

/** The end of a delivery, or its way back to the queue. */
export interface Report {
  readonly delivery: Claimed;
  readonly step: NextStep;
}

/**
 * The dispatcher's statements. A delivery belongs to `owner` while its lease runs; every write names the owner, so a process that lost its lease
 * (it stood still, the database was away) changes nothing. Leases are measured by the database's clock, the one that all replicas share.
 */
export class DeliveryStore {
  private readonly sql: Sql;

  constructor(
    private readonly pool: pg.Pool,
    readonly owner: string,
  ) {
    this.sql = sqlOf(pool);
  }

  /** Takes at most `slots` due deliveries of each channel, oldest first, none to the addresses in `except`. */
  async claim(slots: ReadonlyMap<WrittenChannel, number>, except: readonly string[], leaseMs: number): Promise<Claimed[]> {
    const wanted = [...slots].filter(([, count]) => count > 0);
    if (wanted.length === 0) return [];
    const values = [wanted.map(([channel]) => channel), wanted.map(([, count]) => count), except, this.owner, leaseMs];
    return (await this.sql.query<DeliveryRow>('claim-deliveries', CLAIM, values)).map(claimedOf);
  }

  /** Gives back deliveries for which no call was made, for the next claim or not before `afterMs`. */
  async release(deliveries: readonly Claimed[], afterMs = 0): Promise<void> {
    if (deliveries.length > 0) await this.sql.query('release-deliveries', RELEASE, [ids(deliveries), this.owner, afterMs]);
  }

  /**
   * Commits "about to be sent" with the message to the byte. Only what is still queued and ours: a delivery that was cancelled meanwhile is not sent.
   * @returns those that may be sent now.
   */
  async freeze(items: readonly Frozen[]): Promise<Frozen[]> {
    if (items.length === 0) return [];
    const sorted = [...items].sort((a, b) => (a.delivery.id < b.delivery.id ? -1 : 1));
    const values = [
      sorted.map((item) => item.delivery.id),
      sorted.map((item) => JSON.stringify(item.message)),
      sorted.map((item) => item.provider),
      sorted.map((item) => item.leaseMs),
      this.owner,
    ];
    const frozen = new Set((await this.sql.query<{ id: string }>('freeze-deliveries', FREEZE, values)).map((row) => row.id));
    return sorted.filter(({ delivery }) => frozen.has(delivery.id));
  }

  /** Takes over calls whose lease ran out: their process is gone, and nobody knows what came of them. */
  async takeOver(limit: number, leaseMs: number): Promise<Claimed[]> {
    return (await this.sql.query<DeliveryRow>('take-over-deliveries', TAKE_OVER, [limit, this.owner, leaseMs])).map(claimedOf);
  }

  /** Status and outcome in one statement. @returns whether the delivery was still ours. */
  async report({ delivery, step }: Report, at: Date): Promise<boolean> {
    if (step.kind === 'retry') {
      return (await this.sql.query('retry-delivery', RETRY, [delivery.id, this.owner, step.afterMs, step.code, at])).length > 0;
    }
    const values = [
      [delivery.id],
      this.owner,
      step.kind,
      step.kind === 'sent' ? step.providerMessageId : null,
      step.kind === 'sent' ? null : step.code,
      at,
      null,
    ];
    return (await this.sql.query('report-deliveries', REPORT, values)).length > 0;
  }

  /** Marks deliveries of a local channel as sent, and lets `keep` write their messages in the same transaction: both or neither, once. */
  async keep(items: readonly Frozen[], at: Date, keep: (sql: Sql, kept: readonly Frozen[]) => Promise<void>): Promise<Frozen[]> {
    const client = await this.pool.connect();
    try {
      const sql = sqlOf(client);
      await client.query('BEGIN');
      const byId = new Map(items.map((item) => [item.delivery.id, item]));
      const sortedIds = [...byId.keys()].sort();
      const rendered = sortedIds.map((id) => JSON.stringify(byId.get(id)?.message));
      const rows = await sql.query<{ delivery_id: string }>('report-deliveries', REPORT, [
        sortedIds,
        this.owner,
        'sent',
        null,
        null,
        at,
        rendered,
      ]);
      const kept = rows.map((row) => byId.get(row.delivery_id)).filter((item) => item !== undefined);
      if (kept.length > 0) await keep(sql, kept);
      await client.query('COMMIT');
      client.release();
      return kept;
    } catch (error) {
      // the connection goes with its transaction, whatever state it is in
      client.release(true);
      throw error;
    }
  }
}

interface DeliveryRow {
  id: string;
  notification_id: string;
  profile_id: string;
  partition: number;
  channel: WrittenChannel;
  address: string;
  purpose: Purpose;
  template: string | null;
  content: ChannelContents | null;
  locale: string;
  label: string | null;
  data: Record<string, unknown>;
  customer: Record<string, unknown>;
  context: Record<string, unknown>;
  attempt: number;
  idempotency_key: string;
  rendered: FrozenMessage | null;
  expires_at: Date | null;
  created_at: Date;
}

const COLUMNS = [
  'id',
  'notification_id',
  'profile_id',
  'partition',
  'channel',
  'address',
  'purpose',
  'template',
  'content',
  'locale',
  'label',
  'data',
  'customer',
  'context',
  'attempt',
  'idempotency_key',
  'rendered',
  'expires_at',
  'created_at',
]
  .map((column) => `d.${column}`)
  .join(', ');

const CLAIM = `
  WITH wanted AS (SELECT * FROM unnest($1::text[], $2::int[]) AS w (channel, slots)),
  due AS (
    SELECT picked.id FROM wanted CROSS JOIN LATERAL (
      SELECT id FROM deliveries
      WHERE channel = wanted.channel AND status = 'queued' AND not_before <= now() AND (lease_until IS NULL OR lease_until < now()) AND address <> ALL ($3::text[])
      ORDER BY not_before, id LIMIT wanted.slots FOR UPDATE SKIP LOCKED
    ) picked
  )
  UPDATE deliveries d SET lease_owner = $4, lease_until = now() + $5 * interval '1 millisecond' FROM due WHERE d.id = due.id RETURNING ${COLUMNS}`;

const RELEASE = `
  UPDATE deliveries SET status = 'queued', lease_owner = NULL, lease_until = NULL, not_before = GREATEST(not_before, now() + $3 * interval '1 millisecond')
  WHERE id = ANY ($1::uuid[]) AND lease_owner = $2 AND status IN ('queued', 'dispatching')`;

const FREEZE = `
  UPDATE deliveries d SET status = 'dispatching', rendered = f.rendered::json, provider = f.provider, lease_until = now() + f.lease_ms * interval '1 millisecond', updated_at = now()
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::int[]) AS f (id, rendered, provider, lease_ms)
  WHERE d.id = f.id AND d.status = 'queued' AND d.lease_owner = $5 RETURNING d.id`;

const TAKE_OVER = `
  WITH expired AS (
    SELECT id FROM deliveries WHERE status = 'dispatching' AND lease_until < now() ORDER BY lease_until LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE deliveries d SET lease_owner = $2, lease_until = now() + $3 * interval '1 millisecond' FROM expired WHERE d.id = expired.id RETURNING ${COLUMNS}`;

const RETRY = `
  UPDATE deliveries SET status = 'queued', attempt = attempt + 1, not_before = now() + $3 * interval '1 millisecond', reason = $4, lease_owner = NULL, lease_until = NULL, updated_at = $5
  WHERE id = $1 AND lease_owner = $2 AND status = 'dispatching' RETURNING id`;

const REPORT = `
  WITH ended AS (
    UPDATE deliveries d SET status = $3, provider_message_id = $4, reason = $5, rendered = coalesce(m.rendered::json, d.rendered), lease_owner = NULL, lease_until = NULL, updated_at = $6
    FROM unnest($1::uuid[], $7::text[]) AS m (id, rendered)
    WHERE d.id = m.id AND d.lease_owner = $2 AND d.status IN ('queued', 'dispatching') RETURNING d.id, d.partition
  )
  INSERT INTO delivery_outcomes (delivery_id, partition, status, provider_message_id, reason, retryable, at)
  SELECT id, partition, $3, $4, $5, false, $6 FROM ended ORDER BY id RETURNING delivery_id`;

function claimedOf(row: DeliveryRow): Claimed {
  const { id, partition, channel, address, purpose, template, content, locale, label, data, customer, context, attempt, rendered } = row;
  return {
    id,
    partition,
    channel,
    address,
    purpose,
    template,
    content,
    locale,
    label,
    data,
    customer,
    context,
    attempt,
    rendered,
    notificationId: row.notification_id,
    profileId: row.profile_id,
    idempotencyKey: row.idempotency_key,
    expiresAt: row.expires_at,
    createdAt: row.created_at,
  };
}

const ids = (deliveries: readonly Claimed[]): string[] => deliveries.map(({ id }) => id).sort();
