// What the maps cost per event, in this process and (with DATABASE_URL: an administrator's) in PostgreSQL: node services/interactions/bench/maps.mjs [customers] [batch]   (after a build)
// decode → lock → decide → save, as the kernel does it; customers come back within the hour and later, a tenth of the events are orders, one in 50 is late.
import { deriveId } from '@rapport/identifiers';
import { Phases } from '../../../bench/phases.mjs';
import { scratchDatabase } from './scratch-database.mjs';
import { sqlOf } from '@rapport/platform';
import { PostgresPathStore } from '../dist/persistence/postgres-path-store.js';
import { MapJourneysPipeline } from '../dist/pipeline/map-journeys.pipeline.js';

/** @import {BatchContext, SourceRecord} from '@rapport/platform' */
/** @import {MapInput} from '../dist/kafka/decode-map-facts.js' */
/** @import {LockedPaths} from '../dist/pipeline/path-store.js' */

const [customers = 20_000, batch = 500] = process.argv.slice(2).map(Number);
const EVENTS = 100_000;
const WARM_UP = 20_000;
const START = Date.UTC(2026, 0, 5);
const EVENT_MS = 300;

const DRAFTS = [
  { event: 'Page Viewed', channel: 'web', touchpoint: 'website', stage: 'pre_purchase', handling: 'none' },
  { event: 'Product Viewed', channel: 'web', touchpoint: 'website', stage: 'pre_purchase', handling: 'none' },
  {
    event: 'Checkout Started',
    channel: 'web',
    touchpoint: 'online_checkout',
    stage: 'purchase',
    handling: 'self_service',
    complexity: 'simple',
  },
  {
    event: 'Order Completed',
    channel: 'web',
    touchpoint: 'online_checkout',
    stage: 'purchase',
    handling: 'self_service',
    complexity: 'simple',
    value: { currency: 'USD', amount: '12.50' },
  },
  { event: 'Email Received', channel: 'email', handling: 'human', sentiment: 0.25, conversationId: 'c1' },
  { event: 'Order Status Checked', channel: 'mobile_app', touchpoint: 'order_status', stage: 'post_purchase', handling: 'self_service' },
];
const HINTS = { 'profile-changed': 'contacts', 'applied-events': 'Page%20Viewed' };
const TRAITS = Object.fromEntries(
  ['plan', 'city', 'firstName', 'lastName', 'company', 'language'].map((name) => [
    name,
    { value: `${name} of somebody`, source: 'shop', at: '2026-01-05T00:00:00.000Z' },
  ]),
);
const ids = Array.from({ length: customers }, (_, n) => deriveId(new Date(START), 'bench', String(n)));

/** @param {number} index @returns {SourceRecord} */
const record = (index) => {
  const customer = (index * 7_919) % customers;
  const id = /** @type {string} */ (ids[customer]);
  const at = new Date(START + index * EVENT_MS - (index % 50 === 0 ? 7_200_000 : 0)).toISOString();
  const draft = index % 10 < 5 ? DRAFTS[0] : DRAFTS[index % 6];
  const interaction = {
    id,
    source: 'shop',
    messageId: String(index),
    kind: 'track',
    at,
    receivedAt: at,
    subject: `userId:user-${customer}`,
    identifiers: [
      { type: 'userId', value: `user-${customer}` },
      { type: 'anonymousId', value: id },
    ],
    direction: 'inbound',
    sensitivity: 'normal',
    inferred: ['channel', 'stage'],
    properties: { path: '/products/white-hanging-heart', title: 'White hanging heart' },
    ...draft,
  };
  const profile = {
    id,
    version: index + 1,
    identifiers: interaction.identifiers,
    traits: TRAITS,
    contactPoints: [{ channel: 'email', address: `user-${customer}@example.com`, verified: true, reachable: true }],
    consents: [],
    contacts: { byChannel: { web: { count: 3, lastAt: at } }, byHandling: {} },
  };
  return {
    topic: 'profiles.updated.v1',
    partition: 0,
    offset: BigInt(index),
    key: id,
    headers: HINTS,
    timestampMs: 0,
    value: Buffer.from(JSON.stringify({ profileId: id, version: index + 1, profile, applied: [interaction] })),
  };
};

const database = process.env.DATABASE_URL ? await scratchDatabase(process.env.DATABASE_URL) : undefined;
const pipeline = new MapJourneysPipeline(new PostgresPathStore(), { retentionDays: 395 });
/** @type {Map<string, string>} */
const memory = new Map();
const cpu = new Phases('decode', 'load', 'decide', 'save');
let wall = 0;
let written = 0;
let rows = 0;

/** @param {number} from @param {number} count */
async function run(from, count) {
  const records = Array.from({ length: count }, (_, n) => record(from + n));
  const client = await database?.pool.connect();
  const sql = client && sqlOf(client);
  const started = performance.now();
  await client?.query('BEGIN');
  /** @type {BatchContext} */
  const context = { now: new Date(START + (from + count) * EVENT_MS), topic: 'profiles.updated.v1', partition: 0, cause: 'records' };
  const inputs = cpu.measure('decode', () =>
    records.map((each) => pipeline.decode(each)).flatMap((decoded) => (decoded.kind === 'input' ? [decoded.input] : [])),
  );
  const locked = await cpu.measureAsync('load', async () => (sql ? pipeline.load(sql, inputs) : inMemory(inputs)));
  const { changes } = cpu.measure('decide', () => pipeline.decide(locked, inputs, context));
  await cpu.measureAsync('save', async () => {
    if (sql) await pipeline.commit(sql, changes, context);
    else for (const { profileId, stored } of changes.saved) memory.set(profileId, stored);
  });
  await client?.query('COMMIT');
  client?.release();
  wall += performance.now() - started;
  written += changes.saved.length;
  rows += changes.counts.journeys.sums.size + changes.counts.channels.sums.size;
}

/** Nobody is merged and nothing is split: each stands for himself. @param {readonly MapInput[]} inputs @returns {LockedPaths} */
const inMemory = (inputs) => {
  const keys = [...new Set(inputs.map(({ profileId }) => profileId))];
  return {
    survivors: new Map(keys.map((key) => [key, key])),
    stored: new Map(keys.map((key) => [key, memory.get(key) ?? null])),
    standings: new Map(),
    interactions: new Map(),
  };
};

for (let at = 0; at < WARM_UP; at += batch) await run(at, batch);
cpu.reset();
wall = written = rows = 0;
for (let at = WARM_UP; at < EVENTS; at += batch) await run(at, batch);
const events = EVENTS - WARM_UP;
/** @param {number} value */
const per = (value) => (value / events).toFixed(2);
console.log(
  `${events} events of ${customers} customers in batches of ${batch}: ${per(wall * 1000)} µs of time each${database ? ', PostgreSQL included' : ''}`,
);
console.log(
  `CPU of this process: ${Object.entries(cpu.us)
    .map(([part, us]) => `${part} ${per(us)}`)
    .join(', ')} = ${per(cpu.total)} µs per event; ${per(written)} paths and ${per(rows)} counts written per event`,
);
await database?.drop();
