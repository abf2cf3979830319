import type { Sql } from '../stream/pipeline.js';
import { uuidArray } from './binary-arrays.js';

const CHAIN_LENGTH_MAX = 32;

export interface LockedProfiles<Row> {
  /** For every requested id the id of the profile that now stands for it. */
  readonly survivors: Map<string, string>;
  /** The rows of those who stand for themselves, by id, as they are under the lock. */
  readonly rows: Map<string, Row>;
}

type KeyRow = { readonly profile_id: string; readonly merged_into: string | null };

/**
 * Locks and reads one row per profile in `table (profile_id uuid primary key, merged_into uuid null, …columns)`, in sorted order, makes rows that are
 * missing, and follows merges to the survivor. The sort keeps two batches from waiting for each other; a missing row is made first, because a
 * row that does not exist cannot be locked and two partitions could both believe that they are the first to meet this profile.
 * @param columns constant text: further columns to read in the same statement
 */
export async function lockProfiles<Row extends object>(
  sql: Sql,
  table: string,
  columns: readonly string[],
  ids: readonly string[],
): Promise<LockedProfiles<Row & KeyRow>> {
  if (![table, ...columns].every((name) => /^[a-z_]+$/.test(name)))
    throw new RangeError(`not the names of a table and its columns: ${table}`);
  const survivors = new Map(ids.map((id) => [id, id]));
  const rows = new Map<string, Row & KeyRow>();
  let asked = [...survivors.keys()].sort();
  for (let step = 0; asked.length > 0; step++) {
    if (step >= CHAIN_LENGTH_MAX) throw new Error(`a chain of merges in ${table} is longer than ${CHAIN_LENGTH_MAX}`);
    const merged = new Map<string, string>();
    for (const row of await lock<Row & KeyRow>(sql, table, columns, asked)) {
      if (row.merged_into === null) rows.set(row.profile_id, row);
      else merged.set(row.profile_id, row.merged_into);
    }
    for (const [id, survivor] of survivors) survivors.set(id, merged.get(survivor) ?? survivor);
    asked = [...new Set(merged.values())].filter((id) => !rows.has(id)).sort();
  }
  return { survivors, rows };
}

/** Locks the rows of `ids` (sorted), and makes those that are missing. */
async function lock<Row extends KeyRow>(sql: Sql, table: string, columns: readonly string[], ids: readonly string[]): Promise<Row[]> {
  const select = `SELECT ${['profile_id', 'merged_into', ...columns].join(', ')} FROM ${table} WHERE profile_id = ANY($1::uuid[]) ORDER BY profile_id FOR UPDATE`;
  const rows = await sql.query<Row>(`lock-${table}`, select, [uuidArray(ids)]);
  if (rows.length === ids.length) return rows;
  const known = new Set(rows.map((row) => row.profile_id));
  const missing = ids.filter((id) => !known.has(id));
  await sql.query(`make-${table}`, `INSERT INTO ${table} (profile_id) SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING`, [
    uuidArray(missing),
  ]);
  return [...rows, ...(await sql.query<Row>(`lock-${table}`, select, [uuidArray(missing)]))];
}
