// How soon the live view shows what somebody does, through the whole product: page views come in at the gateway's door one by one, listeners hear of them there:
//   node bench/live-walk.mjs [--rate 50] [--seconds 20] [--listeners 1000] [--visitors 500]   (after a build; Linux)
// Two replicas of the gateway, with half of the listeners each. Latencies count from the moment at which a view was sent.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startRapport } from '../deploy/local/stack.mjs';
import { LiveListeners } from './live-listener.mjs';
import { prepareCampaign } from './prepare.mjs';

const { values: options } = parseArgs({
  options: {
    rate: { type: 'string', default: '50' },
    seconds: { type: 'string', default: '20' },
    listeners: { type: 'string', default: '1000' },
    visitors: { type: 'string', default: '500' },
  },
});
const [RATE, SECONDS, LISTENERS, VISITORS] = [
  Number(options.rate),
  Number(options.seconds),
  Number(options.listeners),
  Number(options.visitors),
];
const WARM_UP_SECONDS = 10;
const ROUND_MS = 100;
/** Every so many listeners one looks at what it hears; the others only count. */
const LOOKS = 50;
const sleep = (/** @type {number} */ ms) => new Promise((resolve) => setTimeout(resolve, ms));

const live = new LiveListeners();
let views = 0;
let refused = 0;
async function view(/** @type {string} */ url, /** @type {string} */ key) {
  const number = views++;
  const response = await fetch(`${url}/v1/page`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(`${key}:`)}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      anonymousId: `visitor-${number % VISITORS}`,
      name: 'Product',
      properties: { path: `/p/${number % 90}` },
      timestamp: new Date().toISOString(),
      messageId: `live-${process.pid}-${number}`,
    }),
  }).catch(() => undefined);
  if (!response?.ok) refused++;
  await response?.text();
}

/** Views at a steady rate, whatever the answers take. @returns how many */
async function browse(/** @type {string} */ url, /** @type {string} */ key, /** @type {number} */ seconds) {
  const beganMs = Date.now();
  /** @type {Promise<void>[]} */
  const asked = [];
  for (let round = 1; round * ROUND_MS <= seconds * 1_000; round++) {
    for (let n = 0; n < (RATE * ROUND_MS) / 1_000; n++) asked.push(view(url, key));
    await sleep(Math.max(0, beganMs + round * ROUND_MS - Date.now()));
  }
  await Promise.all(asked);
  return asked.length;
}

const dir = await mkdtemp(join(tmpdir(), 'rapport-live-'));
const rapport = await startRapport({ dir, freePorts: true, mailbox: false, partitions: 2, replicas: { gateway: 2 } });
try {
  await prepareCampaign(rapport.gatewayUrl, rapport.serverKey);
  const urls = (rapport.services['gateway'] ?? []).map((one) => one.url);
  for (let n = 0; n < LISTENERS; n++) await live.listen(urls[n % urls.length] ?? '', rapport.serverKey, n % LOOKS < urls.length);
  await browse(rapport.gatewayUrl, rapport.writeKey, WARM_UP_SECONDS);
  await sleep(3_000);
  refused = 0;
  live.reset();
  const sent = await browse(rapport.gatewayUrl, rapport.writeKey, SECONDS);
  await live.hearAll(sent * LISTENERS);
  console.log(
    `${LISTENERS} listeners at ${urls.length} gateways, ${sent} page views at ${RATE}/s, ${refused} refused: ${live.told} of ${sent * LISTENERS} events told`,
  );
  console.log(`sent to listener: ${live.percentiles}`);
  live.close();
} finally {
  await rapport.stop();
  await rm(dir, { recursive: true, force: true });
}
