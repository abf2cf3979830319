import { jest } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { presentProfile } from '../domain/present-profile.js';
import { millionths, NaiveModel, recount } from '../testing/naive-model.js';
import { randomInteractions } from '../testing/random-interactions.js';
import { createProfilesDatabase, ownersInStates, ownersInTable, pipeline, SEED, storedProfiles } from '../testing/stored-profiles.js';

jest.setTimeout(60_000);
let database: TestDatabase;
beforeEach(async () => void (database = await createProfilesDatabase()));
afterEach(() => database.drop());

test(`5,000 random interactions agree with people kept by hand (seed ${SEED})`, async () => {
  const all = randomInteractions(SEED, 5_000, 300);
  const harness = new PipelineHarness(pipeline, database.pool, { batchRecordsMax: 250 });
  for (const one of all) harness.feed(TOPICS.interactionsRecorded, one.subject, one);
  await harness.run();
  const model = new NaiveModel();
  for (const one of all) model.add(one);

  const profiles = await storedProfiles(database.pool);
  const living = profiles.filter(({ merged_into }) => merged_into === null);
  expect(living).toHaveLength(model.living().length);
  expect(profiles.length - living.length).toBe(model.people.length - model.living().length);
  expect(profiles.length - living.length).toBeGreaterThan(100);
  expect(await ownersInTable(database.pool)).toEqual(ownersInStates(profiles));
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
