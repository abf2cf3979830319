// A database of the benchmark's own, gone afterwards: on the server of DATABASE_URL (an administrator's), or on one that is started for it.
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPool, provisionDatabase, runMigrations } from '@rapport/platform';
import pg from 'pg';
import { startPostgres } from '../../../deploy/local/postgres.mjs';
import { MIGRATIONS } from '../dist/persistence/migrations.js';

/** @param {string | undefined} serverUrl undefined: a server of its own is started, and stopped by `drop` */
export async function scratchDatabase(serverUrl) {
  const server = serverUrl === undefined ? await startServer() : { url: serverUrl, stop: async () => {} };
  try {
    const name = `bench_maps_${process.pid}`;
    await asAdmin(server.url, `CREATE DATABASE ${name}`);
    const adminUrl = new URL(server.url);
    adminUrl.pathname = `/${name}`;
    const urls = await provisionDatabase({ adminUrl: adminUrl.toString(), services: ['interactions'], passwordSecret: 'bench' });
    const databaseUrl = /** @type {string} */ (urls.interactions);
    await runMigrations({ config: { name: 'interactions', databaseUrl }, migrations: MIGRATIONS });
    const pool = createPool({ databaseUrl, name: 'bench' });
    return {
      pool,
      async drop() {
        await pool.end();
        await asAdmin(server.url, `DROP DATABASE ${name} WITH (FORCE)`);
        await server.stop();
      },
    };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function startServer() {
  const dir = mkdtempSync(join(tmpdir(), 'rapport-maps-'));
  // PostgreSQL may have to run as another user, who must get in.
  chmodSync(dir, 0o711);
  process.once('exit', () => rmSync(dir, { recursive: true, force: true, maxRetries: 5 }));
  return startPostgres({ dir: join(dir, 'postgres'), durable: false });
}

/** @param {string} serverUrl @param {string} statement */
async function asAdmin(serverUrl, statement) {
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  await client.query(statement);
  await client.end();
}
