// CPU of following cases, without the database: node services/interactions/bench/cases.mjs [share of facts that ask, percent]   (after a build)
// A batch of facts as profiles publishes them: most say in a header that they are none of a case's business, the others are decoded, decided and encoded.
import { profileHintHeaders } from '@rapport/contracts';
import { encodeFacts, Phases } from '../../../bench/phases.mjs';
import { FollowCasesPipeline } from '../dist/pipeline/follow-cases.pipeline.js';
import { asked, TellingProfile } from '../dist/testing/customer-facts.js';

/** @import {CaseStore} from '../dist/pipeline/case-store.js' */

const share = Number(process.argv[2] ?? 8);
const BATCH = 1_000;
const ROUNDS = 60;
const WARM_UP = 20;
const pipeline = new FollowCasesPipeline(/** @type {CaseStore} */ ({}), { defaultTimeZone: 'Asia/Ho_Chi_Minh' });
const HINTS = { changed: new Set(), events: new Set(['Product Viewed']) };

/** @param {number} index */
function recordOf(index) {
  const service = index % 100 < share;
  const profile = TellingProfile.named(`customer-${index}`);
  const value = Buffer.from(
    JSON.stringify(
      profile.fact([asked(index, service ? { text: 'Where is my parcel?' } : { event: 'Product Viewed', handling: 'self_service' })]),
    ),
  );
  const headers = profileHintHeaders({ ...HINTS, service });
  return { topic: 'profiles.updated.v1', partition: 0, offset: BigInt(index), key: profile.id, value, headers, timestampMs: 0 };
}
const records = Array.from({ length: BATCH }, (_, index) => recordOf(index));
const cpu = new Phases('decode', 'decide', 'encode');
for (let round = 0; round < ROUNDS; round++) {
  if (round === WARM_UP) cpu.reset();
  const inputs = cpu.measure('decode', () =>
    records.map((record) => pipeline.decode(record)).flatMap((decoded) => (decoded.kind === 'input' ? [decoded.input] : [])),
  );
  const survivors = new Map(inputs.map(({ profileId }) => [profileId, profileId]));
  const context = {
    now: new Date('2026-01-15T10:00:00Z'),
    topic: 'profiles.updated.v1',
    partition: 0,
    cause: /** @type {const} */ ('records'),
  };
  // Nobody is merged and nothing is split, and no case is open yet.
  const loaded = {
    survivors,
    standings: new Map(),
    cases: [],
    promises: [],
    partings: new Map(),
    entries: new Map(),
    interactions: new Map(),
  };
  const decision = cpu.measure('decide', () => pipeline.decide(loaded, inputs, context));
  cpu.measure('encode', () => {
    encodeFacts(decision.facts);
    for (const one of decision.changes.cases) JSON.stringify(one);
  });
}
const measured = (ROUNDS - WARM_UP) * BATCH;
console.log(
  JSON.stringify({
    share,
    usPerFact: +(cpu.total / measured).toFixed(2),
    usPerAsk: +(cpu.total / ((measured * share) / 100)).toFixed(2),
    ...cpu.per(measured),
  }),
);
