// Acceptance alone: how many events a second the gateway takes (one by one, in batches of 20) and how long one POST takes at 1,000 a second.
// `node bench/acceptance.mjs` against the gateway of .rapport/dev.json, or GATEWAY_URL and WRITE_KEY. Prints a table and one line of JSON.
import { existsSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { flood, pace, requestOf } from './http-load.mjs';

const BATCH = 20;
const RATE = 1_000;

/** Events such as a web shop sends: about 600 bytes, everybody is somebody else. */
function eventMaker(/** @type {string} */ run) {
  let made = 0;
  return () => {
    const index = made++;
    return {
      type: 'track',
      messageId: `${run}-${index}`,
      userId: `bench-${index % 50_000}`,
      anonymousId: `8c1f02e7-${index % 50_000}`,
      event: 'Product Added',
      timestamp: new Date().toISOString(),
      context: {
        library: { name: 'bench', version: '1' },
        locale: 'en-GB',
        page: { url: 'https://shop.example/products/85123A', path: '/products/85123A', title: 'White hanging heart' },
      },
      properties: {
        product_id: '85123A',
        name: 'WHITE HANGING HEART T-LIGHT HOLDER',
        quantity: 6,
        price: '2.55',
        currency: 'GBP',
        category: 'Home',
        cart_id: `c-${index % 9_973}`,
      },
      integrations: {},
    };
  };
}

/** CPU seconds that the gateway has used and its memory, as it says itself. */
async function usageOf(/** @type {string} */ gateway) {
  const text = await (await fetch(`${gateway}/metrics`)).text();
  const value = (/** @type {string} */ name) =>
    Number(new RegExp(`^${name}(?:\\{[^}]*\\})? ([\\d.e+-]+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  return { cpu: value('process_cpu_seconds_total'), memory: value('process_resident_memory_bytes') };
}

/**
 * @param {{gateway: string, writeKey: string, seconds?: number, connections?: number}} options
 * @returns {Promise<{name: string, eventsPerSecond: number, p50: number, p99: number, max: number, cpuMicros: number, memoryMb: number, refused: Record<number, number>}[]>}
 */
export async function measureAcceptance({ gateway, writeKey, seconds = 10, connections = 64 }) {
  const headers = { authorization: `Basic ${Buffer.from(`${writeKey}:`).toString('base64')}` };
  const event = eventMaker(`bench-${Date.now()}`);
  const track = new URL('/v1/track', gateway);
  const batch = new URL('/v1/batch', gateway);
  const one = () => requestOf(track, headers, JSON.stringify(event()));
  const many = () =>
    requestOf(batch, headers, JSON.stringify({ sentAt: new Date().toISOString(), batch: Array.from({ length: BATCH }, event) }));
  const runs = [
    { name: 'warm-up', events: 1, run: () => flood({ url: track, connections, seconds: Math.min(3, seconds), next: one }) },
    { name: 'one by one', events: 1, run: () => flood({ url: track, connections, seconds, next: one }) },
    {
      name: `batches of ${BATCH}`,
      events: BATCH,
      run: () => flood({ url: batch, connections: Math.ceil(connections / 2), seconds, next: many }),
    },
    { name: `one by one at ${RATE}/s`, events: 1, run: () => pace({ url: track, connections, seconds, rate: RATE, next: one }) },
  ];
  const results = [];
  for (const { name, events, run } of runs) {
    const before = await usageOf(gateway);
    const { ok, seconds: took, p50, p99, max, refused } = await run();
    const after = await usageOf(gateway);
    const accepted = ok * events;
    results.push({
      name,
      eventsPerSecond: Math.round(accepted / took),
      p50,
      p99,
      max,
      refused,
      cpuMicros: Math.round(((after.cpu - before.cpu) * 1e6) / Math.max(1, accepted)),
      memoryMb: Math.round(after.memory / 1e6),
    });
  }
  return results.slice(1);
}

function target() {
  const file = new URL('../.rapport/dev.json', import.meta.url);
  const dev = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
  const gateway = process.env.GATEWAY_URL ?? dev.gateway;
  const writeKey = process.env.WRITE_KEY ?? dev.writeKey;
  if (!gateway || !writeKey) throw new Error('No gateway: run `npm start` first, or set GATEWAY_URL and WRITE_KEY.');
  return { gateway, writeKey };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const results = await measureAcceptance({ ...target(), seconds: Number(process.env.SECONDS_EACH ?? 10) });
  console.table(
    Object.fromEntries(
      results.map(({ name, refused, ...figures }) => [
        name,
        {
          ...figures,
          refused: Object.entries(refused)
            .map(([status, count]) => `${status}: ${count}`)
            .join(' '),
        },
      ]),
    ),
  );
  console.log(JSON.stringify(results));
}
