import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, sqlOf } from '@rapport/platform';
import type pg from 'pg';

/** Where a webhook goes, without its secret. */
export interface WebhookEndpoint {
  readonly id: string;
  readonly url: string;
  readonly description: string;
  readonly enabled: boolean;
  readonly disabledReason: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** An endpoint with the secrets that sign for it now: the present one first. */
export interface SigningEndpoint {
  readonly id: string;
  readonly url: string;
  readonly enabled: boolean;
  readonly secrets: readonly string[];
}

interface EndpointRow {
  id: string;
  url: string;
  description: string;
  enabled: boolean;
  disabled_reason: string | null;
  created_at: Date;
  updated_at: Date;
}

const COLUMNS = 'id, url, description, enabled, disabled_reason, created_at, updated_at';

@Injectable()
export class EndpointStore {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** @returns the endpoint and its secret: the only time that it is shown. The same id again changes nothing and shows nothing. */
  async create(id: string, url: string, description: string, at: Date): Promise<{ endpoint: WebhookEndpoint; secret: string } | undefined> {
    const secret = newSecret();
    const rows = await this.rows(
      'create-webhook',
      `INSERT INTO webhook_endpoints (id, url, description, secret, created_at, updated_at)
      VALUES ($1, $2, $3, $4, $5, $5) ON CONFLICT DO NOTHING RETURNING ${COLUMNS}`,
      [id, url, description, secret, at],
    );
    return rows[0] && { endpoint: endpointOf(rows[0]), secret };
  }

  async find(id: string): Promise<WebhookEndpoint | undefined> {
    const rows = await this.rows('find-webhook', `SELECT ${COLUMNS} FROM webhook_endpoints WHERE id = $1`, [id]);
    return rows[0] && endpointOf(rows[0]);
  }

  /** By id, as a delivery names it; or by URL, for addresses that are written out. */
  async findForSigning(address: string): Promise<SigningEndpoint | undefined> {
    const rows = await sqlOf(this.pool).query<{ id: string; url: string; enabled: boolean; secrets: string[] }>('sign-webhook', SIGNING, [
      address,
    ]);
    return rows[0];
  }

  /** Newest first. */
  async list(beforeId: string | null, limit: number): Promise<WebhookEndpoint[]> {
    const select = `SELECT ${COLUMNS} FROM webhook_endpoints WHERE $1::uuid IS NULL OR id < $1::uuid ORDER BY id DESC LIMIT $2`;
    return (await this.rows('list-webhooks', select, [beforeId, limit])).map(endpointOf);
  }

  async change(
    id: string,
    change: { url?: string; description?: string; enabled?: boolean; disabledReason?: string },
    at: Date,
  ): Promise<WebhookEndpoint | undefined> {
    const rows = await this.rows(
      'change-webhook',
      `UPDATE webhook_endpoints SET url = coalesce($2, url), description = coalesce($3, description), enabled = coalesce($4, enabled),
      disabled_reason = CASE WHEN coalesce($4, enabled) THEN NULL ELSE coalesce($5, disabled_reason) END, updated_at = $6 WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, change.url ?? null, change.description ?? null, change.enabled ?? null, change.disabledReason ?? null, at],
    );
    return rows[0] && endpointOf(rows[0]);
  }

  /** A new secret; the former one signs along for a day, so that the receiver can change over. @returns the new secret, shown once. */
  async rotate(id: string, at: Date): Promise<{ endpoint: WebhookEndpoint; secret: string } | undefined> {
    const secret = newSecret();
    const rows = await this.rows(
      'rotate-webhook',
      `UPDATE webhook_endpoints SET previous_secret = secret, previous_secret_until = $3::timestamptz + interval '1 day', secret = $2,
      updated_at = $3 WHERE id = $1 RETURNING ${COLUMNS}`,
      [id, secret, at],
    );
    return rows[0] && { endpoint: endpointOf(rows[0]), secret };
  }

  async remove(id: string): Promise<boolean> {
    return (await this.rows('remove-webhook', `DELETE FROM webhook_endpoints WHERE id = $1 RETURNING ${COLUMNS}`, [id])).length > 0;
  }

  private rows(name: string, text: string, values: unknown[]): Promise<EndpointRow[]> {
    return sqlOf(this.pool).query<EndpointRow>(name, text, values);
  }
}

const SIGNING = `
  SELECT id, url, enabled, array_remove(ARRAY[secret, CASE WHEN previous_secret_until > now() THEN previous_secret END], NULL) AS secrets
  FROM webhook_endpoints WHERE id::text = $1 OR url = $1 ORDER BY (id::text = $1) DESC, enabled DESC, id LIMIT 1`;

/** Standard Webhooks: `whsec_` and 24 random bytes. */
function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

function endpointOf(row: EndpointRow): WebhookEndpoint {
  const { id, url, description, enabled } = row;
  return {
    id,
    url,
    description,
    enabled,
    disabledReason: row.disabled_reason,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
