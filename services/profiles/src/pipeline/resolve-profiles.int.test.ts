import { jest } from '@jest/globals';
import { GROUPS, type Interaction, TOPICS } from '@rapport/contracts';
import { IDENTIFIER_RULES } from '@rapport/identifiers';
import { PartitionProcessor, PostgresStreamStore, type SourceRecord, sqlOf } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { planBatch } from '../domain/plan-batch.js';
import { presentProfile } from '../domain/present-profile.js';
import type { ProfileState } from '../domain/profile-state.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { PostgresProfileStore } from '../persistence/postgres-profile-store.js';
import { at, interaction } from '../testing/interactions.js';
import { millionths, NaiveModel, recount } from '../testing/naive-model.js';
import { randomInteractions } from '../testing/random-interactions.js';
import { ResolveProfilesPipeline } from './resolve-profiles.pipeline.js';

const SOURCE = TOPICS.interactionsRecorded;
const LOCK_NOT_AVAILABLE = '55P03';
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);
const store = new PostgresProfileStore({ searchableTraits: ['*'] });
const pipeline = new ResolveProfilesPipeline({ identifierRules: IDENTIFIER_RULES }, store);

jest.setTimeout(60_000);
let database: TestDatabase;
beforeEach(async () => void (database = await createTestDatabase({ service: 'profiles', migrations: MIGRATIONS })));
afterEach(() => database.drop());

const harnessOf = (batchRecordsMax = 100) => new PipelineHarness(pipeline, database.pool, { batchRecordsMax });
const feed = (harness: PipelineHarness, ...interactions: Interaction[]): void => {
  for (const one of interactions) harness.feed(SOURCE, one.subject, one);
};

interface Stored {
  id: string;
  version: number;
  state: ProfileState;
  merged_into: string | null;
}
const stored = async (): Promise<Stored[]> =>
  (await database.pool.query<Stored>('SELECT profile_id AS id, version, state, merged_into FROM profiles ORDER BY profile_id')).rows;
const ownersInTable = async (): Promise<string[]> =>
  (await database.pool.query<{ type: string; value: string; profile_id: string }>('SELECT * FROM identifiers')).rows
    .map((row) => `${row.type}:${row.value} ${row.profile_id}`)
    .sort();
const ownersInStates = (profiles: readonly Stored[]): string[] =>
  profiles
    .filter(({ merged_into }) => merged_into === null)
    .flatMap(({ id, state }) => state.identifiers.map(({ type, value }) => `${type}:${value} ${id}`))
    .sort();
/** Everything that the service keeps but the times of writing. */
const snapshot = async () => ({
  profiles: await stored(),
  identifiers: await ownersInTable(),
  traits: (await database.pool.query('SELECT * FROM searchable_traits ORDER BY 1, 2, 3')).rows,
  consents: (await database.pool.query('SELECT * FROM consent_evidence ORDER BY 1')).rows,
  merges: (await database.pool.query('SELECT * FROM merges ORDER BY 1')).rows,
});

describe('a stranger, a member, and one person', () => {
  test('create, attach, merge: one fact per touched profile, with versions without a gap', async () => {
    const harness = harnessOf();
    const visit = interaction({ anonymousId: 'a1' }, { at: at(0) });
    const order = interaction({ userId: 'u1' }, { at: at(1), event: 'Order Completed', value: { currency: 'GBP', amount: '12.50' } });
    feed(harness, visit, order);
    await harness.run();
    const identify = interaction({ userId: 'u1', email: 'ann@example.com' }, { at: at(2), kind: 'identify', traits: { plan: 'pro' } });
    feed(harness, identify);
    await harness.run();
    const signIn = interaction({ userId: 'u1', anonymousId: 'a1' }, { at: at(3) });
    feed(harness, signIn);
    await harness.run();

    const facts = harness.facts(TOPICS.profilesUpdated);
    const [visitor, member] = [facts[0]!.profileId, facts[1]!.profileId];
    expect(facts.map(({ profileId, version, applied }) => [profileId, version, applied.map(({ id }) => id)])).toEqual([
      [visitor, 1, [visit.id]],
      [member, 1, [order.id]],
      [member, 2, [identify.id]],
      [member, 3, []],
      [visitor, 2, [signIn.id]],
    ]);
    expect(facts[3]!.mergedInto).toMatchObject({ profileId: visitor, reason: 'identifiers', interactionId: signIn.id });
    expect(facts[4]).toMatchObject({
      mergedFrom: [{ profileId: member }],
      profile: {
        orders: { count: 1, revenue: [{ currency: 'GBP', amount: '12.50' }] },
        traits: { plan: { value: 'pro' } },
        mergedFrom: [member],
      },
    });
    expect(harness.published.every(({ key, value }) => key === (value as { profileId: string }).profileId)).toBe(true);
    const profiles = await stored();
    expect(profiles.find(({ id }) => id === member)).toMatchObject({ merged_into: visitor, version: 3 });
    expect(await ownersInTable()).toEqual(
      ['anonymousId', 'email', 'userId'].map(
        (type) => `${type}:${{ anonymousId: 'a1', email: 'ann@example.com', userId: 'u1' }[type]} ${visitor}`,
      ),
    );
    expect((await snapshot()).traits).toEqual([{ name: 'plan', value: 'pro', profile_id: visitor }]);
  });

  test('200 people at one kiosk stay 200', async () => {
    const harness = harnessOf(37);
    for (let index = 0; index < 400; index++) feed(harness, interaction({ userId: `u${index % 200}`, anonymousId: 'kiosk' }));
    await harness.run();
    const profiles = await stored();
    expect(profiles).toHaveLength(200);
    expect(profiles.every(({ merged_into }) => merged_into === null)).toBe(true);
    expect(await ownersInTable()).toEqual(ownersInStates(profiles));
  });

  test('a new identifier that breaks a limit is not kept, and is free for the next one', async () => {
    const harness = harnessOf();
    feed(
      harness,
      interaction({ userId: 'u1' }),
      interaction(
        {},
        {
          identifiers: [
            { type: 'userId', value: 'u1' },
            { type: 'userId', value: 'u2' },
          ],
        },
      ),
    );
    await harness.run();
    expect(await ownersInTable()).toHaveLength(1);
    feed(harness, interaction({ userId: 'u2' }));
    await harness.run();
    expect(await stored()).toHaveLength(2);
  });

  test('a second delivery of everything changes nothing and says nothing', async () => {
    const harness = harnessOf(50);
    feed(harness, ...randomInteractions(SEED, 500, 30));
    await harness.run();
    const before = [await snapshot(), harness.published.length];
    await harness.redeliver();
    expect([await snapshot(), harness.published.length]).toEqual(before);
  });

  test('a replay into an empty database makes the same people with the same ids, however it is cut into batches', async () => {
    const all = randomInteractions(SEED, 400, 25);
    const first = harnessOf(1);
    feed(first, ...all);
    await first.run();
    const one = await snapshot();
    await database.drop();
    database = await createTestDatabase({ service: 'profiles', migrations: MIGRATIONS });
    const second = harnessOf(97);
    feed(second, ...all);
    await second.run();
    const unversioned = (snap: Awaited<ReturnType<typeof snapshot>>) => ({
      ...snap,
      profiles: snap.profiles.map(({ id, state, merged_into }) => ({ ...presentProfile(id, 1, state), merged_into })),
      consents: snap.consents.map(({ recorded_at, ...consent }) => consent),
      merges: snap.merges.map(({ recorded_at, ...merge }) => merge),
    });
    expect(unversioned(await snapshot())).toEqual(unversioned(one));
  });

  test('what cannot be read, or names nobody, becomes a dead letter', async () => {
    const harness = harnessOf();
    harness.feedRaw(SOURCE.name, 'x', Buffer.from('{'));
    harness.feedRaw(SOURCE.name, 'x', Buffer.from('[]'));
    harness.feedRaw(SOURCE.name, 'x', Buffer.from(JSON.stringify({ ...interaction({ userId: 'u1' }), identifiers: [] })));
    harness.feedRaw(
      SOURCE.name,
      'x',
      Buffer.from(JSON.stringify({ ...interaction({ userId: 'u2' }), tomorrow: 'a member that a newer producer adds' })),
    );
    await harness.run();
    expect(harness.deadLetters().map(({ reason }) => reason)).toEqual([
      expect.stringContaining('JSON'),
      'an interaction needs an id',
      'an interaction needs an identifier',
    ]);
    expect(await stored()).toHaveLength(1);
    expect(await ownersInTable()).toHaveLength(1);
  });
});

test(`5,000 random interactions agree with people kept by hand (seed ${SEED})`, async () => {
  const all = randomInteractions(SEED, 5_000, 300);
  const harness = harnessOf(250);
  feed(harness, ...all);
  await harness.run();
  const model = new NaiveModel();
  for (const one of all) model.add(one);

  const profiles = await stored();
  const living = profiles.filter(({ merged_into }) => merged_into === null);
  expect(living).toHaveLength(model.living().length);
  expect(profiles.length - living.length).toBe(model.people.length - model.living().length);
  expect(profiles.length - living.length).toBeGreaterThan(100);
  expect(await ownersInTable()).toEqual(ownersInStates(profiles));
  const money = (list: readonly { currency: string; amount: string }[]) =>
    Object.fromEntries(list.map(({ currency, amount }) => [currency, millionths(amount)]));
  for (const { id, version, state } of living) {
    const profile = presentProfile(id, version, state);
    const person = model.find(profile.identifiers[0]!)!;
    expect(Object.fromEntries(profile.identifiers.map(({ type, value, firstSeenAt }) => [`${type}:${value}`, firstSeenAt]))).toEqual(
      Object.fromEntries(person.seen),
    );
    const { revenue, refunded, byChannel, traits, consents, interactions, orders, ...rest } = recount(person.interactions);
    expect(profile).toMatchObject(rest);
    expect(profile.orders.count).toBe(orders);
    expect(money(profile.orders.revenue)).toEqual(revenue);
    expect(money(profile.refunds.amount)).toEqual(refunded);
    expect(Object.fromEntries(Object.entries(profile.contacts.byChannel).map(([channel, { count }]) => [channel, count]))).toEqual(
      byChannel,
    );
    expect(Object.fromEntries(Object.entries(profile.traits).map(([name, { value }]) => [name, value]))).toEqual(traits);
    expect(Object.fromEntries(profile.consents.map(({ purpose, state: word }) => [purpose, word]))).toEqual(consents);
  }
  // what was published says the same as what is stored
  const told = new Map(harness.facts(TOPICS.profilesUpdated).map((fact) => [fact.profileId, fact]));
  for (const { id, version, state, merged_into } of profiles) {
    expect(told.get(id)).toMatchObject({ version, profile: JSON.parse(JSON.stringify(presentProfile(id, version, state))) });
    expect(told.get(id)?.mergedInto?.profileId ?? null).toBe(merged_into);
  }
  expect(harness.facts(TOPICS.profilesUpdated).reduce((sum, { applied }) => sum + applied.length, 0)).toBe(5_000);
});

describe('several partitions touch one person at once', () => {
  test('of two transactions that meet the same stranger the second waits, and then sees whom the first made of him', async () => {
    const [first, second] = [await database.pool.connect(), await database.pool.connect()];
    const context = { now: new Date(), topic: SOURCE.name, partition: 0, cause: 'records' } as const;
    const one = interaction({ userId: 'u1', email: 'ann@example.com', anonymousId: 'a1' }, { at: at(1) });
    const two = interaction({ phone: '+84901234567', email: 'ann@example.com', anonymousId: 'a2' }, { at: at(2) });
    try {
      await first.query('BEGIN');
      await second.query('BEGIN');
      const locked = await store.lock(sqlOf(first), [one]);
      let waited = true;
      const waiting = store.lock(sqlOf(second), [two]).finally(() => void (waited = false));
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
      expect(await stored()).toHaveLength(1);
      expect(await ownersInTable()).toHaveLength(5);
    } finally {
      first.release();
      second.release();
    }
  });

  test('a merge that wins the race leads the other transaction to the survivor', async () => {
    const harness = harnessOf();
    feed(harness, interaction({ anonymousId: 'a1' }, { at: at(0) }), interaction({ userId: 'u1' }, { at: at(1) }));
    await harness.run();
    const [merging, late] = [await database.pool.connect(), await database.pool.connect()];
    const context = { now: new Date(), topic: SOURCE.name, partition: 0, cause: 'records' } as const;
    try {
      await merging.query('BEGIN');
      await late.query('BEGIN');
      const signIn = interaction({ userId: 'u1', anonymousId: 'a1' }, { at: at(3) });
      const locked = await store.lock(sqlOf(merging), [signIn]);
      const waiting = store.lock(sqlOf(late), [interaction({ userId: 'u1' }, { at: at(4) })]);
      await untilBlocked();
      await store.write(sqlOf(merging), locked, planBatch(locked, [signIn], IDENTIFIER_RULES), context);
      await merging.query('COMMIT');
      const seen = await waiting;
      const [survivor] = (await stored()).filter(({ merged_into }) => merged_into === null);
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
    const profiles = await stored();
    expect(await ownersInTable()).toEqual(ownersInStates(profiles));
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
