import { type Interaction, profileHintHeaders, TOPICS } from '@rapport/contracts';
import type { BatchContext } from '@rapport/platform';
import fc from 'fast-check';
import { decodePath } from '../domain/maps/stored-path.js';
import type { Tally } from '../domain/maps/tally.js';
import type { MapInput } from '../kafka/decode-map-facts.js';
import { decodeMapFact } from '../kafka/decode-map-facts.js';
import { readCounts, type Story, storyArbitrary, factsOf, scanStory } from '../testing/map-stories.js';
import { MapJourneysPipeline } from './map-journeys.pipeline.js';
import type { LockedPaths, PathChanges } from './path-store.js';

const CONTEXT: BatchContext = { now: new Date('2026-04-01T00:00:00Z'), topic: TOPICS.profilesUpdated.name, partition: 0, cause: 'records' };
const pipeline = new MapJourneysPipeline({} as never, { retentionDays: 395 });

/** The pipeline with its tables in memory. */
class Memory {
  private readonly stored = new Map<string, string | null>();
  private readonly redirects = new Map<string, string>();
  readonly journeys = new Map<string, bigint>();
  readonly channels = new Map<string, bigint>();

  run(inputs: readonly MapInput[]): void {
    const { changes } = pipeline.decide(this.lock(inputs), inputs, CONTEXT);
    this.save(changes);
  }

  private lock(inputs: readonly MapInput[]): LockedPaths {
    const ids = inputs.flatMap((input) =>
      input.kind === 'heard' && input.mergedInto ? [input.profileId, input.mergedInto.profileId] : [input.profileId],
    );
    const survivors = new Map(ids.map((id) => [id, this.survivorOf(id)]));
    return { survivors, stored: new Map([...survivors.values()].map((id) => [id, this.stored.get(id) ?? null])) };
  }

  private survivorOf(id: string): string {
    const next = this.redirects.get(id);
    return next === undefined ? id : this.survivorOf(next);
  }

  private save({ saved, merged, counts }: PathChanges): void {
    for (const { from, into } of merged) this.redirects.set(from, into);
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

const inputsOf = (story: Story): MapInput[] =>
  factsOf(story).map(({ topic, key, value }) => {
    const decoded = decodeMapFact({
      topic,
      partition: 0,
      offset: 0n,
      key,
      value: Buffer.from(JSON.stringify(value)),
      headers: {},
      timestampMs: 0,
    });
    if (decoded.kind !== 'input') throw new Error(decoded.kind);
    return decoded.input;
  });

describe('the maps', () => {
  it('equal a scan of the interactions: late and disordered events, merges, segments, any cut into batches', () => {
    fc.assert(
      fc.property(storyArbitrary, fc.integer({ min: 1, max: 7 }), (story, size) => {
        const memory = new Memory();
        const inputs = inputsOf(story);
        for (let at = 0; at < inputs.length; at += size) memory.run(inputs.slice(at, at + size));
        const scan = scanStory(story);
        expect(sorted(memory.journeys)).toEqual(sorted(scan.journeys));
        expect(sorted(memory.channels)).toEqual(sorted(scan.channels));
      }),
      { numRuns: 200 },
    );
  });

  it('leave every visit once: visits are moves plus ends, and journeys begin as often as they end', () => {
    fc.assert(
      fc.property(storyArbitrary, (story) => {
        const memory = new Memory();
        memory.run(inputsOf(story));
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
    const decode = (value: object, headers: Record<string, string>) =>
      decodeMapFact({
        topic: fact!.topic,
        partition: 0,
        offset: 0n,
        key: fact!.key,
        value: Buffer.from(JSON.stringify(value)),
        headers,
        timestampMs: 0,
      });
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
    const decode = (value: unknown) =>
      decodeMapFact({
        topic: TOPICS.profilesUpdated.name,
        partition: 0,
        offset: 0n,
        key: 'k',
        value: Buffer.from(JSON.stringify(value)),
        headers: {},
        timestampMs: 0,
      });
    expect(decode({ profileId: 'nobody' })).toMatchObject({ kind: 'reject' });
    expect(decode({ profileId: '01890000-0000-7000-8000-000000000001', applied: [] })).toEqual({ kind: 'skip' });
    expect(decode({ profileId: '01890000-0000-7000-8000-000000000001', applied: [{ at: 'yesterday' } as unknown as Interaction] })).toEqual(
      { kind: 'skip' },
    );
  });
});

const sorted = (counts: Map<string, bigint>): string[] => [...counts].map(([key, n]) => `${key} = ${n}`).sort();

const ORDER = fc
  .sample(storyArbitrary, { numRuns: 200, seed: 1 })
  .flat()
  .flatMap((each) => (each.kind === 'did' && each.interaction.event === 'Order Completed' ? [each.interaction] : []))[0]!;
