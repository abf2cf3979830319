import { jest } from '@jest/globals';
import { GROUPS, type Interaction, TOPICS } from '@rapport/contracts';
import { IDENTIFIER_RULES } from '@rapport/identifiers';
import { PartitionProcessor, PostgresStreamStore, type SourceRecord, sqlOf } from '@rapport/platform';
import { PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { planBatch } from '../domain/plan-batch.js';
import { at, interaction } from '../testing/interactions.js';
import { randomInteractions } from '../testing/random-interactions.js';
import {
  createProfilesDatabase,
  ownersInStates,
  ownersInTable,
  pipeline,
  SEED,
  store,
  storedProfiles,
} from '../testing/stored-profiles.js';

const SOURCE = TOPICS.interactionsRecorded;
const LOCK_NOT_AVAILABLE = '55P03';

jest.setTimeout(60_000);
let database: TestDatabase;
beforeEach(async () => void (database = await createProfilesDatabase()));
afterEach(() => database.drop());

describe('several partitions touch one person at once', () => {
  test('of two transactions that meet the same stranger the second waits, and then sees whom the first made of him', async () => {
    const [first, second] = [await database.pool.connect(), await database.pool.connect()];
    const context = { now: new Date(), topic: SOURCE.name, partition: 0, cause: 'records' } as const;
    const one = interaction({ userId: 'u1', email: 'ann@example.com', anonymousId: 'a1' }, { at: at(1) });
    const two = interaction({ phone: '+84901234567', email: 'ann@example.com', anonymousId: 'a2' }, { at: at(2) });
    try {
      await first.query('BEGIN');
      await second.query('BEGIN');
      const locked = await store.lock(sqlOf(first), [one], new Date());
      let waited = true;
      const waiting = store.lock(sqlOf(second), [two], new Date()).finally(() => void (waited = false));
      await untilBlocked();
      expect(waited).toBe(true);
      const plan = planBatch(locked, [one], IDENTIFIER_RULES);
      await store.write(sqlOf(first), locked, plan, context);
      await first.query('COMMIT');
      const seen = await waiting;
      const [created] = plan.profiles;
      expect(seen.profiles.get(created!.id)).toMatchObject({ version: 1 });
      const attached = planBatch(seen, [two], IDENTIFIER_RULES);
      expect(attached.profiles.map(({ id, version }) => [id, version])).toEqual([[created!.id, 2]]);
      await store.write(sqlOf(second), seen, attached, context);
      await second.query('COMMIT');
      expect(await storedProfiles(database.pool)).toHaveLength(1);
      expect(await ownersInTable(database.pool)).toHaveLength(5);
    } finally {
      first.release();
      second.release();
    }
  });

  test('a merge that wins the race leads the other transaction to the survivor', async () => {
    const harness = new PipelineHarness(pipeline, database.pool);
    for (const one of [interaction({ anonymousId: 'a1' }, { at: at(0) }), interaction({ userId: 'u1' }, { at: at(1) })])
      harness.feed(SOURCE, one.subject, one);
    await harness.run();
    const [merging, late] = [await database.pool.connect(), await database.pool.connect()];
    const context = { now: new Date(), topic: SOURCE.name, partition: 0, cause: 'records' } as const;
    try {
      await merging.query('BEGIN');
      await late.query('BEGIN');
      const signIn = interaction({ userId: 'u1', anonymousId: 'a1' }, { at: at(3) });
      const locked = await store.lock(sqlOf(merging), [signIn], new Date());
      const waiting = store.lock(sqlOf(late), [interaction({ userId: 'u1' }, { at: at(4) })], new Date());
      await untilBlocked();
      await store.write(sqlOf(merging), locked, planBatch(locked, [signIn], IDENTIFIER_RULES), context);
      await merging.query('COMMIT');
      const seen = await waiting;
      const [survivor] = (await storedProfiles(database.pool)).filter(({ merged_into }) => merged_into === null);
      expect([...seen.profiles.keys()]).toEqual([survivor!.id]);
      expect([...seen.owners.values()]).toEqual([survivor!.id]);
      await late.query('COMMIT');
    } finally {
      merging.release();
      late.release();
    }
  });

  test(`four partitions at once: everything once, everybody consistent (seed ${SEED})`, async () => {
    const all = randomInteractions(SEED, 2_000, 60);
    const published: { profileId: string; version: number; applied: { id: string }[] }[] = [];
    const log = {
      publish: async (records: readonly { value: Buffer | null }[]) =>
        void published.push(...records.map(({ value }) => JSON.parse(value!.toString()))),
    };
    const retries = await Promise.all(
      [0, 1, 2, 3].map((partition) =>
        runPartition(
          partition,
          all.filter((_, index) => index % 4 === partition),
          log,
        ),
      ),
    );
    const profiles = await storedProfiles(database.pool);
    expect(await ownersInTable(database.pool)).toEqual(ownersInStates(profiles));
    const living = profiles.filter(({ merged_into }) => merged_into === null);
    const counted = living.reduce(
      (sum, { state }) => sum + Object.values(state.contactsByChannel).reduce((count, contact) => count + contact.count, 0),
      0,
    );
    expect(counted).toBe(all.length);
    expect(published.flatMap(({ applied }) => applied.map(({ id }) => id)).sort()).toEqual(all.map(({ id }) => id).sort());
    for (const { id, version } of profiles) {
      const versions = published.filter(({ profileId }) => profileId === id).map((fact) => fact.version);
      expect(versions.sort((a, b) => a - b)).toEqual(Array.from({ length: version }, (_, index) => index + 1));
    }
    expect(retries.reduce((a, b) => a + b)).toBeLessThan(20);
  });

  /** One owner of one partition, as the stream server runs it: a survivor that somebody else holds is tried again; a deadlock would be a bug. @returns how often. */
  async function runPartition(
    partition: number,
    interactions: readonly Interaction[],
    log: { publish(records: readonly { value: Buffer | null }[]): Promise<void> },
  ): Promise<number> {
    const source = { consumer: GROUPS.profilesResolve, topic: SOURCE.name, partition };
    const processor = new PartitionProcessor({
      pipeline,
      source,
      store: new PostgresStreamStore(database.pool, database.pool),
      log: log as never,
      now: () => new Date(),
      clockInputsMax: 1,
    });
    const records = interactions.map(
      (one, offset): SourceRecord => ({
        ...source,
        offset: BigInt(offset),
        key: one.subject,
        value: Buffer.from(JSON.stringify(one)),
        headers: {},
        timestampMs: 0,
      }),
    );
    let retries = 0;
    for (let from = 0; from < records.length; ) {
      try {
        await processor.records(records.slice(from, from + 20));
        from += 20;
      } catch (error) {
        if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
        retries++;
      }
    }
    return retries;
  }

  /** Until somebody waits for a lock in this database. */
  async function untilBlocked(): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      const { rows } = await database.pool.query(
        "SELECT count(*)::int AS waiting FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'",
      );
      if (rows[0].waiting > 0) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error('nobody is waiting for a lock');
  }
});
