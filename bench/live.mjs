// The live view with many listeners: node bench/live.mjs [listeners] [facts a second] [seconds]   (after a build; Linux)
// One gateway as a process of its own on a Kafka and a PostgreSQL of its own (or TEST_DATABASE_URL, TEST_KAFKA_BROKERS), all listeners in this process.
// Says the processor time and memory of the gateway, and how long after its publication (handed to Kafka) a page view was at a listener.
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { createKafka, ensureTopics, KafkaFactLog } from '@rapport/platform';
import { createTestDatabase, freePort } from '@rapport/testkit';
import { LiveListeners } from './live-listener.mjs';
import { usageOf } from './usage.mjs';
import { startTestStack } from '../libs/testkit/jest/stack.mjs';
import { MIGRATIONS } from '../services/gateway/dist/persistence/migrations.js';
import { profileUpdated, RECORD_OF } from '../services/gateway/dist/testing/live-facts.js';

const [LISTENERS = 1_000, PER_SECOND = 50, SECONDS = 20] = process.argv.slice(2).map(Number);
const KEY = 'sk_bench_0123456789abcdef';
const ROUND_MS = 100;
const VISITORS = 500;

const stack = await startTestStack();
process.env.TEST_DATABASE_URL = stack.databaseUrl;
const brokers = stack.brokers.split(',');
const [database] = await Promise.all([
  createTestDatabase({ service: 'gateway', migrations: MIGRATIONS }),
  ensureTopics({ brokers, partitions: 4 }),
]);
const segmentation = createServer((request, response) => {
  request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"data":[]}'));
}).listen(0, '127.0.0.1');
await once(segmentation, 'listening');
const nowhere = 'http://127.0.0.1:9';
const port = await freePort();
const gateway = spawn(process.execPath, [new URL('../services/gateway/dist/main.js', import.meta.url).pathname], {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: {
    ...process.env,
    DATABASE_URL: database.url,
    KAFKA_BROKERS: stack.brokers,
    INTERNAL_TOKEN: 'internal-token-for-bench',
    LINK_SECRET: 'link-secret-for-bench',
    CONNECTION_KEY: Buffer.alloc(32).toString('base64'),
    PORT: String(port),
    LOG_LEVEL: 'warn',
    BOOTSTRAP_SERVER_KEY: KEY,
    INTERACTIONS_URL: nowhere,
    PROFILES_URL: nowhere,
    SEGMENTATION_URL: `http://127.0.0.1:${/** @type {any} */ (segmentation.address()).port}`,
    NOTIFICATIONS_URL: nowhere,
  },
});
const url = `http://127.0.0.1:${port}`;
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));
for (;;) {
  const ready = await fetch(`${url}/health/ready`).catch(() => undefined);
  if (ready?.ok) break;
  await sleep(100);
}

const idle = usageOf(/** @type {number} */ (gateway.pid));
const live = new LiveListeners();
for (let n = 0; n < LISTENERS; n++) await live.listen(url, KEY, n % 50 === 0);
await sleep(3_000);

const facts = new KafkaFactLog(createKafka('bench', brokers));
const ids = Array.from({ length: VISITORS }, (_, n) => `019bc0a1-7c00-7000-8000-${String(n).padStart(12, '0')}`);
let sent = 0;
const publish = async (/** @type {number} */ count) => {
  const atMs = Date.now();
  const views = Array.from({ length: count }, (_, n) => ({
    profileId: ids[(sent + n) % VISITORS] ?? '',
    atMs,
    path: `/p/${(sent + n) % 90}`,
    name: 'Ann Smith',
  }));
  sent += count;
  await facts.publish(views.map((view) => RECORD_OF.profile(profileUpdated(view))));
};
await publish(1);
await sleep(1_000);
sent = 0;
live.reset();
const before = usageOf(/** @type {number} */ (gateway.pid));
const beganMs = Date.now();
for (let round = 1; Date.now() - beganMs < SECONDS * 1_000; round++) {
  await publish(Math.max(1, Math.round((PER_SECOND * ROUND_MS) / 1_000)));
  await sleep(Math.max(0, beganMs + round * ROUND_MS - Date.now()));
}
await live.hearAll(sent * LISTENERS);
const seconds = (Date.now() - beganMs) / 1_000;
const after = usageOf(/** @type {number} */ (gateway.pid));
console.log(
  `${LISTENERS} listeners, ${sent} facts in ${seconds.toFixed(1)} s: ${live.told} of ${sent * LISTENERS} events told, ${(live.bytes / 1e6).toFixed(0)} MB`,
);
console.log(
  `gateway: ${((after.us - before.us) / 1e4 / seconds).toFixed(0)}% of a core, ${((after.us - before.us) / live.told).toFixed(1)} µs per event told, ${(after.bytes / 1e6).toFixed(0)} MB (${(idle.bytes / 1e6).toFixed(0)} MB without listeners)`,
);
console.log(`publication to listener: ${live.percentiles}`);

live.close();
gateway.kill('SIGTERM');
await once(gateway, 'exit');
await facts.close();
segmentation.close();
await database.drop();
await stack.stop();
