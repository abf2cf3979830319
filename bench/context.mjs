// GET /v1/profiles/{ref}/context at a steady rate, on a stack of its own:
//   node bench/context.mjs [--rate 200] [--seconds 20] [--customers 1000] [--without segmentation] [--profile] [--statements]   (after a build)
// Latencies count from the moment at which a request was due. The load generator shares the machine with what it measures.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRapport } from '../deploy/local/stack.mjs';
import { STATEMENT_SETTINGS, StatementMeter } from './details.mjs';
import { pace } from './http-load.mjs';
import { prepareCampaign } from './prepare.mjs';
import { usageOf } from './usage.mjs';

const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '20' },
    customers: { type: 'string', default: '1000' },
    without: { type: 'string' },
    profile: { type: 'boolean', default: false },
    statements: { type: 'boolean', default: false },
  },
});
const CUSTOMERS = Number(options.customers);
const RATE = Number(options.rate);
const CONNECTIONS = 64;
const WARM_UP_SECONDS = 10;
const BATCH = 500;
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What one customer has behind him: looking around, an order, two questions on two channels, an answer, a promise. */
function* lifeOf(/** @type {number} */ customer) {
  const at = (/** @type {number} */ minute) => new Date(Date.now() - 86_400_000 + minute * 60_000).toISOString();
  const who = { userId: `c${customer}`, email: `c${customer}@bench.example`, phone: `+8490${String(1_000_000 + customer)}` };
  const item = (/** @type {string} */ event, /** @type {number} */ minute, /** @type {object} */ more) => ({
    id: `c${customer}-${minute}`,
    event,
    at: at(minute),
    identifiers: { userId: who.userId },
    ...more,
  });
  yield item('Customer Identified', 0, { channel: 'web', identifiers: who, traits: { language: 'vi', timezone: 'Asia/Ho_Chi_Minh' } });
  for (let minute = 1; minute <= 12; minute++)
    yield item('Product Viewed', minute, { channel: 'web', properties: { product_id: 'kettle' } });
  yield item('Order Completed', 20, { channel: 'web', properties: { order_id: `o${customer}`, total: 129.9, currency: 'GBP' } });
  yield item('Live Chat Message Sent', 30, { text: 'The kettle came without its lid.', conversationId: `chat-${customer}` });
  yield item('Call Started', 40, { channel: 'phone', text: 'Still no lid' });
  yield item('Email Sent', 50, { channel: 'email', handling: 'human', agentId: 'agent-7', text: 'A lid is on its way.' });
  yield item('Promise Made', 51, { channel: 'email', text: 'A lid, tomorrow', properties: { dueAt: at(2_000) } });
}

async function fill(/** @type {any} */ rapport) {
  const items = Array.from({ length: CUSTOMERS }, (_, customer) => [...lifeOf(customer)]).flat();
  for (let from = 0; from < items.length; from += BATCH) {
    const response = await fetch(`${rapport.gatewayUrl}/v1/interactions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${rapport.serverKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ interactions: items.slice(from, from + BATCH) }),
    });
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  }
}

async function context(/** @type {any} */ rapport, /** @type {number} */ customer) {
  const response = await fetch(`${rapport.gatewayUrl}/v1/profiles/userId:c${customer}/context`, {
    headers: { authorization: `Bearer ${rapport.serverKey}` },
  });
  return response.ok ? /** @type {any} */ (await response.json()) : undefined;
}

/** The last customer is known everywhere: so are the others, but for a moment. */
async function settled(/** @type {any} */ rapport) {
  for (let tries = 0; tries < 600; tries++) {
    const answers = await Promise.all([0, CUSTOMERS >> 1, CUSTOMERS - 1].map((customer) => context(rapport, customer)));
    if (answers.every((answer) => answer?.promises?.length > 0 && answer.relationship && answer.suggestedChannel)) return sleep(3_000);
    await sleep(200);
  }
  throw new Error('the customers did not arrive');
}

async function measure(/** @type {any} */ rapport, /** @type {number} */ seconds) {
  const url = new URL(rapport.gatewayUrl);
  let asked = 0;
  const next = () =>
    Buffer.from(
      `GET /v1/profiles/userId:c${(asked++ * 7_919) % CUSTOMERS}/context HTTP/1.1\r\nhost: ${url.host}\r\nauthorization: Bearer ${rapport.serverKey}\r\n\r\n`,
    );
  return pace({ url, connections: CONNECTIONS, seconds, rate: RATE, next });
}

const pidsOf = (/** @type {any} */ rapport) => ({
  ...Object.fromEntries(Object.entries(rapport.services).map(([name, processes]) => [name, /** @type {any[]} */ (processes)[0].pid])),
  postgresql: rapport.postgres.pid,
});

const dir = await mkdtemp(join(tmpdir(), 'rapport-context-'));
const env = { LOG_LEVEL: 'fatal', RATE_LIMIT_PER_SECOND: '1000000', RATE_LIMIT_BURST: '1000000' };
const rapport = await startRapport({
  dir,
  freePorts: true,
  mailbox: false,
  partitions: 2,
  env,
  ...(options.profile ? { nodeArgs: ['--cpu-prof', `--cpu-prof-dir=${join(tmpdir(), 'rapport-profiles')}`] } : {}),
  ...(options.statements ? { postgresSettings: STATEMENT_SETTINGS } : {}),
});
const statements = options.statements ? await StatementMeter.open(rapport.adminUrl) : undefined;
try {
  await prepareCampaign(rapport.gatewayUrl, rapport.serverKey);
  await fill(rapport);
  await settled(rapport);
  if (options.without) await rapport.services[options.without]?.[0]?.kill();
  await measure(rapport, WARM_UP_SECONDS);
  const pids = pidsOf(rapport);
  const cpu = () => Object.fromEntries(Object.entries(pids).map(([name, pid]) => [name, name === options.without ? 0 : usageOf(pid).us]));
  await statements?.reset();
  const before = cpu();
  const result = await measure(rapport, Number(options.seconds));
  const after = cpu();
  const cpuUs = Object.fromEntries(
    Object.keys(pids).map((name) => [name, Math.round(((after[name] ?? 0) - (before[name] ?? 0)) / result.sent)]),
  );
  if (statements) console.log(await statements.table(result.sent));
  const sample = await context(rapport, 1);
  console.log(
    JSON.stringify({
      rate: RATE,
      customers: CUSTOMERS,
      without: options.without,
      partial: sample.partial,
      ...result,
      cpuUsPerRequest: cpuUs,
    }),
  );
} finally {
  await statements?.close();
  await rapport.stop();
  await rm(dir, { recursive: true, force: true });
}
process.exit(0);
