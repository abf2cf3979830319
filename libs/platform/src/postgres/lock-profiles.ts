import type { Sql } from '../stream/pipeline.js';

const CHAIN_LENGTH_MAX = 32;

/**
 * Locks one row per profile in `table (profile_id uuid primary key, merged_into uuid null, …)`, in sorted order, makes rows that are missing, and
 * follows merges to the survivor. The sort keeps two batches from waiting for each other; a missing row is made first, because a row that
 * does not exist cannot be locked and two partitions could both believe that they are the first to meet this profile.
 * @returns for every requested id the id of the profile that now stands for it.
 */
export async function lockProfiles(sql: Sql, table: string, ids: readonly string[]): Promise<Map<string, string>> {
  if (!/^[a-z_]+$/.test(table)) throw new RangeError(`not a table name: ${table}`);
  const survivors = new Map(ids.map((id) => [id, id]));
  let asked = [...survivors.keys()].sort();
  for (let step = 0; asked.length > 0; step++) {
    if (step >= CHAIN_LENGTH_MAX) throw new Error(`a chain of merges in ${table} is longer than ${CHAIN_LENGTH_MAX}`);
    const merged = new Map((await lock(sql, table, asked)).map((row) => [row.profile_id, row.merged_into]));
    if (merged.size === 0) break;
    for (const [id, survivor] of survivors) survivors.set(id, merged.get(survivor) ?? survivor);
    asked = [...new Set(merged.values())].sort();
  }
  return survivors;
}

/** Locks the rows of `ids` (sorted) and @returns those that were merged into another profile. */
async function lock(sql: Sql, table: string, ids: readonly string[]): Promise<{ profile_id: string; merged_into: string }[]> {
  const select = `SELECT profile_id, merged_into FROM ${table} WHERE profile_id = ANY($1::uuid[]) ORDER BY profile_id FOR UPDATE`;
  const rows = await sql.query<{ profile_id: string; merged_into: string | null }>(`lock-${table}`, select, [ids]);
  if (rows.length < ids.length) {
    const known = new Set(rows.map((row) => row.profile_id));
    const missing = ids.filter((id) => !known.has(id));
    await sql.query(`make-${table}`, `INSERT INTO ${table} (profile_id) SELECT * FROM unnest($1::uuid[]) ON CONFLICT DO NOTHING`, [
      missing,
    ]);
    rows.push(...(await sql.query<{ profile_id: string; merged_into: string | null }>(`lock-${table}`, select, [missing])));
  }
  return rows.filter((row): row is { profile_id: string; merged_into: string } => row.merged_into !== null);
}
