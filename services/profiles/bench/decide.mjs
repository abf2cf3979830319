// CPU of one interaction in this service without the database: node services/profiles/bench/decide.mjs [customers] [batch]   (after a build)
// decode → plan → facts, checked against the contract and encoded as the kernel does → states as JSON, and read back as the driver does.
import { deriveId, IDENTIFIER_RULES } from '@rapport/identifiers';
import { encodeFacts, Phases } from '../../../bench/phases.mjs';
import { decodeInteraction } from '../dist/kafka/decode-interaction.js';
import { identifierKey } from '../dist/domain/identifier-key.js';
import { ResolveProfilesPipeline } from '../dist/pipeline/resolve-profiles.pipeline.js';

/** @import {BatchContext, SourceRecord} from '@rapport/platform' */
/** @import {Claim, ProfileStore} from '../dist/pipeline/profile-store.js' */
/** @import {StoredProfile} from '../dist/domain/plan-batch.js' */

const [customers = 5_000, batch = 500] = process.argv.slice(2).map(Number);
const EVENTS = 200_000;
const WARM_UP = 60_000;

const pipeline = new ResolveProfilesPipeline({ identifierRules: IDENTIFIER_RULES }, /** @type {ProfileStore} */ ({}));
/** As its row has it, by profile id. @type {Map<string, {version: number, json: string}>} */
const states = new Map();
/** Profile ids by identifier. @type {Map<string, string>} */
const owners = new Map();
const cpu = new Phases('decode', 'load', 'decide', 'facts', 'states');
let bytes = 0;
let facts = 0;

/** @param {number} index @returns {SourceRecord} */
const record = (index) => {
  const customer = (index * 7_919) % customers;
  const at = new Date(Date.UTC(2026, 0, 1) + index * 50).toISOString();
  const order = index % 10 === 0;
  const identify = index % 25 === 1;
  const identifiers = [
    { type: 'userId', value: `user-${customer}` },
    { type: 'anonymousId', value: `0b7c2f6e-5a1d-4f0e-9c3b-${String(customer).padStart(12, '0')}` },
  ];
  if (customer % 2 === 0) identifiers.push({ type: 'email', value: `customer.${customer}@example.com` });
  return {
    topic: 'interactions.recorded.v1',
    partition: 0,
    offset: BigInt(index),
    key: `userId:user-${customer}`,
    headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    timestampMs: 0,
    value: Buffer.from(
      JSON.stringify({
        id: deriveId(new Date(at), 'bench', String(index)),
        source: 'shop',
        messageId: `message-${index}`,
        kind: identify ? 'identify' : 'track',
        event: order ? 'Order Completed' : identify ? 'Identified' : 'Product Viewed',
        at,
        receivedAt: at,
        subject: `userId:user-${customer}`,
        identifiers,
        channel: ['web', 'mobile_app', 'store', 'email'][index % 4],
        direction: 'inbound',
        stage: 'pre_purchase',
        touchpoint: 'website',
        handling: 'self_service',
        sensitivity: 'normal',
        inferred: ['direction', 'stage', 'touchpoint', 'handling', 'sensitivity'],
        ...(order && { value: { currency: 'GBP', amount: `${index % 300}.${10 + (index % 90)}` } }),
        ...(identify && { traits: { plan: 'pro', firstName: 'Lan', city: 'Hà Nội', logins: index } }),
        properties: {
          product_id: `p-${index % 900}`,
          sku: `sku-${index % 900}`,
          name: 'White hanging heart t-light holder',
          price: 2.55,
          quantity: 6,
          category: 'home',
          url: 'https://shop.example.com/p/1',
        },
        context: {
          locale: 'vi-VN',
          timezone: 'Asia/Ho_Chi_Minh',
          page: { path: '/p/1' },
          library: { name: 'analytics.js', version: '2.0.0' },
        },
      }),
    ),
  };
};

for (let from = 0; from < EVENTS; from += batch) {
  if (from === Math.floor(WARM_UP / batch) * batch) cpu.reset();
  const records = Array.from({ length: batch }, (_, index) => record(from + index));
  const inputs = cpu.measure('decode', () =>
    records.map(decodeInteraction).flatMap((decoded) => (decoded.kind === 'input' ? [decoded.input] : [])),
  );
  const locked = cpu.measure('load', () => {
    const known = {
      owners: /** @type {Map<string, string>} */ (new Map()),
      profiles: /** @type {Map<string, StoredProfile>} */ (new Map()),
      claims: /** @type {Map<string, Claim>} */ (new Map()),
    };
    for (const { interaction } of inputs) {
      for (const identifier of interaction.identifiers) {
        const key = identifierKey(identifier);
        const owner = owners.get(key);
        if (owner === undefined) continue;
        known.owners.set(key, owner);
        const stored = states.get(owner);
        if (stored !== undefined && !known.profiles.has(owner))
          known.profiles.set(owner, { id: owner, version: stored.version, state: JSON.parse(stored.json), isInLog: true });
      }
    }
    return known;
  });
  /** @type {BatchContext} */
  const context = { now: new Date(), topic: 'interactions.recorded.v1', partition: 0, cause: 'records' };
  const decision = cpu.measure('decide', () => pipeline.decide({ kind: 'interactions', locked }, inputs, context));
  bytes += cpu.measure('facts', () => encodeFacts(decision.facts));
  facts += decision.facts.length;
  const { changes } = decision;
  if (changes.kind !== 'interactions') throw new Error('interactions were decided as a request');
  cpu.measure('states', () => {
    for (const { id, version, state } of changes.plan.profiles) states.set(id, { version, json: JSON.stringify(state) });
  });
  for (const [key, { profileId }] of changes.plan.owners) owners.set(key, profileId);
}

const measured = EVENTS - Math.floor(WARM_UP / batch) * batch;
console.log({
  customers,
  batch,
  microsecondsPerEvent: {
    ...cpu.per(measured),
    all: +(cpu.total / measured).toFixed(1),
  },
  bytesPerFact: Math.round(bytes / facts),
  stateBytes: [...states.values()][0]?.json.length,
});
