// Both answers over millions of interactions: node services/interactions/bench/maps-read.mjs [interactions] [folder]   (after a build)
// In PostgreSQL: one that is started for it, or the server of DATABASE_URL (an administrator's).
// A year of invented customers is folded by the service's own code into the counts, as four partitions would, and put straight into the tables. Then both questions
// are asked, cold and warm; with a folder, the answers and their charts are left there.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratchDatabase } from './scratch-database.mjs';
import { sqlOf } from '@rapport/platform';
import { channelReportOf } from '../dist/domain/maps/channel-report.js';
import { emptyPath } from '../dist/domain/maps/customer-path.js';
import { FollowedPath, heard, noCounts } from '../dist/domain/maps/follow-path.js';
import { journeyMapOf } from '../dist/domain/maps/journey-map.js';
import { DEFAULT_PRICES } from '../dist/domain/maps/prices.js';
import { stepOf } from '../dist/domain/maps/steps.js';
import { channelReportChart } from '../dist/http/charts/channel-report-chart.js';
import { journeyMapChart } from '../dist/http/charts/journey-map-chart.js';
import { openSince, readChannelCounts, readJourneyCounts } from '../dist/persistence/counts-reader.js';
import { PostgresPathStore } from '../dist/persistence/postgres-path-store.js';

/** @import {Interaction} from '@rapport/contracts' */
/** @import {Counts} from '../dist/domain/maps/follow-path.js' */
/** @import {MapQuestion} from '../dist/domain/maps/journey-map.js' */
/** @import {Period} from '../dist/domain/maps/period.js' */
/** @import {Step} from '../dist/domain/maps/steps.js' */

/** What a customer remembers from one step to the next: the case or conversation that is open. @typedef {{open?: string}} Customer */
/** What an invented interaction says beside who, when and where from. @typedef {Omit<Interaction, 'id' | 'source' | 'messageId' | 'kind' | 'at' | 'receivedAt' | 'subject' | 'identifiers' | 'inferred'>} Draft */
/** What may come next, and after how many minutes (the scale of an exponential). @typedef {[next: string, minutes: number]} Next */

const [total = 5_000_000, folder] = [Number(process.argv[2] ?? 5_000_000), process.argv[3]];
const WRITERS = 4;
const PER_CUSTOMER = 20;
const SEGMENTS = ['01890000-0000-7000-9000-000000000001', '01890000-0000-7000-9000-000000000002'];
const START = Date.UTC(2025, 0, 1);
const DAYS = 365;
const MINUTE = 60_000;

/** xorshift32: the same year every time. */
let seed = 2_463_534_242;
const random = () => {
  seed ^= seed << 13;
  seed ^= seed >>> 17;
  seed ^= seed << 5;
  return (seed >>> 0) / 4_294_967_296;
};
/** @template T @param {readonly (readonly [weight: number, one: T])[]} weighted @returns {T} */
const pick = (weighted) => {
  let at = random() * weighted.reduce((sum, [weight]) => sum + weight, 0);
  const [, one] = /** @type {readonly [number, T]} */ (weighted.find(([weight]) => (at -= weight) < 0) ?? weighted[0]);
  return one;
};

/** @param {string} event @param {Draft['channel']} channel @param {Partial<Draft>} [more] @returns {Draft} */
const on = (event, channel, more = {}) => ({
  event,
  channel,
  handling: 'none',
  direction: 'inbound',
  sensitivity: 'normal',
  properties: {},
  ...more,
});
/** @typedef {NonNullable<Draft['touchpoint']>} Touchpoint */
/** @param {Touchpoint} touchpoint @returns {Partial<Draft>} */
const pre = (touchpoint) => ({ stage: 'pre_purchase', touchpoint });
/** @param {Touchpoint} touchpoint @returns {Partial<Draft>} */
const buy = (touchpoint) => ({ stage: 'purchase', touchpoint, handling: 'self_service', complexity: 'simple' });
/** @param {Touchpoint} touchpoint @param {Draft['handling']} handling @returns {Partial<Draft>} */
const post = (touchpoint, handling = 'human') => ({ stage: 'post_purchase', touchpoint, handling });
/** What may come after what, with its weight. @type {Record<string, [weight: number, next: Next][]>} */
const STEPS = {
  begin: [
    [5, ['advert', 5]],
    [8, ['website', 5]],
    [3, ['social', 5]],
    [2, ['app', 5]],
    [1, ['event', 5]],
    [1.5, ['store', 5]],
  ],
  advert: [
    [7, ['website', 2]],
    [2, ['end', 0]],
    [1, ['app', 30]],
  ],
  social: [
    [5, ['website', 60]],
    [4, ['end', 0]],
  ],
  event: [
    [5, ['website', 2_000]],
    [3, ['end', 0]],
  ],
  website: [
    [6, ['website', 30]],
    [3, ['checkout', 60]],
    [1.2, ['chatbot', 10]],
    [1, ['app', 3_000]],
    [4, ['end', 0]],
    [0.6, ['store', 5_000]],
  ],
  app: [
    [5, ['app', 100]],
    [2, ['checkout', 50]],
    [2, ['end', 0]],
  ],
  chatbot: [
    [3, ['checkout', 60]],
    [2, ['website', 20]],
    [2, ['call', 300]],
    [1, ['end', 0]],
  ],
  store: [
    [4, ['order_store', 20]],
    [3, ['end', 0]],
  ],
  checkout: [
    [5, ['order', 8]],
    [2, ['payment', 4]],
    [3, ['website', 200]],
    [2, ['end', 0]],
  ],
  payment: [
    [6, ['order', 3]],
    [1.5, ['call', 60]],
    [1, ['end', 0]],
  ],
  order: [
    [6, ['delivery', 3_600]],
    [1.5, ['status', 2_000]],
  ],
  order_store: [
    [2, ['loyalty', 6_000]],
    [2, ['end', 0]],
    [1, ['website', 20_000]],
  ],
  status: [
    [5, ['delivery', 1_500]],
    [2, ['call', 200]],
    [1, ['chat', 30]],
  ],
  delivery: [
    [3, ['survey', 1_500]],
    [1.3, ['returns', 5_000]],
    [3, ['end', 0]],
    [2, ['website', 20_000]],
    [1, ['mail', 900]],
  ],
  returns: [
    [3, ['mail', 600]],
    [2, ['call', 300]],
    [2, ['end', 0]],
  ],
  call: [[6, ['call_end', 9]]],
  call_end: [
    [2, ['survey', 500]],
    [2, ['mail', 400]],
    [2, ['end', 0]],
    [2, ['website', 9_000]],
  ],
  chat: [
    [5, ['chat_end', 12]],
    [1, ['call', 20]],
  ],
  chat_end: [
    [3, ['survey', 60]],
    [3, ['website', 4_000]],
    [2, ['end', 0]],
  ],
  mail: [
    [5, ['mail_done', 900]],
    [2, ['call', 1_200]],
  ],
  mail_done: [
    [2, ['survey', 600]],
    [2, ['end', 0]],
    [2, ['website', 9_000]],
  ],
  survey: [
    [3, ['website', 15_000]],
    [4, ['end', 0]],
    [1, ['loyalty', 9_000]],
    [0.7, ['community', 4_000]],
  ],
  loyalty: [
    [3, ['website', 9_000]],
    [2, ['end', 0]],
  ],
  community: [
    [2, ['community', 3_000]],
    [3, ['end', 0]],
  ],
};
/** @type {Record<string, (customer: Customer) => Draft>} */
const DONE = {
  advert: () => on('Promotion Clicked', 'web', pre('advert')),
  social: () => on('Social Post Commented', 'social', { ...pre('social_post'), handling: 'community' }),
  event: () => on('Webinar Attended', 'webinar', pre('event')),
  website: () => on('Page Viewed', 'web', pre('website')),
  app: () => on('Screen Viewed', 'mobile_app', pre('app')),
  chatbot: () => on('Chatbot Question Asked', 'chatbot', { ...pre('chatbot'), handling: 'automated', complexity: 'simple' }),
  store: () => on('Store Visited', 'store', { ...buy('store_visit'), handling: 'human' }),
  checkout: () => on('Checkout Started', 'web', buy('online_checkout')),
  payment: () => on('Payment Failed', 'web', { ...buy('payment'), sensitivity: 'sensitive' }),
  order: () => on('Order Completed', 'web', { ...buy('online_checkout'), value: money() }),
  order_store: () => on('Order Completed', 'store', { ...buy('store_visit'), handling: 'human', value: money() }),
  status: () =>
    on(
      'Order Status Checked',
      pick([
        [3, 'web'],
        [2, 'mobile_app'],
        [1, 'zalo'],
      ]),
      { ...post('order_status', 'self_service'), complexity: 'simple' },
    ),
  delivery: () => on('Package Delivered', 'delivery', { ...post('delivery'), direction: 'outbound' }),
  returns: () => on('Return Requested', 'web', { ...post('returns', 'self_service'), complexity: 'guided' }),
  call: (c) => on('Call Started', 'phone', { ...post('technical_support'), ...matter(), caseId: (c.open = `c${++cases}`) }),
  call_end: (c) =>
    on(random() < 0.8 ? 'Case Resolved' : 'Call Ended', 'phone', { ...post('technical_support'), ...tone(), caseId: c.open }),
  chat: (c) =>
    on('Live Chat Message Sent', 'live_chat', {
      ...post('technical_support'),
      ...matter(),
      ...tone(),
      conversationId: (c.open = `c${++cases}`),
    }),
  chat_end: (c) => on('Live Chat Conversation Ended', 'live_chat', { ...post('technical_support'), conversationId: c.open }),
  mail: (c) =>
    on('Email Received', 'email', {
      ...post('technical_support'),
      ...matter(),
      ...tone(),
      caseId: (c.open = random() < 0.4 && c.open?.startsWith('c') ? c.open : `c${++cases}`),
    }),
  mail_done: (c) =>
    on(random() < 0.7 ? 'Case Resolved' : 'Email Sent', 'email', { ...post('technical_support'), direction: 'outbound', caseId: c.open }),
  survey: () =>
    on(
      'Survey Answered',
      pick([
        [2, 'email'],
        [1, 'sms'],
      ]),
      {
        ...post('survey', 'none'),
        properties: {
          score: pick([
            [1, 1],
            [1, 2],
            [2, 3],
            [5, 4],
            [4, 5],
          ]),
          scale: 'csat',
        },
      },
    ),
  loyalty: () => on('Loyalty Points Redeemed', 'mobile_app', { ...post('loyalty', 'self_service'), complexity: 'simple' }),
  community: () => on('Forum Post Created', 'forum', post('community', 'community')),
};
let cases = 0;
const money = () => ({ currency: 'GBP', amount: (5 + random() * 120).toFixed(2) });
/** @returns {Partial<Draft>} */
const matter = () => ({
  complexity: pick([
    [3, 'simple'],
    [4, 'guided'],
    [3, 'complex'],
  ]),
  sensitivity: pick([
    [3, 'normal'],
    [1, 'sensitive'],
  ]),
});
const tone = () => ({ sentiment: Math.round((random() * 1.6 - 0.7) * 100) / 100 });

/** @returns {Generator<Interaction>} with only what the maps look at */
function* life() {
  /** @type {Customer} */
  const customer = {};
  let at = START + random() * DAYS * 0.9 * 1440 * MINUTE;
  let step = 'begin';
  for (let n = 0; n < PER_CUSTOMER * 2; ) {
    const [next, minutes] = pick(/** @type {[number, Next][]} */ (STEPS[step]));
    if (next === 'end') {
      if (random() < 0.25) return;
      at += (10 + random() * 90) * 1440 * MINUTE;
      step = 'begin';
      continue;
    }
    at += Math.max(0.1, -Math.log(1 - random()) * minutes) * MINUTE;
    if (at > START + DAYS * 1440 * MINUTE) return;
    step = next;
    n++;
    const done = /** @type {(customer: Customer) => Draft} */ (DONE[next]);
    yield/** @type {Interaction} */ ({ ...done(customer), at: new Date(at).toISOString() });
  }
}

const counts = Array.from({ length: WRITERS }, noCounts);
let interactions = 0;
let customers = 0;
const folding = performance.now();
while (interactions < total) {
  const id = `01890000-0000-7000-8000-${(++customers).toString(16).padStart(12, '0')}`;
  const own = emptyPath();
  const customer = new FollowedPath(id, [own], 0, true);
  const tallies = /** @type {Counts} */ (counts[customers % WRITERS]);
  if (customers % 3 === 0) customer.enter(own, /** @type {string} */ (SEGMENTS[customers % 2]), id, { sequence: 1, at: START });
  for (const interaction of life()) {
    const step = /** @type {Step} */ (stepOf(interaction));
    heard(step, tallies);
    customer.hear(own, step);
    interactions++;
  }
  customer.settle(tallies);
}
console.log(`${interactions} interactions of ${customers} customers folded in ${seconds(folding)} s`);

const database = await scratchDatabase(process.env.DATABASE_URL);
const loading = performance.now();
const store = new PostgresPathStore();
const PIECE_ROWS = 20_000;
for (const [writer, tallies] of counts.entries()) {
  for (const name of /** @type {const} */ (['journeys', 'channels'])) {
    const keys = [...tallies[name].sums];
    for (let at = 0; at < keys.length; at += PIECE_ROWS) {
      const piece = noCounts();
      for (const [key, n] of keys.slice(at, at + PIECE_ROWS)) piece[name].addKey(key, n);
      await store.save(sqlOf(database.pool), { saved: [], standings: [], erased: [], counts: piece }, writer);
    }
    tallies[name].sums.clear();
  }
}
for (const table of ['journey_counts', 'channel_counts']) {
  await database.pool.query(`ANALYZE ${table}`);
  const { rows } = await database.pool.query(`SELECT count(*), pg_size_pretty(pg_total_relation_size('${table}')) AS size FROM ${table}`);
  console.log(`${table}: ${rows[0].count} rows, ${rows[0].size}`);
}
console.log(`loaded in ${seconds(loading)} s`);

const YEAR = { from: '2025-01-01', to: '2026-01-01' };
const ODD = { from: '2025-02-02', to: '2025-12-31' };
const now = new Date('2026-01-01T00:00:00Z');
/** @type {[name: string, ask: () => Promise<unknown>][]} */
const QUESTIONS = [
  ['journey map, a year, everybody, with an outcome', () => map({ period: YEAR, outcome: 'Order Completed' })],
  ['journey map, 332 days that begin and end within months', () => map({ period: ODD })],
  ['journey map, a year, one segment', () => map({ period: YEAR, segmentId: SEGMENTS[0], outcome: 'Return Requested' })],
  ['journey map, one day', () => map({ period: { from: '2025-06-10', to: '2025-06-11' } })],
  ['channel report, a year', () => report(YEAR)],
  ['channel report, 332 days', () => report(ODD)],
];
/** @param {MapQuestion} question */
const map = async (question) => journeyMapOf(await readJourneyCounts(database.pool, question, openSince(now, 30)), question);
/** @param {Period} period */
const report = async (period) => channelReportOf(await readChannelCounts(database.pool, period), DEFAULT_PRICES, period);
for (const [name, ask] of QUESTIONS) {
  const times = [];
  for (let n = 0; n < 5; n++) {
    const started = performance.now();
    await ask();
    times.push(performance.now() - started);
  }
  console.log(
    `${name}: first ${times[0]?.toFixed(0)} ms, then ${Math.min(...times.slice(1)).toFixed(0)} to ${Math.max(...times.slice(1)).toFixed(0)} ms`,
  );
}
if (folder) {
  const [journeys, channels] = [await map({ period: YEAR, outcome: 'Order Completed' }), await report(YEAR)];
  writeFileSync(join(folder, 'journey-map.svg'), journeyMapChart(journeys));
  writeFileSync(join(folder, 'channel-report.svg'), channelReportChart(channels));
  writeFileSync(join(folder, 'journey-map.json'), JSON.stringify(journeys, null, 2));
  writeFileSync(join(folder, 'channel-report.json'), JSON.stringify(channels, null, 2));
}
await database.drop();

/** @param {number} since */
function seconds(since) {
  return ((performance.now() - since) / 1000).toFixed(1);
}
