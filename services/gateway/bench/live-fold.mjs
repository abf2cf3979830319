// Processor time of one fact in the live view: node services/gateway/bench/live-fold.mjs [facts] [visitors]   (after a build)
// decode (JSON and contract) → fold → position and ring, as a gateway with listeners does for every record; and writing it for all listeners once.
import { renderEvent } from '../dist/domain/live/render-live.js';
import { LiveReading } from '../dist/pipeline/live-reading.js';
import { profileUpdated, RECORD_OF } from '../dist/testing/live-facts.js';

const [facts = 100_000, visitors = 5_000] = process.argv.slice(2).map(Number);
const WARM_UP = 20_000;
const SLICE = 200;
const now = Date.now();
const values = Array.from({ length: 1_000 }, (_, n) => {
  const profileId = `019bc0a1-7c00-7000-8000-${String((n * 7_919) % visitors).padStart(12, '0')}`;
  return RECORD_OF.profile(profileUpdated({ profileId, atMs: now, path: `/p/${n % 90}`, name: 'Ann Smith' })).value;
});
const voice = { news: () => undefined, told: async () => undefined };
const reading = new LiveReading({ presenceMs: 300_000, visitMs: 1_800_000, visitorsMax: 50_000, eventsKeptMax: 20_000 }, Date.now, voice);
reading.begin({ p: [0, 0, 0, 0], m: [0, 0, 0, 0], d: [0, 0, 0, 0] }, { p: [0, 0, 0, 0], m: [0, 0, 0, 0], d: [0, 0, 0, 0] });
const cpuUs = () => process.cpuUsage().user + process.cpuUsage().system;

let offset = 0;
async function read(/** @type {number} */ count) {
  for (let done = 0; done < count; done += SLICE) {
    const records = Array.from({ length: SLICE }, (_, n) => {
      const headers = { origin: 'profiles.resolve/interactions.recorded.v1/0', 'origin-seq': String(offset + n + 1) };
      const value = values[(offset + n) % values.length] ?? null;
      return { topic: 'profiles.updated.v1', partition: 0, offset: BigInt(offset + n), key: 'x', value, headers, timestampMs: now };
    });
    offset += SLICE;
    await reading.take({ topic: 'p', partition: 0, records, nextOffset: offset });
  }
}
await read(WARM_UP);
const beforeUs = cpuUs();
await read(facts);
const foldUs = (cpuUs() - beforeUs) / facts;
const entries = reading.ring.between(reading.ring.begin, reading.ring.end);
const beganUs = cpuUs();
let chars = 0;
for (const { event } of entries) if (event) chars += renderEvent(event, reading.around).length;
console.log(
  `${facts} facts of ${(values[0]?.length ?? 0) / 1_000} KB: ${foldUs.toFixed(1)} µs each to read and fold, ${((cpuUs() - beganUs) / entries.length).toFixed(1)} µs to write once (${Math.round(chars / entries.length)} characters)`,
);
