import { jest } from '@jest/globals';
import { type Interaction, TOPICS } from '@rapport/contracts';
import { PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { presentProfile } from '../domain/present-profile.js';
import { at, interaction } from '../testing/interactions.js';
import { randomInteractions } from '../testing/random-interactions.js';
import { createProfilesDatabase, ownersInStates, ownersInTable, pipeline, SEED, storedProfiles } from '../testing/stored-profiles.js';

jest.setTimeout(60_000);
let database: TestDatabase;
beforeEach(async () => void (database = await createProfilesDatabase()));
afterEach(() => database.drop());

const harnessOf = (batchRecordsMax = 100) => new PipelineHarness(pipeline, database.pool, { batchRecordsMax });
const feed = (harness: PipelineHarness, ...interactions: Interaction[]): void => {
  for (const one of interactions) harness.feed(TOPICS.interactionsRecorded, one.subject, one);
};

/** Everything that the service keeps but the times of writing. */
const snapshot = async () => ({
  profiles: await storedProfiles(database.pool),
  identifiers: await ownersInTable(database.pool),
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
    const profiles = await storedProfiles(database.pool);
    expect(profiles.find(({ id }) => id === member)).toMatchObject({ merged_into: visitor, version: 3 });
    expect(await ownersInTable(database.pool)).toEqual(
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
    const profiles = await storedProfiles(database.pool);
    expect(profiles).toHaveLength(200);
    expect(profiles.every(({ merged_into }) => merged_into === null)).toBe(true);
    expect(await ownersInTable(database.pool)).toEqual(ownersInStates(profiles));
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
    expect(await ownersInTable(database.pool)).toHaveLength(1);
    feed(harness, interaction({ userId: 'u2' }));
    await harness.run();
    expect(await storedProfiles(database.pool)).toHaveLength(2);
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
    database = await createProfilesDatabase();
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
    harness.feedRaw(TOPICS.interactionsRecorded.name, 'x', Buffer.from('{'));
    harness.feedRaw(TOPICS.interactionsRecorded.name, 'x', Buffer.from('[]'));
    harness.feedRaw(
      TOPICS.interactionsRecorded.name,
      'x',
      Buffer.from(JSON.stringify({ ...interaction({ userId: 'u1' }), identifiers: [] })),
    );
    harness.feedRaw(
      TOPICS.interactionsRecorded.name,
      'x',
      Buffer.from(JSON.stringify({ ...interaction({ userId: 'u2' }), tomorrow: 'a member that a newer producer adds' })),
    );
    await harness.run();
    expect(harness.deadLetters().map(({ reason }) => reason)).toEqual([
      'no JSON',
      'an interaction needs an id',
      'an interaction needs an identifier',
    ]);
    expect(await storedProfiles(database.pool)).toHaveLength(1);
    expect(await ownersInTable(database.pool)).toHaveLength(1);
  });
});
