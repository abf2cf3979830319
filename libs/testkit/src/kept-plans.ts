import { createPool } from '@rapport/platform';
import type pg from 'pg';

const TIMES = 12;

/**
 * Asks twelve times on one connection. PostgreSQL plans a prepared statement five times and keeps a plan from then on, if it looks no dearer than a new one.
 * @returns by the name of each statement how often a kept plan has run: 7, or 0 where it is planned anew every time
 */
export async function keptPlans(
  databaseUrl: string,
  ask: (pool: pg.Pool, customers: number) => Promise<unknown>,
): Promise<Record<string, number>> {
  const pool = createPool({ databaseUrl, name: 'test-plans', connectionsMax: 1 });
  try {
    for (let time = 0; time < TIMES; time++) await ask(pool, 1 + (time % 3));
    const { rows } = await pool.query<{ name: string; generic_plans: string }>('SELECT name, generic_plans FROM pg_prepared_statements');
    return Object.fromEntries(rows.map(({ name, generic_plans: kept }) => [name, Number(kept)]));
  } finally {
    await pool.end();
  }
}
