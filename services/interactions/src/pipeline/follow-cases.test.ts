import { type Interaction, isOfService, type ProfileUpdated, TOPICS } from '@rapport/contracts';
import type { Parting, Standing } from '@rapport/identifiers';
import type { BatchContext } from '@rapport/platform';
import fc from 'fast-check';
import type { Case } from '../domain/cases/case.js';
import type { KnownEntry } from '../domain/cases/case-members.js';
import type { Promised } from '../domain/cases/promise.js';
import { asked, DAY, HOUR } from '../testing/customer-facts.js';
import { identityStory, IdentityTeller, interleaved, picksArbitrary, PROFILES, recordOf } from '@rapport/testkit/identity-stories';
import type { CaseChanges, CaseQuestion, CaseStore, LoadedCases, SpokenBy } from './case-store.js';
import { type CaseInput, FollowCasesPipeline } from './follow-cases.pipeline.js';

const CONTEXT: BatchContext = { now: new Date('2026-02-20T00:00:00Z'), topic: TOPICS.profilesUpdated.name, partition: 0, cause: 'records' };

/** The pipeline with its tables in memory. */
class Memory implements Pick<CaseStore, 'load'> {
  readonly cases = new Map<string, Case>();
  /** By case. */
  readonly entries = new Map<string, KnownEntry[]>();
  readonly promises = new Map<string, Promised>();
  private readonly standings = new Map<string, Standing>();
  private readonly partings = new Map<string, readonly Parting<SpokenBy>[]>();
  private readonly pipeline = new FollowCasesPipeline(this as never, { defaultTimeZone: 'UTC' });

  /** @param recorded all that ever was, by id */
  constructor(private readonly recorded: ReadonlyMap<string, Interaction>) {}

  async run(facts: readonly ProfileUpdated[]): Promise<void> {
    const inputs = facts.flatMap((fact) => {
      const decoded = this.pipeline.decode(recordOf(TOPICS.profilesUpdated.name, fact.profileId, fact));
      if (decoded.kind === 'reject') throw new Error(decoded.reason);
      return decoded.kind === 'skip' ? [] : [decoded.input as CaseInput];
    });
    if (inputs.length > 0) this.save(this.pipeline.decide(await this.pipeline.load(undefined as never, inputs), inputs, CONTEXT).changes);
  }

  // customers may be more than those who are asked for; their cases are just those that the tables would give
  load(_: never, { profileIds, moved, stated, split }: CaseQuestion): Promise<LoadedCases> {
    const survivors = new Map([...profileIds, ...PROFILES].map((id) => [id, this.ownerOf(id)]));
    const whole = split.length > 0 ? [...survivors.values()] : moved.flatMap((id) => [id, this.ownerOf(id)]);
    const isAsked = ({ id, profileId, status, reference }: Case): boolean =>
      status === 'open' ||
      status === 'resolved' ||
      whole.includes(profileId) ||
      [id, reference].some((name) => stated.includes(name ?? ''));
    const cases = new Map([...this.cases].filter(([, one]) => isAsked(one)));
    for (const { mergedInto } of cases.values()) if (mergedInto !== null) cases.set(mergedInto, this.cases.get(mergedInto)!);
    const entries = [...this.entries].map(([id, all]) => [id, all.map((entry) => ({ ...entry, storedIn: id }))] as const);
    return Promise.resolve({
      survivors,
      standings: new Map(this.standings),
      partings: new Map(this.partings),
      cases: [...cases.values()],
      promises: [...this.promises.values()],
      entries: new Map(split.length === 0 ? [] : entries.filter(([id]) => cases.has(id))),
      interactions: split.length === 0 ? new Map() : this.recorded,
    });
  }

  ownerOf(id: string): string {
    const into = this.standings.get(id)?.mergedInto ?? null;
    return into === null ? id : this.ownerOf(into);
  }

  private save({ cases, entries, promises, mergedCases, left, retold, standings, partings }: CaseChanges): void {
    for (const one of cases) this.cases.set(one.id, one);
    for (const { caseId, interactionId } of left)
      this.entries.set(
        caseId,
        (this.entries.get(caseId) ?? []).filter((entry) => entry.interactionId !== interactionId),
      );
    for (const { caseId, interactionId, toldOf } of retold)
      this.entries.set(
        caseId,
        (this.entries.get(caseId) ?? []).map((entry) => (entry.interactionId === interactionId ? { ...entry, toldOf } : entry)),
      );
    const moved = [...mergedCases].map(([from, into]) => [into, this.entries.get(from) ?? []] as const);
    for (const from of mergedCases.keys()) this.entries.delete(from);
    for (const [into, entries] of moved) this.entries.set(into, [...(this.entries.get(into) ?? []), ...entries]);
    for (const { caseId, heard, joinedBy, toldOf } of entries)
      this.entries.set(caseId, [...(this.entries.get(caseId) ?? []), { interactionId: heard.id, joinedBy, toldOf, storedIn: caseId }]);
    for (const promise of promises) this.promises.set(promise.id, promise);
    for (const [profileId, all] of partings) this.partings.set(profileId, all);
    for (const { profileId, ...standing } of standings) this.standings.set(profileId, standing);
  }
}

/** A name that can become the id itself. */
const CASE_ID = '01890000-0000-7000-9000-000000000000';

const spoken: fc.Arbitrary<Interaction> = fc
  .record({
    ms: fc.integer({ min: 0, max: 20 * DAY }).map((ms) => ms - (ms % HOUR)),
    event: fc.constantFrom(
      ...['Live Chat Message Sent', 'Live Chat Message Sent', 'Email Received', 'Survey Answered', 'Promise Made'],
      ...['Case Opened', 'Case Resolved', 'Case Closed', 'Case Merged'],
    ),
    channel: fc.constantFrom('live_chat', 'email', 'phone'),
    caseId: fc.constantFrom(undefined, undefined, 'T-1', 'T-2', CASE_ID),
    touchpoint: fc.constantFrom(undefined, 'returns', 'payment'),
    properties: fc.constantFrom({ score: 1, intoCaseId: 'T-1' }, { intoCaseId: 'T-2' }, { intoCaseId: CASE_ID }),
  })
  .map(({ ms, ...more }) => asked(ms, more as Partial<Interaction>));

const ASKS: ReadonlySet<string> = new Set(['Live Chat Message Sent', 'Email Received', 'Case Opened']);

async function follow(teller: IdentityTeller, facts: readonly ProfileUpdated[], size: number): Promise<Memory> {
  const memory = new Memory(new Map(teller.interactions.map((one) => [one.id, one])));
  for (let at = 0; at < facts.length; at += size) await memory.run(facts.slice(at, at + size));
  return memory;
}

/** Every interaction that asks is in one case, and that case is his whose the interaction is in the end. What he calls by one name is one need. */
function check(teller: IdentityTeller, memory: Memory): void {
  const caseOf = new Map<string, string>();
  for (const [caseId, entries] of memory.entries) {
    for (const { interactionId } of entries) {
      expect(caseOf.has(interactionId)).toBe(false);
      caseOf.set(interactionId, caseId);
    }
  }
  const needs = new Map<string, string>();
  for (const one of teller.interactions.filter(isOfService)) {
    const asks = ASKS.has(one.event) || (one.event === 'Survey Answered' && one.properties['score'] === 1);
    const found = memory.cases.get(caseOf.get(one.id) ?? '');
    if (asks) expect(found).toBeDefined();
    if (found && one.caseId !== undefined && one.event !== 'Case Merged') {
      const name = `${teller.ownerOf(one)} ${one.caseId}`;
      expect({ [name]: needs.get(name) ?? found.id }).toEqual({ [name]: found.id });
      needs.set(name, found.id);
    }
    if (found) expect({ [one.id]: memory.ownerOf(found.profileId) }).toEqual({ [one.id]: teller.ownerOf(one) });
    const promise = memory.promises.get(one.id);
    if (promise) expect(memory.ownerOf(promise.profileId)).toBe(teller.ownerOf(one));
  }
  for (const one of memory.cases.values()) {
    expect(memory.ownerOf(one.profileId)).toBe(one.profileId);
    expect(memory.entries.get(one.id)?.length ?? 0).toBeGreaterThanOrEqual(one.status === 'merged' ? 0 : 1);
    if (one.status === 'merged') expect(memory.entries.get(one.id) ?? []).toEqual([]);
    if (one.status === 'merged') expect(memory.cases.get(one.mergedInto!)?.profileId).toBe(one.profileId);
  }
}

describe('cases', () => {
  it('are his whose the interactions are in the end: attached, merged and un-merged, in whichever order the partitions are read', async () => {
    await fc.assert(
      fc.asyncProperty(identityStory(spoken), picksArbitrary, fc.integer({ min: 1, max: 12 }), async (story, picks, size) => {
        const teller = new IdentityTeller(story);
        check(teller, await follow(teller, interleaved(teller.streams, picks), size));
      }),
      { numRuns: 1000 },
    );
  });
});
