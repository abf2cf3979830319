import { createPool } from '@rapport/platform';
import type pg from 'pg';

const TIMES = 20;

/**
 * Asks again and again on one connection, for one to three customers. PostgreSQL plans a prepared statement five times and keeps a plan from then on, if it
 * looks no dearer than new ones.
 * @returns the names of the statements that ran more often with a kept plan than with a new one
 */
export async function keptPlans(databaseUrl: string, ask: (pool: pg.Pool, customers: number) => Promise<unknown>): Promise<string[]> {
  const pool = createPool({ databaseUrl, name: 'test-plans', connectionsMax: 1 });
  try {
    for (let time = 0; time < TIMES; time++) await ask(pool, 1 + (time % 3));
    const { rows } = await pool.query<{ name: string }>('SELECT name FROM pg_prepared_statements WHERE generic_plans > custom_plans');
    return rows.map(({ name }) => name);
  } finally {
    await pool.end();
  }
}
