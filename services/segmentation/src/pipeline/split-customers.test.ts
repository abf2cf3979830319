import { type MembershipChanged, type ProfileUpdated, TOPICS } from '@rapport/contracts';
import type { Parting, Standing } from '@rapport/identifiers';
import type { BatchContext } from '@rapport/platform';
import { identityStory, IdentityTeller, interleaved, picksArbitrary, PROFILES, recordOf } from '@rapport/testkit/identity-stories';
import fc from 'fast-check';
import { type Behaviour, toBehaviour } from '../domain/behaviour.js';
import { isMember, newCustomer } from '../domain/customer.js';
import { hear, refresh } from '../domain/follow-customer.js';
import { parseRule } from '../domain/parse-rule.js';
import { compileRulebook, type Rulebook } from '../domain/rulebook.js';
import { decodeCustomer, encodeState } from '../domain/stored-customer.js';
import type { ToldBehaviour } from '../domain/told-histories.js';
import type { Listed } from '../domain/unmerge.js';
import { DAY, START } from '../testing/people.js';
import { behaving, withSnapshot } from '../testing/told-stories.js';
import type { CustomerChanges, CustomerQuestion, CustomerRow, CustomerStore, LockedCustomers, MembershipRow } from './customer-store.js';
import { EvaluateSegmentsPipeline, type Input } from './evaluate-segments.pipeline.js';

const NOW = new Date(START + 20 * DAY);
const CONTEXT: BatchContext = { now: NOW, topic: TOPICS.profilesUpdated.name, partition: 0, cause: 'records' };
const RULES = [
  { did: 'Order Completed', times: { atLeast: 2 }, within: { days: 10 } },
  { sum: 'properties.total', of: 'Order Completed', gte: '30.00' },
  { did: 'Survey Answered' },
];
const RULEBOOK = rulebookOf(RULES);

function rulebookOf(rules: readonly object[]): Rulebook {
  const segments = rules.map((json, index) => {
    const parsed = parseRule(json);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return { id: `s${index + 1}`, name: `s${index + 1}`, version: 1, epoch: 1, rule: parsed.rule, references: {} };
  });
  return compileRulebook(1, segments, []);
}

/** The pipeline with its tables in memory. */
class Memory implements Pick<CustomerStore, 'lock' | 'rulebook' | 'history' | 'remember'> {
  readonly rows = new Map<string, CustomerRow>();
  readonly standings = new Map<string, Standing>();
  readonly memberships = new Map<string, MembershipRow>();
  readonly answers = new Map<string, string>();
  behaviours: ToldBehaviour[] = [];
  private readonly sequences = new Map<string, number>();
  private readonly partings = new Map<string, readonly Parting<Listed>[]>();
  private readonly pipeline = new EvaluateSegmentsPipeline(this as never, { sweepCustomersMax: 10 });

  async run(facts: readonly ProfileUpdated[]): Promise<void> {
    const inputs = facts.map((fact): Input => {
      const decoded = this.pipeline.decode(recordOf(TOPICS.profilesUpdated.name, fact.profileId, fact));
      if (decoded.kind !== 'input') throw new Error(decoded.kind);
      return decoded.input;
    });
    const { changes, facts: told } = this.pipeline.decide(await this.pipeline.load(undefined as never, inputs, CONTEXT), inputs, CONTEXT);
    for (const { topic, value } of told ?? []) if (topic === TOPICS.membershipChanged) this.hear(value as MembershipChanged);
    this.save(changes);
  }

  /** As a reader of memberships, who leaves out what is no news. */
  private hear({ profileId, segmentId, sequence }: MembershipChanged): void {
    const key = `${segmentId} ${profileId}`;
    expect(sequence).toBeGreaterThan(this.sequences.get(key) ?? 0);
    this.sequences.set(key, sequence);
  }

  rulebook = () => Promise.resolve(RULEBOOK);

  // customers may be more than those who are asked for
  lock(_: never, { profileIds }: CustomerQuestion): Promise<LockedCustomers> {
    const ids = [...new Set([...profileIds, ...PROFILES])];
    const survivors = new Map(ids.map((id) => [id, this.ownerOf(id)]));
    const empty = { partition: null, version: 0, epoch: null, snapshot: null, state: null };
    const rows = new Map(ids.map((id) => [id, this.rows.get(id) ?? { profileId: id, ...empty }]));
    return Promise.resolve({ survivors, rows, standings: new Map(this.standings), partings: new Map(this.partings) });
  }

  history(_: never, customerIds: readonly string[]): Promise<Map<string, ToldBehaviour[]>> {
    return Promise.resolve(new Map(customerIds.map((id) => [id, this.behaviours.filter(({ customerId }) => customerId === id)])));
  }

  remember(_: never, behaviours: readonly ToldBehaviour[]): Promise<Set<string>> {
    const fresh = behaviours.filter((one) => !this.behaviours.some(({ id, customerId }) => id === one.id && customerId === one.customerId));
    this.behaviours.push(...fresh);
    return Promise.resolve(new Set(fresh.map(({ id }) => id)));
  }

  ownerOf(id: string): string {
    const into = this.standings.get(id)?.mergedInto ?? null;
    return into === null ? id : this.ownerOf(into);
  }

  private save(changes: CustomerChanges): void {
    this.saveHistories(changes);
    for (const { from } of changes.merged)
      for (const [key, one] of this.memberships) if (one.profileId === from) this.memberships.delete(key);
    for (const { profileId, ...standing } of changes.standings) {
      this.standings.set(profileId, standing);
      const row = this.rows.get(profileId) ?? { profileId, partition: 0, version: 0, epoch: null, snapshot: null, state: null };
      const version = Math.max(row.version, standing.version);
      if (standing.mergedInto !== null) this.rows.set(profileId, { ...row, version, epoch: null, snapshot: null, state: null });
    }
    for (const [profileId, all] of changes.partings) this.partings.set(profileId, all);
    for (const { interactionId, profileId } of changes.answers) this.answers.set(interactionId, profileId);
    for (const { customer, partition, snapshotChanged } of changes.customers) {
      const { profileId, version, epoch } = customer;
      const snapshot = snapshotChanged ? JSON.stringify(customer.snapshot) : (this.rows.get(profileId)?.snapshot ?? null);
      this.rows.set(profileId, { profileId, partition, version, epoch, snapshot, state: encodeState(customer) });
    }
    for (const { segmentId, profileId } of changes.left) this.memberships.delete(`${segmentId} ${profileId}`);
    for (const one of changes.entered) this.memberships.set(`${one.segmentId} ${one.profileId}`, one);
  }

  private saveHistories({ merged, moved }: CustomerChanges): void {
    const placeOf = (id: string): string => merged.find(({ from }) => from === id)?.into ?? id;
    this.behaviours = this.behaviours.map((one) => ({ ...one, customerId: placeOf(one.customerId) }));
    for (const [id, owner] of this.answers) this.answers.set(id, placeOf(owner));
    for (const { behaviour, from, to } of moved) {
      const found = this.behaviours.findIndex(({ id, customerId }) => id === behaviour.id && customerId === from);
      expect(found).toBeGreaterThanOrEqual(0);
      this.behaviours[found] = { ...this.behaviours[found]!, ...to };
      if (this.answers.has(behaviour.id)) this.answers.set(behaviour.id, to.customerId);
    }
  }
}

/** As if everything had been told of the right person from the beginning. */
function asOne(profileId: string, behaviours: readonly Behaviour[]) {
  const customer = newCustomer(profileId);
  refresh(customer, RULEBOOK, [], NOW.getTime());
  hear(customer, RULEBOOK, { behaviours: [...behaviours].sort((a, b) => a.at - b.at) }, NOW.getTime());
  return customer;
}

function check(teller: IdentityTeller, memory: Memory): void {
  const truth = new Map(teller.interactions.map((one) => [one.id, teller.ownerOf(one)]));
  expect(new Map(memory.behaviours.map(({ id, customerId }) => [id, customerId]))).toEqual(truth);
  expect(memory.behaviours).toHaveLength(truth.size);
  for (const [id, owner] of memory.answers) expect({ [id]: owner }).toEqual({ [id]: truth.get(id) });
  for (const [person, facts] of teller.streams.entries()) {
    const profileId = PROFILES[person]!;
    expect(memory.ownerOf(profileId)).toBe(teller.livingOf(profileId));
    const members = [...memory.memberships.values()].filter((one) => one.profileId === profileId).map(({ segmentId }) => segmentId);
    if (memory.ownerOf(profileId) !== profileId) expect(members).toEqual([]);
    if (memory.ownerOf(profileId) !== profileId || facts.length === 0) continue;
    const known = decodeCustomer(memory.rows.get(profileId)!);
    const own = teller.interactions.filter((one) => truth.get(one.id) === profileId).map(toBehaviour);
    const { tallies, evidence, memberships } = asOne(profileId, own);
    expect(counted(known)).toEqual(counted({ tallies, evidence }));
    const segmentIds = (all: typeof memberships) => Object.keys(all).filter((id) => isMember(all[id]));
    expect(segmentIds(known.memberships).sort()).toEqual(segmentIds(memberships).sort());
    expect(members.sort()).toEqual(segmentIds(memberships).sort());
    expect(known.snapshot?.traits).toEqual({ told: `${profileId} ${facts.at(-1)!.version}` });
  }
}

/** A tally that counts nothing is the same as none, and the order of what is kept says nothing. */
function counted({ tallies, evidence }: Pick<ReturnType<typeof newCustomer>, 'tallies' | 'evidence'>) {
  const filled = Object.entries(tallies).filter(([, { n }]) => n > 0);
  return JSON.parse(JSON.stringify({ tallies: Object.fromEntries(filled), evidence })) as object;
}

describe('customers', () => {
  it('are who the interactions say in the end: attached, merged and un-merged, in whichever order the partitions are read', async () => {
    await fc.assert(
      fc.asyncProperty(identityStory(behaving), picksArbitrary, fc.integer({ min: 1, max: 12 }), async (story, picks, size) => {
        const teller = new IdentityTeller(story);
        const facts = interleaved(teller.streams, picks).map(withSnapshot);
        const memory = new Memory();
        for (let at = 0; at < facts.length; at += size) await memory.run(facts.slice(at, at + size));
        check(teller, memory);
      }),
      { numRuns: 500 },
    );
  });
});
