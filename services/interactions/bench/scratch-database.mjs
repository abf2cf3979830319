// A database of the benchmark's own on the server of DATABASE_URL (an administrator's), gone afterwards.
import { createPool, provisionDatabase, runMigrations } from '@rapport/platform';
import pg from 'pg';
import { MIGRATIONS } from '../dist/persistence/migrations.js';

/** @param {string} serverUrl */
export async function scratchDatabase(serverUrl) {
  const name = `bench_maps_${process.pid}`;
  await asAdmin(serverUrl, `CREATE DATABASE ${name}`);
  const adminUrl = new URL(serverUrl);
  adminUrl.pathname = `/${name}`;
  const urls = await provisionDatabase({ adminUrl: adminUrl.toString(), services: ['interactions'], passwordSecret: 'bench' });
  const databaseUrl = /** @type {string} */ (urls.interactions);
  await runMigrations({ config: { name: 'interactions', databaseUrl }, migrations: MIGRATIONS });
  const pool = createPool({ databaseUrl, name: 'bench' });
  return {
    pool,
    async drop() {
      await pool.end();
      await asAdmin(serverUrl, `DROP DATABASE ${name} WITH (FORCE)`);
    },
  };
}

/** @param {string} serverUrl @param {string} statement */
async function asAdmin(serverUrl, statement) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
