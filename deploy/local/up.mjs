// The local product, from the installed packages to the table of doors. Started by start.mjs, with the pinned Node.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { runMain, toolEnv } from './bootstrap.mjs';
import { build } from './build.mjs';
import { runDemo } from './demo/run-demo.mjs';
import { printDoors } from './doors.mjs';
import { ensureKafkaJars, findKafkaRuntime, makeKafkaArchive } from './kafka.mjs';
import { releaseLock, takeLock } from './lock.mjs';
import { STATE_DIR } from './paths.mjs';
import { portsFromEnv } from './ports.mjs';
import { stopEverything } from './processes.mjs';
import { say, step } from './progress.mjs';
import { Rapport } from './stack.mjs';
import { watchSources } from './watch.mjs';

const watching = process.argv.includes('--watch');
const startedAt = Number(process.env.RAPPORT_STARTED_AT ?? Date.now());
const installMs = Number(process.env.RAPPORT_INSTALL_MS ?? 0);
const gatewayUrl = `http://127.0.0.1:${portsFromEnv().gateway}`;

// Every child compiles the same packages: the second start finds them compiled.
process.env.NODE_COMPILE_CACHE ??= join(STATE_DIR, 'compile-cache');
Object.assign(process.env, toolEnv());

/** @type {Rapport | undefined} */
let rapport;
let stopping = false;

async function stop() {
  if (stopping) return;
  stopping = true;
  const from = Date.now();
  say('\nStopping');
  await rapport?.stop();
  await stopEverything();
  rmSync(join(STATE_DIR, 'dev.json'), { force: true });
  releaseLock();
  say(`Stopped after ${((Date.now() - from) / 1000).toFixed(1)} s. The data is kept; npm start goes on with it, npm run reset forgets it.`);
  process.exit(0);
}

/** What scripts need to find the running product. */
function writeDevJson(/** @type {Rapport} */ { gatewayUrl: gateway, brokers: kafka, adminUrl: databaseUrl, mailbox, writeKey, serverKey }) {
  const doors = { gateway, kafka, databaseUrl, mailbox: mailbox?.url, console: `${gateway}/docs`, writeKey, serverKey };
  writeFileSync(join(STATE_DIR, 'dev.json'), `${JSON.stringify(doors, null, 2)}\n`, { mode: 0o600 });
}

async function getKafka() {
  const runtime = process.env.KAFKA_BROKERS ? undefined : await findKafkaRuntime();
  if (runtime?.mode === 'java') await ensureKafkaJars((text) => say(`  … ${text}`));
}

async function start() {
  takeLock(gatewayUrl);
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP', 'disconnect'])) process.on(signal, stop);
  await getKafka();
  rapport = new Rapport({
    dir: STATE_DIR,
    freePorts: false,
    supervised: true,
    say,
    step,
    brokers: process.env.KAFKA_BROKERS,
    adminUrl: process.env.DATABASE_URL,
    built: step('building', build),
  });
  await rapport.start();
  writeDevJson(rapport);
  const stories = await step('feeding the demo', () => runDemo(/** @type {Rapport} */ (rapport), join(STATE_DIR, 'demo.json'))).catch(
    (error) => {
      if (!stopping) say(`! The demo could not be told, everything else runs: ${error.message}`);
      return [];
    },
  );
  printDoors({ rapport, stories, readyMs: Date.now() - startedAt, installMs });
  if (watching) watchSources(rapport);
  await makeKafkaArchive(join(STATE_DIR, 'archive')).catch(() => {});
}

await runMain(async () => {
  // Children do not keep this process alive; being the product does.
  const alive = setInterval(() => {}, 60_000);
  try {
    await start();
  } catch (error) {
    if (stopping) return;
    await stopEverything();
    releaseLock();
    clearInterval(alive);
    throw error;
  }
});
