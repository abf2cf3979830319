import { jest } from '@jest/globals';
import { type Interaction, TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { PipelineHarness, type TestDatabase } from '@rapport/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readProfilesConfig } from '../config.js';
import { ResolveProfilesPipeline } from '../pipeline/resolve-profiles.pipeline.js';
import { ProfilesModule } from '../profiles.module.js';
import { at, interaction } from '../testing/interactions.js';
import { randomInteractions } from '../testing/random-interactions.js';
import { createProfilesDatabase, ownersInStates, ownersInTable, SEED, storedProfiles } from '../testing/stored-profiles.js';
import { startTimelineServer, type TimelineServer } from '../testing/timeline-server.js';

const TOKEN = 'a-token-for-tests-only';
jest.setTimeout(60_000);
let database: TestDatabase;
let app: NestFastifyApplication;
let harness: PipelineHarness;
let timeline: TimelineServer;
let clock: NodeJS.Timeout;

beforeEach(async () => {
  database = await createProfilesDatabase();
  timeline = await startTimelineServer();
  const config = readProfilesConfig({
    DATABASE_URL: database.url,
    KAFKA_BROKERS: '127.0.0.1:1',
    INTERNAL_TOKEN: TOKEN,
    LOG_LEVEL: 'silent',
    INTERACTIONS_URL: timeline.url,
    TOPIC_PARTITIONS: '1',
  });
  app = await createService({ config, module: ProfilesModule.forRoot(config) });
  await app.init();
  harness = new PipelineHarness(app.get(ResolveProfilesPipeline), database.pool);
  let ticking: Promise<unknown> | undefined;
  clock = setInterval(() => void (ticking ??= harness.tick().finally(() => (ticking = undefined))), 20);
});
afterEach(async () => {
  clearInterval(clock);
  await app.close();
  await timeline.close();
  await database.drop();
});

async function hear(...all: Interaction[]): Promise<void> {
  timeline.recorded.push(...all);
  for (const one of all) harness.feed(TOPICS.interactionsRecorded, one.subject, one);
  await harness.run();
}
async function call(method: 'GET' | 'POST', path: string, body?: object, key?: string) {
  const headers = { authorization: `Bearer ${TOKEN}`, ...(key && { 'idempotency-key': key }) };
  const response = await app.inject({ method, url: `/internal/v1${path}`, headers, ...(body && { payload: body }) });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}
const profileOf = async (ref: string) => (await call('GET', `/profiles/${encodeURIComponent(ref)}`)).body;
const order = (identifiers: Record<string, string>, ms: number, amount: string): Interaction =>
  interaction(identifiers, { at: at(ms), event: 'Order Completed', value: { currency: 'GBP', amount } });

async function annAndBobAsOne(): Promise<{ ann: string; bob: string }> {
  await hear(order({ userId: 'ann' }, 1, '10'), order({ email: 'bob@example.com' }, 2, '5'));
  const [ann, bob] = [(await profileOf('userId:ann')).id, (await profileOf('email:bob@example.com')).id];
  await hear(interaction({ userId: 'ann', email: 'bob@example.com' }, { at: at(3) }), order({ email: 'bob@example.com' }, 4, '7'));
  expect(await profileOf('email:bob@example.com')).toMatchObject({ id: ann, orders: { count: 3 } });
  return { ann, bob };
}

test('an un-merge gives both back as they are by their interactions, tells it twice, and stands in the lineage', async () => {
  const { ann, bob } = await annAndBobAsOne();
  const answer = await call('POST', '/profiles/userId:ann/unmerge', { mergedId: bob }, 'once');
  expect(answer).toMatchObject({
    status: 200,
    body: {
      status: 'done',
      outcome: {
        kind: 'unmerged',
        profiles: [
          { profileId: ann, identifiers: 1, interactions: 2 },
          { profileId: bob, identifiers: 1, interactions: 2 },
        ],
      },
    },
  });
  expect(await profileOf('userId:ann')).toMatchObject({ id: ann, orders: { count: 1, revenue: [{ amount: '10.00' }] }, mergedFrom: [] });
  expect(await profileOf(bob)).toMatchObject({ id: bob, orders: { count: 2, revenue: [{ amount: '12.00' }] } });
  const [split, back] = harness.facts(TOPICS.profilesUpdated).slice(-2);
  expect(split).toMatchObject({ profileId: ann, applied: [], split: { profileId: bob, version: back!.version } });
  expect(split!.split!.interactionIds).toHaveLength(2);
  expect(back).toMatchObject({ profileId: bob, applied: [], unmergedFrom: { profileId: ann } });
  expect((await call('GET', '/profiles/userId:ann/merges')).body.data).toEqual([
    expect.objectContaining({ mergedId: bob, survivorId: ann, reason: 'identifiers', unmergedAt: expect.any(String) }),
  ]);
  expect((await call('POST', '/profiles/userId:ann/unmerge', { mergedId: bob }, 'once')).body).toEqual(answer.body);
  expect(await call('POST', '/profiles/userId:ann/unmerge', { mergedId: bob })).toMatchObject({ status: 404 });
  await hear(interaction({ userId: 'ann', email: 'bob@example.com' }, { at: at(9) }));
  expect((await profileOf('email:bob@example.com')).id).toBe(bob);
  expect((await call('GET', '/merge-reviews')).body.data).toEqual([]); // it was a person who told them apart
});

test('what is on its way between the services is waited for', async () => {
  const { ann, bob } = await annAndBobAsOne();
  const late = order({ userId: 'ann' }, 8, '1');
  timeline.recorded.push(late);
  const asked = call('POST', '/profiles/userId:ann/unmerge', { mergedId: bob });
  setTimeout(() => {
    harness.feed(TOPICS.interactionsRecorded, late.subject, late);
    void harness.run();
  }, 300);
  expect((await asked).body).toMatchObject({ status: 'done', outcome: { profiles: [{ profileId: ann, interactions: 3 }, {}] } });
  expect(await profileOf('userId:ann')).toMatchObject({ orders: { count: 2 } });
});

test('two profiles merge because a person says so, and part again', async () => {
  await hear(order({ userId: 'ann' }, 1, '10'), order({ userId: 'anna' }, 2, '5'));
  const [ann, anna] = [(await profileOf('userId:ann')).id, (await profileOf('userId:anna')).id];
  const merged = await call('POST', '/profiles/merge', { profiles: ['userId:anna', 'userId:ann'] });
  expect(merged).toMatchObject({ status: 200, body: { outcome: { kind: 'merged', profileId: ann, mergedId: anna } } });
  expect(await profileOf(anna)).toMatchObject({ id: ann, orders: { count: 2 }, mergedFrom: [anna] });
  expect((await call('GET', `/profiles/${ann}/merges`)).body.data).toMatchObject([
    { reason: 'manual', interactionId: null, unmergedAt: null },
  ]);
  expect(await call('POST', '/profiles/merge', { profiles: ['userId:anna', 'userId:ann'] })).toMatchObject({ status: 409 });
  await call('POST', `/profiles/${ann}/unmerge`, { mergedId: anna });
  expect((await profileOf('userId:anna')).id).toBe(anna);
});

test('a merge whose answer was lost answers again under its key, and is no refusal of what it did itself', async () => {
  await hear(order({ userId: 'ann' }, 1, '10'), order({ userId: 'anna' }, 2, '5'));
  const ask = () => call('POST', '/profiles/merge', { profiles: ['userId:anna', 'userId:ann'] }, 'lost');
  const first = await ask();
  // the process ended between the decision and the answer
  await database.pool.query(
    `UPDATE idempotency_keys SET status = NULL, answer = NULL, lease_until = now() - interval '1 s' WHERE key = 'lost'`,
  );
  expect(await ask()).toMatchObject({ status: 200, body: first.body });
});

test('a merge that a limit held back waits for a person, who approves it or says that they are two', async () => {
  await hear(
    interaction({ userId: 'ann', anonymousId: 'kiosk' }, { at: at(1) }),
    interaction({ userId: 'bob', anonymousId: 'kiosk' }, { at: at(2) }),
    interaction({ userId: 'bob', anonymousId: 'kiosk' }, { at: at(3) }),
    interaction({ userId: 'eve', anonymousId: 'kiosk' }, { at: at(4) }),
  );
  const { data } = (await call('GET', '/merge-reviews')).body;
  expect(data).toHaveLength(2);
  const [bobs, eves] = [await profileOf('userId:bob'), await profileOf('userId:eve')].map(({ id }) =>
    data.find((one: { profileId: string }) => one.profileId === id),
  );
  expect(bobs).toMatchObject({ state: 'open', obstacle: 'limit:userId', identifier: { type: 'anonymousId', value: 'kiosk' }, times: 2 });
  expect(await call('POST', `/merge-reviews/${bobs.id}/approve`)).toMatchObject({ status: 200, body: { outcome: { kind: 'merged' } } });
  expect((await profileOf('userId:bob')).id).toBe((await profileOf('userId:ann')).id);
  expect(await call('POST', `/merge-reviews/${bobs.id}/reject`)).toMatchObject({ status: 409 });
  expect(await call('POST', `/merge-reviews/${eves.id}/reject`)).toMatchObject({ status: 200, body: { outcome: { kind: 'separated' } } });
  await hear(interaction({ userId: 'eve', anonymousId: 'kiosk' }, { at: at(5) }));
  expect((await call('GET', '/merge-reviews')).body.data).toEqual([]);
  expect((await call('GET', '/merge-reviews?state=rejected')).body.data).toMatchObject([{ id: eves.id }]);
});

test(`undoing every merge of random interactions leaves owners, states and tables in agreement (seed ${SEED})`, async () => {
  await hear(...randomInteractions(SEED, 600, 40));
  let undone = 0;
  for (let turn = 0; turn < 40; turn++) {
    const [merged] = (await storedProfiles(database.pool)).filter(({ merged_into }) => merged_into !== null);
    if (merged === undefined) break;
    expect(await call('POST', `/profiles/${merged.id}/unmerge`, { mergedId: merged.id })).toMatchObject({ status: 200 });
    undone++;
  }
  expect(undone).toBeGreaterThan(10);
  const profiles = await storedProfiles(database.pool);
  expect(await ownersInTable(database.pool)).toEqual(ownersInStates(profiles));
  const applied = profiles.filter(({ merged_into }) => merged_into === null).flatMap(({ state }) => Object.values(state.contactsByChannel));
  expect(applied.reduce((sum, { count }) => sum + count, 0)).toBe(600);
});

test.each([
  ['/profiles/merge', { profiles: ['userId:ann'] }, 400],
  ['/profiles/merge', { profiles: ['userId:ann', 'userId:stranger'] }, 404],
  ['/profiles/nonsense/unmerge', { mergedId: '019b76da-a800-7000-8000-000000000000' }, 400],
  ['/profiles/userId:ann/unmerge', { mergedId: 'x' }, 400],
  ['/profiles/userId:ann/unmerge', { mergedId: '019b76da-a800-7000-8000-000000000000' }, 404],
  ['/merge-reviews/019b76da-a800-7000-8000-000000000000/approve', undefined, 404],
])('%s %j is refused with %i', async (path, body, status) => {
  await hear(interaction({ userId: 'ann' }));
  expect((await call('POST', path, body ?? {})).status).toBe(status);
});
