import { type Interaction, profileHintHeaders, TOPICS } from '@rapport/contracts';
import type { Standing } from '@rapport/identifiers';
import type { BatchContext } from '@rapport/platform';
import fc from 'fast-check';
import { decodePath } from '../domain/maps/stored-path.js';
import type { Tally } from '../domain/maps/tally.js';
import type { MapInput } from '../kafka/decode-map-facts.js';
import { decodeMapFact } from '../kafka/decode-map-facts.js';
import { type MapFact, mapInteraction, readCounts, storyArbitrary, factsOf, scanStory } from '../testing/map-stories.js';
import { identityStory, IdentityTeller, interleaved, picksArbitrary, recordOf } from '@rapport/testkit/identity-stories';
import { scanMaps } from '../testing/scan-maps.js';
import { MapJourneysPipeline, questionOf } from './map-journeys.pipeline.js';
import type { LockedPaths, PathChanges } from './path-store.js';

const CONTEXT: BatchContext = { now: new Date('2026-04-01T00:00:00Z'), topic: TOPICS.profilesUpdated.name, partition: 0, cause: 'records' };
const pipeline = new MapJourneysPipeline({} as never, { retentionDays: 395 });

/** The pipeline with its tables in memory. */
class Memory {
  private readonly stored = new Map<string, string | null>();
  private readonly standings = new Map<string, Standing>();
  readonly journeys = new Map<string, bigint>();
  readonly channels = new Map<string, bigint>();

  /** @param recorded all that ever was, by id */
  constructor(private readonly recorded: ReadonlyMap<string, Interaction> = new Map()) {}

  run(inputs: readonly MapInput[]): void {
    const { changes } = pipeline.decide(this.lock(inputs), inputs, CONTEXT);
    this.save(changes);
  }

  private lock(inputs: readonly MapInput[]): LockedPaths {
    const { profileIds, split } = questionOf(inputs);
    const survivors = new Map(profileIds.map((id) => [id, this.survivorOf(id)]));
    const living = [...new Set(survivors.values())];
    const parts = [...this.standings.keys()].filter((id) => !living.includes(id) && living.includes(this.survivorOf(id)));
    return {
      survivors,
      stored: new Map([...living, ...parts].map((id) => [id, this.stored.get(id) ?? null])),
      standings: new Map([...living, ...parts].map((id) => [id, this.standings.get(id) ?? { mergedInto: null, version: 0 }])),
      interactions: new Map(split.flatMap(({ interactionIds }) => interactionIds.map((id) => [id, this.recorded.get(id)!]))),
    };
  }

  private survivorOf(id: string): string {
    const next = this.standings.get(id)?.mergedInto ?? null;
    return next === null ? id : this.survivorOf(next);
  }

  private save({ saved, standings, counts }: PathChanges): void {
    for (const { profileId, mergedInto, version } of standings) this.standings.set(profileId, { mergedInto, version });
    for (const { profileId, stored } of saved) this.stored.set(profileId, stored);
    addTo(this.journeys, counts.journeys);
    addTo(this.channels, counts.channels);
  }

  paths = () => [...this.stored.values()].map(decodePath);
}

function addTo(sums: Map<string, bigint>, tally: Tally): void {
  for (const [key, n] of readCounts(tally)) {
    const sum = (sums.get(key) ?? 0n) + n;
    if (sum === 0n) sums.delete(key);
    else sums.set(key, sum);
  }
}

const inputsOf = (facts: readonly MapFact[]): MapInput[] =>
  facts.flatMap(({ topic, key, value }) => {
    const decoded = decodeMapFact(recordOf(topic, key, value));
    if (decoded.kind === 'reject') throw new Error(decoded.reason);
    return decoded.kind === 'skip' ? [] : [decoded.input];
  });

describe('the maps', () => {
  it('equal a scan of the interactions: late and disordered events, merges, segments, any cut into batches', () => {
    fc.assert(
      fc.property(storyArbitrary, fc.integer({ min: 1, max: 7 }), (story, size) => {
        const memory = new Memory();
        const inputs = inputsOf(factsOf(story));
        for (let at = 0; at < inputs.length; at += size) memory.run(inputs.slice(at, at + size));
        const scan = scanStory(story);
        expect(sorted(memory.journeys)).toEqual(sorted(scan.journeys));
        expect(sorted(memory.channels)).toEqual(sorted(scan.channels));
      }),
      { numRuns: 200 },
    );
  });

  it('equal a scan by whose each interaction is in the end: attached, merged and un-merged, in whichever order the partitions are read', () => {
    fc.assert(
      fc.property(identityStory(mapInteraction), picksArbitrary, fc.integer({ min: 1, max: 7 }), (story, picks, size) => {
        const teller = new IdentityTeller(story);
        const facts = interleaved(teller.streams, picks).map((value) => ({
          topic: TOPICS.profilesUpdated.name,
          key: value.profileId,
          value,
        }));
        const memory = new Memory(new Map(teller.interactions.map((one) => [one.id, one])));
        const inputs = inputsOf(facts);
        for (let at = 0; at < inputs.length; at += size) memory.run(inputs.slice(at, at + size));
        const owners = new Set(teller.interactions.map((one) => teller.ownerOf(one)));
        const scan = scanMaps(
          [...owners].map((id) => ({ interactions: teller.interactions.filter((one) => teller.ownerOf(one) === id), segments: [] })),
        );
        expect(sorted(memory.journeys)).toEqual(sorted(scan.journeys));
        expect(sorted(memory.channels)).toEqual(sorted(scan.channels));
      }),
      { numRuns: 500 },
    );
  });

  it('leave every visit once: visits are moves plus ends, and journeys begin as often as they end', () => {
    fc.assert(
      fc.property(storyArbitrary, (story) => {
        const memory = new Memory();
        memory.run(inputsOf(factsOf(story)));
        const sum = (measure: string) =>
          [...memory.journeys]
            .filter(([key]) => key.startsWith('00000000') && key.split('|')[2] === measure)
            .reduce((n, [, each]) => n + each, 0n);
        expect(sum('start')).toBe(sum('end'));
      }),
      { numRuns: 100 },
    );
  });

  it('read what was applied alone where the headers allow it, and come to the same', () => {
    const [fact] = factsOf([{ kind: 'did', person: 1, interaction: ORDER }]);
    const decode = (value: object, headers: Record<string, string>) => decodeMapFact(recordOf(fact!.topic, fact!.key, value, headers));
    const hints = profileHintHeaders({ changed: new Set(), events: new Set(['Order Completed']) });
    const whole = decode(fact!.value, {});
    expect(whole).toMatchObject({ kind: 'input', input: { steps: [{ outcome: 'Order Completed' }] } });
    expect(decode(fact!.value, hints)).toEqual(whole);
    // a trait of that name, a member behind it
    const trait = { ...fact!.value, profile: { traits: { jobs: { value: { applied: [1] } } } } };
    expect(decode(trait, hints)).toEqual(whole);
    expect(decode({ ...fact!.value, later: true }, hints)).toEqual(whole);
  });

  it('pass over what cannot be read, and say why', () => {
    const decode = (value: unknown) => decodeMapFact(recordOf(TOPICS.profilesUpdated.name, 'k', value));
    expect(decode({ profileId: 'nobody' })).toMatchObject({ kind: 'reject' });
    expect(decode({ profileId: '01890000-0000-7000-8000-000000000001', version: 1, applied: [] })).toEqual({ kind: 'skip' });
    const undated = { profileId: '01890000-0000-7000-8000-000000000001', version: 1, applied: [{ at: 'yesterday' }] };
    expect(decode(undated)).toEqual({ kind: 'skip' });
    const split = { profileId: 'x', at: '2026-01-01T00:00:00.000Z' };
    expect(decode({ ...undated, applied: [], split })).toEqual({ kind: 'skip' }); // of a producer that lists too little
    expect(decode({ ...undated, applied: [], split: { ...split, formers: [] } })).toMatchObject({ kind: 'reject' });
  });
});

const sorted = (counts: Map<string, bigint>): string[] => [...counts].map(([key, n]) => `${key} = ${n}`).sort();

const ORDER = fc
  .sample(storyArbitrary, { numRuns: 200, seed: 1 })
  .flat()
  .flatMap((each) => (each.kind === 'did' && each.interaction.event === 'Order Completed' ? [each.interaction] : []))[0]!;
