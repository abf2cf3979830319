import { type Interaction, TOPICS } from '@rapport/contracts';
import { sqlOf } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { identityStory, IdentityTeller, interleaved } from '@rapport/testkit/identity-stories';
import fc from 'fast-check';
import { MIGRATIONS } from '../persistence/migrations.js';
import { PostgresInteractionStore } from '../persistence/postgres-interaction-store.js';
import { PostgresPathStore } from '../persistence/postgres-path-store.js';
import { factsOf, scanStory, type Story, longStory, mapInteraction } from '../testing/map-stories.js';
import { scanMaps } from '../testing/scan-maps.js';
import { MapJourneysPipeline } from './map-journeys.pipeline.js';

const JOURNEYS = `
  SELECT concat_ws('|', segment_id, to_char(starts_on, 'YYYY-MM-DD'), measure, place, next, bucket) AS key, sum(n) AS n FROM journey_counts
  WHERE span = $1 GROUP BY 1 HAVING sum(n) <> 0`;
const CHANNELS = `
  SELECT concat_ws('|', to_char(starts_on, 'YYYY-MM-DD'), channel, complexity, sensitivity, measure, detail) AS key, sum(n) AS n FROM channel_counts
  WHERE span = $1 GROUP BY 1 HAVING sum(n) <> 0`;

let database: TestDatabase;
let harness: PipelineHarness;
beforeAll(async () => void (database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS })));
afterAll(() => database.drop());
beforeEach(() => clear());

async function clear(): Promise<void> {
  await database.pool.query('TRUNCATE customer_paths, journey_counts, channel_counts, interactions, stream_positions');
  harness = new PipelineHarness(new MapJourneysPipeline(new PostgresPathStore(), { retentionDays: 395 }), database.pool, {
    partitions: 4,
    batchRecordsMax: 3,
  });
  harness.now = new Date('2026-04-10T00:00:00.000Z');
}

const read = async (text: string, span = 'day'): Promise<string[]> =>
  (await database.pool.query<{ key: string; n: string }>(text, [span])).rows.map(({ key, n }) => `${key} = ${n}`).sort();
const sorted = (counts: Map<string, bigint>): string[] => [...counts].map(([key, n]) => `${key} = ${n}`).sort();

async function tell(story: Story): Promise<void> {
  for (const { topic, key, value } of factsOf(story)) {
    harness.feed(topic === TOPICS.profilesUpdated.name ? TOPICS.profilesUpdated : (TOPICS.membershipChanged as never), key, value as never);
    // the facts about one person are in order over both topics only if nothing waits
    await harness.run();
  }
}

describe('the counts behind the maps', () => {
  it('equal a scan of the interactions table, day by day and month by month, across partitions and merges, also when all is delivered again', async () => {
    const story = longStory(4);
    expect(new Set(story.map(({ kind }) => kind)).size).toBe(3);
    await tell(story);
    await keep(story);
    await harness.redeliver();
    const scan = scanStory(story);
    expect(await read(JOURNEYS)).toEqual(sorted(scan.journeys));
    expect(await read(CHANNELS)).toEqual(sorted(scan.channels));
    // everybody's channel counts need no knowledge of merges but for who is who: read from the immutable table itself
    const { rows } = await database.pool.query<{ record: Interaction }>('SELECT record FROM interactions');
    const raw = [...scanMaps([{ interactions: rows.map(({ record }) => record), segments: [] }]).channels].filter(([key]) =>
      /\|(interaction|value)\|/.test(key),
    );
    expect((await read(CHANNELS)).filter((key) => /\|(interaction|value)\|/.test(key))).toEqual(sorted(new Map(raw)));
    expect(await read(JOURNEYS, 'month')).toEqual(monthly(scan.journeys, 1));
    expect(await read(CHANNELS, 'month')).toEqual(monthly(scan.channels, 0));
    expect(harness.deadLetters()).toEqual([]);
  });

  it.each([
    ['one profile after the other', [0]],
    ['the partitions in turn', [0, 1, 2, 3]],
    ['the last profile first', [3, 2, 1, 0]],
  ])(
    'equal a scan by whose each interaction is in the end, when merges are undone, and when all is delivered again: %s',
    async (_, picks) => {
      for (const story of fc.sample(identityStory(mapInteraction), { numRuns: 8, seed: 11 })) {
        await clear();
        const teller = new IdentityTeller(story);
        await append(teller.interactions);
        for (const fact of interleaved(teller.streams, picks)) harness.feed(TOPICS.profilesUpdated, fact.profileId, fact);
        await harness.run();
        await harness.redeliver();
        const owners = [...new Set(teller.interactions.map((one) => teller.ownerOf(one)))];
        const scan = scanMaps(
          owners.map((id) => ({ interactions: teller.interactions.filter((one) => teller.ownerOf(one) === id), segments: [] })),
        );
        expect(await read(JOURNEYS)).toEqual(sorted(scan.journeys));
        expect(await read(CHANNELS)).toEqual(sorted(scan.channels));
        expect(harness.deadLetters()).toEqual([]);
      }
    },
  );

  it('keep each writer to rows of its own, and forget the path of who is erased', async () => {
    const story = longStory(7);
    await tell(story);
    const writers = await database.pool.query<{ writer: number }>('SELECT DISTINCT writer FROM channel_counts');
    expect(writers.rows.length).toBeGreaterThan(1);
    const before = await read(JOURNEYS);
    const { rows } = await database.pool.query<{ profile_id: string }>('SELECT profile_id FROM customer_paths');
    for (const { profile_id } of rows) harness.feed(TOPICS.profilesUpdated, profile_id, null);
    await harness.run();
    expect((await database.pool.query('SELECT FROM customer_paths WHERE path IS NOT NULL')).rowCount).toBe(0);
    expect(await read(JOURNEYS)).toEqual(before);
  });
});

function monthly(counts: Map<string, bigint>, dayAt: number): string[] {
  const months = new Map<string, bigint>();
  for (const [key, n] of counts) {
    const parts = key.split('|');
    parts[dayAt] = `${parts[dayAt]!.slice(0, 7)}-01`;
    months.set(parts.join('|'), (months.get(parts.join('|')) ?? 0n) + n);
  }
  return sorted(new Map([...months].filter(([, n]) => n !== 0n)));
}

const keep = (story: Story): Promise<void> => append(story.flatMap((each) => (each.kind === 'did' ? [each.interaction] : [])));

async function append(interactions: readonly Interaction[]): Promise<void> {
  const store = new PostgresInteractionStore({ dedupeDays: 7 });
  await store.append(
    sqlOf(database.pool),
    interactions.map((interaction) => ({ interaction, json: JSON.stringify(interaction) })),
  );
}
