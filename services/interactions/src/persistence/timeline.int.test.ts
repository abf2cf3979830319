import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Interaction, TOPICS } from '@rapport/contracts';
import { deriveId } from '@rapport/identifiers';
import { sqlOf } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import fc from 'fast-check';
import { RecordInteractionsPipeline } from '../pipeline/record-interactions.pipeline.js';
import { segment, SETTINGS_FOR_TESTS } from '../testing/received.js';
import { keepPartitions } from './keep-partitions.js';
import { MIGRATIONS } from './migrations.js';
import { PostgresInteractionStore } from './postgres-interaction-store.js';
import { readTimeline, TIMELINE, type TimelineQuery, timelineValues } from './timeline.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const store = new PostgresInteractionStore({ dedupeDays: 7 });
const START = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR_MS = 3_600_000;

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS })));
afterAll(() => database.drop());

function interaction(index: number, atMs: number, fields: Partial<Interaction> = {}): Interaction {
  const at = new Date(atMs).toISOString();
  return {
    id: deriveId(new Date(atMs), 'timeline', String(index)),
    source: 'shop',
    messageId: `m${index}`,
    kind: 'track',
    event: 'Product Viewed',
    at,
    receivedAt: at,
    subject: 'userId:ann',
    identifiers: [{ type: 'userId', value: 'ann' }],
    channel: 'web',
    direction: 'inbound',
    handling: 'none',
    sensitivity: 'normal',
    inferred: [],
    properties: {},
    ...fields,
  };
}

async function walk(query: Omit<TimelineQuery, 'after'>): Promise<string[]> {
  const ids: string[] = [];
  for (let after: TimelineQuery['after']; ; ) {
    const page = await readTimeline(database.pool, { ...query, after });
    ids.push(...page.map(({ id }) => id));
    const last = page.at(-1);
    if (last === undefined || page.length < query.limit) return ids;
    after = { at: new Date(last.at), id: last.id };
  }
}

const append = (interactions: readonly Interaction[]): Promise<void> =>
  store.append(
    sqlOf(database.pool as never),
    interactions.map((interaction) => ({ interaction, json: JSON.stringify(interaction) })),
  );

describe('the timeline', () => {
  it('gives what a plain filter and sort over all interactions give, page by page, over partitions', async () => {
    const made = fc.record({
      hour: fc.integer({ min: 0, max: 60 * 24 }),
      late: fc.constantFrom(0, 0, 1, 24 * 20),
      subject: fc.constantFrom('userId:ann', 'email:ann@example.com', 'anonymousId:k', 'userId:bob'),
      channel: fc.constantFrom('web' as const, 'phone' as const),
      stage: fc.constantFrom('purchase' as const, undefined),
      event: fc.constantFrom('Product Viewed', 'Call Ended'),
    });
    const asked = fc.record({
      subjects: fc.uniqueArray(fc.constantFrom('userId:ann', 'email:ann@example.com', 'anonymousId:k', 'userId:nobody'), { minLength: 1 }),
      limit: fc.integer({ min: 1, max: 9 }),
      channel: fc.option(fc.constantFrom('web', 'phone'), { nil: undefined }),
      stage: fc.option(fc.constant('purchase'), { nil: undefined }),
      event: fc.option(fc.constant('Call Ended'), { nil: undefined }),
      from: fc.option(fc.integer({ min: 0, max: 60 * 24 }), { nil: undefined }),
      to: fc.option(fc.integer({ min: 0, max: 60 * 24 }), { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(made, { maxLength: 60 }), fc.array(asked, { minLength: 1, maxLength: 5 }), async (all, queries) => {
        await database.pool.query('TRUNCATE interactions');
        const interactions = all.map(({ hour, late, stage, ...fields }, index) => {
          const atMs = START + hour * HOUR_MS;
          return interaction(index, atMs, {
            ...fields,
            ...(stage && { stage }),
            receivedAt: new Date(atMs + late * HOUR_MS).toISOString(),
          });
        });
        if (interactions.length > 0) await append(interactions);
        for (const { from, to, ...query } of queries) {
          const range = {
            from: from === undefined ? undefined : new Date(START + from * HOUR_MS),
            to: to === undefined ? undefined : new Date(START + to * HOUR_MS),
          };
          const expected = interactions
            .filter(
              (one) =>
                (query.subjects as string[]).includes(one.subject) &&
                (!query.channel || one.channel === query.channel) &&
                (!query.stage || one.stage === query.stage) &&
                (!query.event || one.event === query.event),
            )
            .filter(({ at }) => (!range.from || new Date(at) >= range.from) && (!range.to || new Date(at) < range.to))
            .sort((a, b) => (a.at < b.at || (a.at === b.at && a.id < b.id) ? 1 : -1));
          expect(await walk({ ...query, ...range })).toEqual(expected.map(({ id }) => id));
        }
      }),
      { numRuns: 25 },
    );
  });

  it('keeps people apart who share a browser', async () => {
    await database.pool.query('TRUNCATE interactions');
    const stream = new PipelineHarness(new RecordInteractionsPipeline(store, SETTINGS_FOR_TESTS), database.pool);
    for (const userId of ['ann', 'bob'])
      stream.feed(
        TOPICS.interactionsReceived,
        'k',
        segment({ event: 'Order Completed', userId, anonymousId: 'kiosk' }, { messageId: userId }),
      );
    stream.feed(TOPICS.interactionsReceived, 'k', segment({ event: 'Product Viewed', anonymousId: 'kiosk' }, { messageId: 'nobody yet' }));
    await stream.run();
    const timeline = await readTimeline(database.pool, { subjects: ['userId:ann', 'anonymousId:kiosk'], limit: 10 });
    expect(timeline.map(({ messageId }) => messageId).sort()).toEqual(['ann', 'nobody yet']);
  });

  it('reads from the index, no more than a page of each partition', async () => {
    await database.pool.query('TRUNCATE interactions');
    for (let week = 0; week < 4; week += 1) {
      const received = new Date(Date.now() + (week - 1) * 7 * 24 * HOUR_MS).toISOString();
      await append(
        Array.from({ length: 1000 }, (_, i) =>
          interaction(i, Date.parse(received) + i, { receivedAt: received, subject: `userId:u${i % 4}` }),
        ),
      );
    }
    await database.pool.query('ANALYZE interactions');
    const { rows } = await database.pool.query({
      text: `EXPLAIN (ANALYZE, FORMAT JSON) ${TIMELINE}`,
      values: timelineValues({ subjects: ['userId:u1', 'userId:u2'], limit: 10 }),
    });
    const plan = JSON.stringify(rows[0]['QUERY PLAN']);
    expect(plan).toContain('interactions_');
    expect(plan).toContain('"Node Type":"Merge Append"');
    expect(plan).not.toContain('Seq Scan');
  });
});

describe('partitions', () => {
  const partitions = async (): Promise<string[]> =>
    (await database.pool.query(`SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY relname`)).rows.map(
      ({ relname }) => relname,
    );

  it('are kept by one of several replicas at a time, and what is past its time goes', async () => {
    const retention = { retentionDays: 30, dedupeDays: 7 };
    await database.pool.query('TRUNCATE interactions, interaction_keys');
    await append([interaction(1, Date.now()), interaction(2, START - 365 * 24 * HOUR_MS)]);
    const later = new Date(Date.now() + 300 * 24 * HOUR_MS);
    const kept = await Promise.all([1, 2, 3].map(() => keepPartitions(database.pool, later, retention)));
    expect(kept.filter((one) => (one?.created.length ?? 0) > 0)).toHaveLength(1);
    expect(kept.flatMap((one) => one?.dropped ?? []).length).toBeGreaterThanOrEqual(12);
    expect(await keepPartitions(database.pool, later, retention)).toEqual({ created: [], dropped: [] });
    expect(await partitions()).toEqual(expect.arrayContaining(['interactions_default', 'interaction_keys_default']));
    expect(await partitions()).toHaveLength(2 + 2 * 6);
    expect((await database.pool.query('SELECT FROM interactions')).rowCount).toBe(0);
  });

  it('a busy table is left for the next time', async () => {
    const reader = await database.pool.connect();
    try {
      await reader.query('BEGIN');
      await reader.query('SELECT FROM interactions LIMIT 1');
      const much = new Date(Date.now() + 600 * 24 * HOUR_MS);
      await expect(keepPartitions(database.pool, much, { retentionDays: 30, dedupeDays: 7 })).rejects.toThrow('lock timeout');
      await reader.query('COMMIT');
      expect((await keepPartitions(database.pool, much, { retentionDays: 30, dedupeDays: 7 }))?.created).toHaveLength(12);
    } finally {
      reader.release();
    }
  });
});
