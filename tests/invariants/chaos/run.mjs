import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GROUPS } from '@rapport/contracts';
import { randomOf } from '@rapport/testkit';
import { startRapport } from '../../../deploy/local/stack.mjs';
import { killAll } from './killer.mjs';
import { Ledger } from './ledger.mjs';
import { Traffic } from './traffic.mjs';
import { Auditor, JOURNEY_SUBJECT } from './verdict.mjs';

/** Of a broker and a database: each kill of them is one of everything. */
const STORE_KILLS_MAX = 2;
const CONSUMERS = /** @type {const} */ (['interactions', 'profiles', 'segmentation', 'notifications']);

async function prepare(/** @type {any} */ rapport, /** @type {Ledger} */ ledger) {
  /** @returns {Promise<any>} */
  const call = async (/** @type {string} */ method, /** @type {string} */ path, /** @type {unknown} */ body, key = randomUUID()) => {
    const headers = { authorization: `Bearer ${rapport.serverKey}`, 'content-type': 'application/json', 'idempotency-key': key };
    const response = await fetch(`${rapport.gatewayUrl}${path}`, { method, headers, body: JSON.stringify(body) });
    if (response.status === 503) return call(method, path, body, key); // a busy machine is slow, not wrong
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return /** @type {any} */ (await response.json());
  };
  const post = (/** @type {string} */ path, /** @type {unknown} */ body) => call('POST', path, body);
  const buyers = await post('/v1/segments', { name: 'buyers', rule: { did: 'Order Completed' } });
  await call('PUT', '/v1/templates/first-order', {
    purpose: 'transactional',
    locales: { en: { email: { subject: JOURNEY_SUBJECT, html: '<p>Welcome.</p>', text: 'Welcome.' } } },
  });
  const journey = await post('/v1/journeys', {
    name: 'first order',
    trigger: { segment: buyers.id, on: 'entered' },
    steps: [{ notify: { template: 'first-order', purpose: 'transactional', urgency: 'normal' } }],
  });
  if (journey.state !== 'live') await call('POST', `/v1/journeys/${journey.id}/publish`, {});
  const momentary = await post('/v1/segments', {
    name: 'active now',
    rule: { did: 'Product Viewed', times: { atLeast: 3 }, within: { minutes: 1 } },
  });
  await post('/v1/webhooks', { url: ledger.webhookUrl });
  return { momentaryId: momentary.id };
}

/**
 * Starts the whole product, lets customers live, kills its parts, and compares what is left with the ledger; then replays the log twice over.
 * @param {{kills: number, least?: number, customers?: number, replicas?: number, outageSeconds?: number, seed?: number, say?: (text: string) => void}} options
 *   least: kills of each service, at least; replicas: processes of each consumer, of which one at a time is killed and comes back; outageSeconds: how long PostgreSQL is then away
 */
export async function chaos({
  kills,
  least = 5,
  customers = 24,
  replicas = 2,
  outageSeconds = 60,
  seed = Date.now() % 1e9,
  say = console.log,
}) {
  say(`chaos with seed ${seed}`);
  const random = randomOf(seed);
  const dir = await mkdtemp(join(tmpdir(), 'rapport-chaos-'));
  const ledger = await new Ledger().open();
  const quickly = { LOG_LEVEL: 'warn', SESSION_TIMEOUT_MS: '3000' };
  const rapport = await startRapport({
    dir,
    freePorts: true,
    mailbox: false,
    replicas: Object.fromEntries(CONSUMERS.map((name) => [name, replicas])),
    env: quickly,
    serviceEnvs: {
      gateway: { IMPORT_ROWS_PER_SECOND: '40' }, // so that the file is under way while the gateway is killed
      notifications: { SMTP_URL: /** @type {string} */ (ledger.smtpUrl), WEBHOOK_ALLOW_PRIVATE: 'true' },
    },
  });
  const auditor = new Auditor({
    brokers: rapport.brokers.split(','),
    adminUrl: rapport.adminUrl,
    url: rapport.gatewayUrl,
    serverKey: rapport.serverKey,
    ledger,
  });
  try {
    const { momentaryId } = await prepare(rapport, ledger);
    const traffic = new Traffic({
      url: rapport.gatewayUrl,
      writeKey: rapport.writeKey,
      serverKey: rapport.serverKey,
      brokers: rapport.brokers.split(','),
      ledger,
      random,
      run: `r${seed}`,
    });
    await traffic.start(customers, 40);
    const services = Object.fromEntries(Object.entries(rapport.services).map(([name, processes]) => [name, { least, processes }]));
    const targets = {
      ...services,
      kafka: { least: Math.min(least, STORE_KILLS_MAX), processes: [/** @type {any} */ (rapport.kafka)] },
      postgres: { least: Math.min(least, STORE_KILLS_MAX), processes: [/** @type {any} */ (rapport.postgres)] },
    };
    const killed = await killAll(targets, { kills, random, say });
    const outage = await withoutDatabase(rapport, ledger, outageSeconds, say);
    say('everything is up again; waiting until it has caught up …');
    await traffic.stop();
    await auditor.open();
    await auditor.nobodyIn(momentaryId);
    await auditor.quiet();
    const verdict = await auditor.verdict();
    const { details, counted } = auditor;
    say(
      `so far: ${Object.entries(verdict)
        .map(([kind, list]) => `${kind} ${list.length}`)
        .join(', ')}`,
    );
    const before = await auditor.snapshot();
    say('replaying the whole log …');
    const replayed = await replay(rapport, auditor);
    const counts = {
      acknowledged: ledger.acknowledged.size,
      resent: ledger.resent,
      merges: ledger.merges,
      unmerges: ledger.unmerges,
      asked: ledger.asked.size,
      agentCalls: ledger.agentCalls,
      imported: ledger.imported.length,
      poison: ledger.poison,
      requested: ledger.requested.size,
      mails: ledger.mails.length,
      webhooks: ledger.webhooks.length,
    };
    return { seed, killed, outage, counts, details, counted, verdict, replay: { before, after: replayed } };
  } finally {
    await auditor.close().catch(() => undefined);
    await rapport.stop();
    await ledger.close();
    await rm(dir, { recursive: true, force: true });
  }
}

/** Acceptance needs Kafka only: with PostgreSQL away it goes on. @returns how many were acknowledged meanwhile */
async function withoutDatabase(
  /** @type {any} */ rapport,
  /** @type {Ledger} */ ledger,
  /** @type {number} */ seconds,
  /** @type {any} */ say,
) {
  say(`PostgreSQL goes away for ${seconds} s …`);
  await rapport.postgres.stop();
  const before = ledger.acknowledged.size;
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const acknowledged = ledger.acknowledged.size - before;
  await rapport.postgres.start();
  return { seconds, acknowledged };
}

/** First every group reads its topics from the beginning again; then every payload is sent in once more, as by a client that never heard the answer. */
async function replay(/** @type {any} */ rapport, /** @type {Auditor} */ auditor) {
  const services = Object.entries(rapport.services)
    .filter(([name]) => name !== 'gateway')
    .flatMap(([, processes]) => /** @type {any[]} */ (processes));
  await Promise.all(services.map((process) => process.stop()));
  const kafka = /** @type {import('kafkajs').Kafka} */ (auditor.kafka);
  await /** @type {any} */ (auditor.admin).deleteGroups(Object.values(GROUPS));
  const copies = /** @type {{key: Buffer | null, value: Buffer | null}[]} */ ([]);
  const consumer = kafka.consumer({ groupId: `copy-${Date.now()}` });
  const total = await auditor.end('interactions.received.v1');
  await consumer.connect();
  await consumer.subscribe({ topic: 'interactions.received.v1', fromBeginning: true });
  await new Promise(
    (resolve) =>
      void consumer.run({
        autoCommit: false,
        eachMessage: async ({ message }) => {
          copies.push({ key: message.key, value: message.value });
          if (copies.length === total) resolve(undefined);
        },
      }),
  );
  await consumer.disconnect();
  const producer = kafka.producer({ idempotent: true });
  await producer.connect();
  const healthy = copies.filter(({ value }) => !String(value).startsWith('{"poison'));
  for (let at = 0; at < healthy.length; at += 200)
    await producer.send({ topic: 'interactions.received.v1', acks: -1, messages: healthy.slice(at, at + 200) });
  await producer.disconnect();
  await Promise.all(services.map((process) => process.start()));
  await auditor.quiet();
  return auditor.snapshot();
}
