// Payloads per second and core, per adapter: from the record of the log to interactions, as the pipeline's `decode` does it. Wants a build.
//   node services/interactions/bench/adapters.mjs [seconds per adapter]
import { inbound } from '../dist/testing/inbound.js';
import { recordOf, SETTINGS_FOR_TESTS } from '../dist/testing/received.js';
import { SAMPLE_HEADERS, SAMPLES } from '../dist/testing/vendor-payloads.js';
import { decodeReceived } from '../dist/kafka/decode-received.js';

const BAR = 5_000;
const seconds = Number(process.argv[2] ?? 2);

/**
 * Every record is another one, so that no cache of the engine helps more than it would in production.
 * @param {string} provider
 */
function recordsOf(provider) {
  const records = [];
  for (let round = 0; round < 200; round += 1)
    for (const sample of SAMPLES[provider] ?? [])
      records.push(recordOf({ ...inbound(provider, sample, { headers: SAMPLE_HEADERS[provider] ?? {} }), messageId: `d-${round}` }));
  return records;
}

/** @param {string} provider @param {number} forSeconds @returns payloads a second of CPU time, and interactions a payload */
function measure(provider, forSeconds) {
  const records = recordsOf(provider);
  let payloads = 0;
  let interactions = 0;
  const before = process.cpuUsage();
  const until = performance.now() + forSeconds * 1_000;
  while (performance.now() < until) {
    for (const record of records) {
      const decoded = decodeReceived(record, SETTINGS_FOR_TESTS);
      if (decoded.kind !== 'input') throw new Error(`${provider}: ${JSON.stringify(decoded)}`);
      interactions += decoded.input.interactions.length;
    }
    payloads += records.length;
  }
  const { user, system } = process.cpuUsage(before);
  return { rate: payloads / ((user + system) / 1e6), each: interactions / payloads };
}

let below = 0;
console.log('adapter      payloads/s/core   interactions each');
for (const provider of Object.keys(SAMPLES)) {
  measure(provider, seconds / 4);
  const { rate, each } = measure(provider, seconds);
  if (rate < BAR) below += 1;
  console.log(
    `${provider.padEnd(12)} ${String(Math.round(rate)).padStart(15)}   ${each.toFixed(1)}${rate < BAR ? `   below the bar of ${BAR}` : ''}`,
  );
}
process.exitCode = below > 0 ? 1 : 0;
