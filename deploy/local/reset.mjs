// npm run reset: forgets all data, mails, keys and logs of this clone's local product. Downloads and caches stay.
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { runMain } from './bootstrap.mjs';
import { runningProblem } from './lock.mjs';
import { STATE_DIR } from './paths.mjs';
import { postgresDir } from './postgres.mjs';
import { say } from './progress.mjs';

const isCache = (/** @type {string} */ name) => /^kafka-\d|^compile-cache$/.test(name);

await runMain(async () => {
  const running = runningProblem();
  if (running) throw new Error(running);
  const entries = existsSync(STATE_DIR) ? readdirSync(STATE_DIR) : [];
  for (const name of entries.filter((entry) => !isCache(entry))) rmSync(join(STATE_DIR, name), { recursive: true, force: true });
  rmSync(postgresDir(join(STATE_DIR, 'postgres')), { recursive: true, force: true });
  const theirs = ['KAFKA_BROKERS', 'DATABASE_URL'].filter((name) => process.env[name]);
  if (theirs.length > 0) say(`${theirs.join(' and ')} point to servers of yours: what is there is left alone.`);
  say('All local data is gone. npm start begins afresh.');
});
