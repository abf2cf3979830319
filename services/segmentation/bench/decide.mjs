// CPU of one interaction in this service without the database: node services/segmentation/bench/decide.mjs [customers] [batch]   (after a build)
// decode → decide → facts, checked against the contract and encoded as the kernel does → states and snapshots as JSON, and read back as the driver does.
import { randomUUID } from 'node:crypto';
import { deriveId } from '@rapport/identifiers';
import { encodeFacts, Phases } from '../../../bench/phases.mjs';
import { SEGMENTS } from '../../../bench/prepare.mjs';
import { parseRule } from '../dist/domain/parse-rule.js';
import { compileRulebook } from '../dist/domain/rulebook.js';
import { encodeState } from '../dist/domain/stored-customer.js';
import { decodeProfileUpdated } from '../dist/kafka/decode-profile-updated.js';
import { BatchDecision } from '../dist/pipeline/batch-decision.js';

/** @import {SourceRecord} from '@rapport/platform' */
/** @import {CustomerRow} from '../dist/pipeline/customer-store.js' */

const [customers = 5_000, batch = 800] = process.argv.slice(2).map(Number);
const EVENTS = 240_000;
const WARM_UP = 80_000;
const CHANNELS = ['web', 'mobile_app', 'store', 'phone'];
const EVENTS_OF = [
  'Product Viewed',
  'Product Viewed',
  'Product Viewed',
  'Page Viewed',
  'Product Added',
  'Order Completed',
  'Call Ended',
  'Identified',
];

const rulebook = compileRulebook(
  1,
  SEGMENTS.map(({ name, rule }) => {
    const parsed = parseRule(rule);
    if (!parsed.ok) throw new Error(`${name}: ${JSON.stringify(parsed.errors)}`);
    return { id: randomUUID(), name, version: 1, epoch: 1, references: {}, rule: parsed.rule };
  }),
  [],
);
/** @type {Map<string, CustomerRow>} */
const rows = new Map();
const cpu = new Phases('decode', 'decide', 'facts', 'states');
let facts = 0;

/** @param {number} index @returns {SourceRecord} */
const record = (index) => {
  const customer = (index * 7_919) % customers;
  const version = Math.floor(index / customers) + 1;
  const at = new Date(Date.UTC(2026, 0, 1) + index * 50).toISOString();
  const event = EVENTS_OF[index % EVENTS_OF.length];
  const channel = CHANNELS[index % CHANNELS.length];
  const profileId = deriveId(new Date(0), 'bench', String(customer));
  const count = { count: version, lastAt: at };
  const interaction = {
    id: deriveId(new Date(at), 'bench', String(index)),
    source: 'shop',
    messageId: `message-${index}`,
    kind: 'track',
    event,
    at,
    receivedAt: at,
    subject: `userId:user-${customer}`,
    identifiers: [{ type: 'userId', value: `user-${customer}` }],
    channel,
    direction: 'inbound',
    stage: 'pre_purchase',
    touchpoint: 'website',
    handling: channel === 'phone' ? 'human' : 'self_service',
    sensitivity: 'normal',
    inferred: ['direction', 'stage', 'touchpoint', 'handling', 'sensitivity'],
    ...(event === 'Order Completed' && { value: { currency: 'GBP', amount: `${index % 300}.50` } }),
    properties: { product_id: `p-${index % 900}`, quantity: 2, price: 12.5, total: index % 300, currency: 'GBP' },
  };
  const profile = {
    id: profileId,
    version,
    identifiers: [{ type: 'userId', value: `user-${customer}`, firstSeenAt: at }],
    traits: { plan: { value: customer % 2 ? 'pro' : 'free', source: 'shop', at }, city: { value: 'Huế', source: 'shop', at } },
    contactPoints: [],
    consents: [],
    accounts: [],
    firstSeenAt: at,
    lastSeenAt: at,
    orders: { count: version >> 3, revenue: [{ currency: 'GBP', amount: '12.50' }] },
    refunds: { count: 0, amount: [] },
    contacts: { byChannel: { web: count, phone: count, store: count }, byHandling: { self_service: count, human: count } },
    satisfaction: { answers: 0 },
    openCases: [],
    mergedFrom: [],
  };
  const value = Buffer.from(JSON.stringify({ profileId, version, profile, applied: [interaction] }));
  return { topic: 'profiles.updated.v1', partition: 0, offset: BigInt(index), key: profileId, value, headers: {}, timestampMs: 0 };
};

for (let from = 0; from < EVENTS; from += batch) {
  if (from === Math.floor(WARM_UP / batch) * batch) cpu.reset();
  const records = Array.from({ length: batch }, (_, index) => record(from + index));
  const inputs = cpu.measure('decode', () =>
    records
      .map(decodeProfileUpdated)
      .flatMap((decoded) => (decoded.kind === 'input' && decoded.input.kind === 'profile' ? [decoded.input] : [])),
  );
  const nobody = { histories: new Map(), standings: new Map(), partings: new Map(), told: [], isOfIdentity: false };
  const loaded = { rulebook, survivors: new Map(), rows: new Map(), fresh: new Map(), ...nobody };
  for (const { profileId, behaviours } of inputs) {
    loaded.survivors.set(profileId, profileId);
    loaded.rows.set(profileId, rows.get(profileId) ?? { profileId, partition: 0, version: 0, epoch: null, snapshot: null, state: null });
    for (const one of behaviours) loaded.fresh.set(one.id, { ...one, customerId: profileId, toldOf: profileId });
  }
  const decision = cpu.measure('decide', () => {
    const decision = new BatchDecision(loaded, new Date(Date.UTC(2026, 0, 1) + (from + batch) * 50));
    for (const input of inputs) decision.take(input);
    return { facts: decision.facts, changes: decision.changes(0) };
  });
  cpu.measure('facts', () => encodeFacts(decision.facts));
  facts += decision.facts.length;
  cpu.measure('states', () => {
    for (const { customer, partition } of decision.changes.customers)
      rows.set(customer.profileId, {
        profileId: customer.profileId,
        partition,
        version: customer.version,
        epoch: customer.epoch,
        snapshot: JSON.stringify(customer.snapshot),
        state: encodeState(customer),
      });
  });
}

const measured = EVENTS - Math.floor(WARM_UP / batch) * batch;
console.log({
  customers,
  batch,
  microsecondsPerEvent: {
    ...cpu.per(measured),
    all: +(cpu.total / measured).toFixed(1),
  },
  factsPerEvent: +(facts / EVENTS).toFixed(2),
  stateBytes: [...rows.values()][0]?.state?.length,
});
