import { Inject, Injectable, type OnApplicationShutdown } from '@nestjs/common';
import type pg from 'pg';
import type { ApiKey, KeyKind, Scope } from '../domain/api-key.js';
import { KeyStore, type ListedKey } from '../pipeline/key-store.js';

/** Not PG_POOL: the gateway is ready, and accepts, while the database is down. */
export const KEY_POOL = Symbol('KEY_POOL');

interface KeyRow {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  readonly source: string;
  readonly scopes: Scope[];
  readonly prefix: string;
  readonly hash: string;
  readonly created_at: Date;
  readonly revoked_at: Date | null;
}

const COLUMNS = 'id, kind, name, source, scopes, prefix, hash, created_at, revoked_at';

@Injectable()
export class PostgresKeyStore extends KeyStore implements OnApplicationShutdown {
  constructor(@Inject(KEY_POOL) private readonly pool: pg.Pool) {
    super();
  }

  async active(): Promise<ApiKey[]> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'active-keys',
      text: `SELECT ${COLUMNS} FROM api_keys WHERE revoked_at IS NULL`,
    });
    return rows.map((row) => ({ ...listed(row), hash: row.hash }));
  }

  async list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<ListedKey[]> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'list-keys',
      text: `SELECT ${COLUMNS} FROM api_keys
             WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $1`,
      values: [limit, before?.createdAt ?? null, before?.id ?? null],
    });
    return rows.map(listed);
  }

  async find(hashes: readonly string[]): Promise<ListedKey | undefined> {
    const { rows } = await this.pool.query<KeyRow>({
      name: 'find-key',
      text: `SELECT ${COLUMNS} FROM api_keys WHERE hash = ANY($1::text[])`,
      values: [hashes],
    });
    return rows[0] && listed(rows[0]);
  }

  async add(key: ApiKey, keysMax: number): Promise<'added' | 'exists' | 'full'> {
    const { rows } = await this.pool.query<{ added: boolean; full: boolean }>({
      name: 'add-key',
      text: `WITH room AS (SELECT count(*) < $9 AS free FROM api_keys WHERE revoked_at IS NULL),
             added AS (
               INSERT INTO api_keys (id, kind, name, source, scopes, prefix, hash, created_at)
               SELECT $1::uuid, $2::text, $3::text, $4::text, $5::text[], $6::text, $7::text, $8::timestamptz FROM room WHERE free
               ON CONFLICT (hash) DO NOTHING RETURNING id)
             SELECT EXISTS (SELECT FROM added) AS added, NOT free AS full FROM room`,
      values: [key.id, key.kind, key.name, key.source, key.scopes, key.prefix, key.hash, key.createdAt, keysMax],
    });
    const [{ added, full } = { added: false, full: false }] = rows;
    return added ? 'added' : full ? 'full' : 'exists';
  }

  async revoke(id: string, at: Date): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'revoke-key',
      text: 'UPDATE api_keys SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1',
      values: [id, at],
    });
    return rowCount === 1;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.end();
  }
}

function listed({ id, kind, name, source, scopes, prefix, created_at, revoked_at }: KeyRow): ListedKey {
  return { id, kind, name, source, scopes, prefix, createdAt: created_at, revokedAt: revoked_at };
}
