import { Inject, Injectable } from '@nestjs/common';
import type pg from 'pg';
import type { Connection } from '../domain/connection.js';
import type { Json } from '../domain/parse-json.js';
import { type ConnectionChange, ConnectionStore, type StoredConnection } from '../pipeline/connection-store.js';
import { KEY_POOL } from './postgres-key-store.js';

interface ConnectionRow {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly settings: Json;
  readonly created_at: Date;
  readonly updated_at: Date;
}
type StoredRow = ConnectionRow & { readonly sealed: Buffer; readonly fingerprint: string };

const COLUMNS = 'id, provider, name, settings, created_at, updated_at';
const STORED = `${COLUMNS}, sealed, fingerprint`;

@Injectable()
export class PostgresConnectionStore extends ConnectionStore {
  constructor(@Inject(KEY_POOL) private readonly pool: pg.Pool) {
    super();
  }

  async all(): Promise<StoredConnection[]> {
    const { rows } = await this.pool.query<StoredRow>({ name: 'all-connections', text: `SELECT ${STORED} FROM connections` });
    return rows.map(stored);
  }

  async list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<Connection[]> {
    const { rows } = await this.pool.query<ConnectionRow>({
      name: 'list-connections',
      text: `SELECT ${COLUMNS} FROM connections
             WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $1`,
      values: [limit, before?.createdAt ?? null, before?.id ?? null],
    });
    return rows.map(listed);
  }

  async find(id: string): Promise<StoredConnection | undefined> {
    const { rows } = await this.pool.query<StoredRow>({
      name: 'find-connection',
      text: `SELECT ${STORED} FROM connections WHERE id = $1`,
      values: [id],
    });
    return rows[0] && stored(rows[0]);
  }

  async add(connection: StoredConnection, connectionsMax: number): Promise<'added' | 'same_id' | 'taken' | 'full'> {
    const { id, provider, name, settings, sealed, fingerprint, createdAt, updatedAt } = connection;
    const { rows } = await this.pool.query<{ added: boolean; free: boolean; same: boolean }>({
      name: 'add-connection',
      text: `WITH room AS (SELECT count(*) < $9 AS free FROM connections),
             added AS (
               INSERT INTO connections (${STORED})
               SELECT $1::uuid, $2::text, $3::text, $4::jsonb, $7::timestamptz, $8::timestamptz, $5::bytea, $6::text FROM room WHERE free
               ON CONFLICT DO NOTHING RETURNING id)
             SELECT EXISTS (SELECT FROM added) AS added, free, EXISTS (SELECT FROM connections WHERE id = $1::uuid) AS same FROM room`,
      values: [id, provider, name, JSON.stringify(settings), sealed, fingerprint, createdAt, updatedAt, connectionsMax],
    });
    const [row] = rows;
    if (row?.added) return 'added';
    // the statement's own snapshot does not see what a try at the same moment has just committed
    if (row?.same || (await this.find(id)) !== undefined) return 'same_id';
    return row?.free ? 'taken' : 'full';
  }

  async change(id: string, { settings, sealed, at }: ConnectionChange): Promise<Connection | undefined> {
    const { rows } = await this.pool.query<ConnectionRow>({
      name: 'change-connection',
      text: `UPDATE connections SET settings = coalesce($2::jsonb, settings), sealed = coalesce($3::bytea, sealed), updated_at = $4
             WHERE id = $1 RETURNING ${COLUMNS}`,
      values: [id, settings === undefined ? null : JSON.stringify(settings), sealed ?? null, at],
    });
    return rows[0] && listed(rows[0]);
  }

  async remove(id: string): Promise<boolean> {
    const { rowCount } = await this.pool.query({
      name: 'remove-connection',
      text: 'DELETE FROM connections WHERE id = $1',
      values: [id],
    });
    return rowCount === 1;
  }
}

function listed({ id, provider, name, settings, created_at, updated_at }: ConnectionRow): Connection {
  return { id, provider, name, settings, createdAt: created_at, updatedAt: updated_at };
}

const stored = (row: StoredRow): StoredConnection => ({ ...listed(row), sealed: row.sealed, fingerprint: row.fingerprint });
