import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type pg from 'pg';
import { v7 as uuidv7 } from 'uuid';
import { PG_POOL } from '../postgres/pool.js';
import { logger } from '../telemetry/logger.js';

const KEPT_HOURS = 24;
/** A request that has run for so long without an answer was lost with its process: the next one with its key may run. */
const LEASE_SECONDS = 60;
const SWEEP_INTERVAL_MS = 10 * 60_000;
const SWEEP_ROWS_MAX = 10_000;

export interface IdempotentRequest {
  /** Whose key it is: keys of two callers are two keys. */
  readonly scope: string;
  readonly key: string;
  /** SHA-256 of what was asked. */
  readonly fingerprint: Buffer;
}

export type Begun =
  | { readonly kind: 'run'; readonly operationId: string }
  | { readonly kind: 'replay'; readonly status: number; readonly answer: string | null }
  | { readonly kind: 'in_flight' }
  | { readonly kind: 'different' };

/** What was asked under an Idempotency-Key, and what was answered (table `idempotency_keys`, see {@link IdempotencyTable}). */
@Injectable()
export class IdempotencyStore implements OnApplicationShutdown {
  private found: pg.Pool | undefined;
  private sweeper: NodeJS.Timeout | undefined;

  constructor(private readonly modules: ModuleRef) {}

  /** Claims the key for this request, in one statement, so that of two at the same moment one runs. */
  async begin({ scope, key, fingerprint }: IdempotentRequest): Promise<Begun> {
    const claimed = await this.pool.query<{ operation_id: string }>({
      name: 'idempotency-claim',
      text: CLAIM,
      values: [scope, key, fingerprint, uuidv7()],
    });
    if (claimed.rows[0]) return { kind: 'run', operationId: claimed.rows[0].operation_id };
    const { rows } = await this.pool.query<{ same: boolean; status: number | null; answer: string | null }>({
      name: 'idempotency-look',
      text: 'SELECT fingerprint = $3 AS same, status, answer FROM idempotency_keys WHERE scope = $1 AND key = $2',
      values: [scope, key, fingerprint],
    });
    const row = rows[0];
    if (!row) return { kind: 'in_flight' };
    if (!row.same) return { kind: 'different' };
    return row.status === null ? { kind: 'in_flight' } : { kind: 'replay', status: row.status, answer: row.answer };
  }

  /** Keeps the answer, for every repetition in the next 24 hours. */
  async complete({ scope, key }: IdempotentRequest, operationId: string, status: number, answer: string | null): Promise<void> {
    await this.pool.query({
      name: 'idempotency-complete',
      text: 'UPDATE idempotency_keys SET status = $4, answer = $5 WHERE scope = $1 AND key = $2 AND operation_id = $3',
      values: [scope, key, operationId, status, answer],
    });
  }

  /** It was refused and nothing happened: the caller may use the key again, for a corrected request. */
  async forget({ scope, key }: IdempotentRequest, operationId: string): Promise<void> {
    await this.pool.query({
      name: 'idempotency-forget',
      text: 'DELETE FROM idempotency_keys WHERE scope = $1 AND key = $2 AND operation_id = $3 AND status IS NULL',
      values: [scope, key, operationId],
    });
  }

  /** It failed, and nobody knows how far it came: the same request may run again, with the same operation id. */
  async release({ scope, key }: IdempotentRequest, operationId: string): Promise<void> {
    await this.pool.query({
      name: 'idempotency-release',
      text: 'UPDATE idempotency_keys SET lease_until = now() WHERE scope = $1 AND key = $2 AND operation_id = $3 AND status IS NULL',
      values: [scope, key, operationId],
    });
  }

  onApplicationShutdown(): void {
    clearInterval(this.sweeper);
  }

  /** Looked up late: services without a database have the chassis, too. */
  private get pool(): pg.Pool {
    if (!this.found) {
      this.found = this.modules.get<pg.Pool>(PG_POOL, { strict: false });
      this.sweeper = setInterval(() => void this.sweep(), SWEEP_INTERVAL_MS).unref();
    }
    return this.found;
  }

  private async sweep(): Promise<void> {
    try {
      await this.pool.query(SWEEP, [SWEEP_ROWS_MAX]);
    } catch (error) {
      logger.warn({ err: error }, 'idempotency keys were not swept');
    }
  }
}

/** A key is free when it is unknown or expired; a lost request's key goes on with the operation id that it had. */
const CLAIM = `
  INSERT INTO idempotency_keys AS k (scope, key, fingerprint, operation_id, lease_until, expires_at)
  VALUES ($1, $2, $3, $4, now() + interval '${LEASE_SECONDS} seconds', now() + interval '${KEPT_HOURS} hours')
  ON CONFLICT (scope, key) DO UPDATE SET
    operation_id = CASE WHEN k.expires_at <= now() THEN EXCLUDED.operation_id ELSE k.operation_id END,
    fingerprint = EXCLUDED.fingerprint, status = NULL, answer = NULL, lease_until = EXCLUDED.lease_until, expires_at = EXCLUDED.expires_at
  WHERE k.expires_at <= now() OR (k.status IS NULL AND k.lease_until <= now() AND k.fingerprint = EXCLUDED.fingerprint)
  RETURNING operation_id`;

const SWEEP = `
  DELETE FROM idempotency_keys WHERE (scope, key) IN (
    SELECT scope, key FROM idempotency_keys WHERE expires_at <= now() ORDER BY expires_at LIMIT $1 FOR UPDATE SKIP LOCKED)`;
