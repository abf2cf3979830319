import { jest } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { createTestDatabase, keptPlans, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { DataSource } from 'typeorm';
import { readProfilesConfig } from '../config.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { ProfileReader } from '../persistence/profile-reader.js';
import { COMPANY_SOURCE } from '../pipeline/account-queries.js';
import { ResolveProfilesPipeline } from '../pipeline/resolve-profiles.pipeline.js';
import { ProfilesModule } from '../profiles.module.js';
import { at, interaction } from '../testing/interactions.js';

const TOKEN = 'a-token-for-tests-only';
jest.setTimeout(60_000);
let database: TestDatabase;
let app: NestFastifyApplication;
let harness: PipelineHarness;

beforeAll(async () => {
  database = await createTestDatabase({ service: 'profiles', migrations: MIGRATIONS });
  const config = readProfilesConfig({
    DATABASE_URL: database.url,
    KAFKA_BROKERS: '127.0.0.1:1',
    INTERNAL_TOKEN: TOKEN,
    LOG_LEVEL: 'silent',
  });
  app = await createService({ config, module: ProfilesModule.forRoot(config) });
  harness = new PipelineHarness(app.get(ResolveProfilesPipeline), database.pool);
  const identify = (userId: string, ms: number, traits: object) =>
    interaction({ userId }, { kind: 'identify', event: 'Identified', at: at(ms), traits: traits as Record<string, unknown> });
  const all = [
    interaction({ anonymousId: 'a1' }, { at: at(0) }),
    interaction({ anonymousId: 'a2' }, { at: at(1) }),
    identify('ann', 2, { plan: 'pro', country: 'VN', seats: 3 }),
    identify('bob', 3, { plan: 'pro', country: 'GB', beta: true }),
    identify('eve', 4, { plan: 'free', country: 'VN' }),
    identify('bob', 5, { plan: 'free' }),
    interaction(
      { anonymousId: 'a2' },
      { at: at(1), event: 'Consent Requested', properties: { purpose: 'marketing', wording: 'Yes!', wordingVersion: '3', source: 'form' } },
    ),
    interaction({ userId: 'ann' }, { at: at(2), event: 'Consent Withdrawn', properties: { purpose: 'survey', actor: 'agent-7' } }),
    interaction({ userId: 'ann', anonymousId: 'a2', email: 'ann@example.com' }, { at: at(6) }),
    interaction({ anonymousId: 'a2', phone: '+84901234567' }, { at: at(7) }),
    interaction({ userId: 'ann', anonymousId: 'a1' }, { at: at(8) }),
  ];
  for (const one of all) harness.feed(TOPICS.interactionsRecorded, one.subject, one);
  await harness.run();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function get(path: string, body?: object) {
  const response = await app.inject({
    method: body ? 'POST' : 'GET',
    url: `/internal/v1/profiles${path}`,
    headers: { authorization: `Bearer ${TOKEN}` },
    ...(body && { payload: body }),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}
const idOf = async (ref: string): Promise<string> => (await get(`/${encodeURIComponent(ref)}`)).body.id;
const users = (profiles: { identifiers: { type: string; value: string }[] }[]) =>
  profiles.map(({ identifiers }) => identifiers.find(({ type }) => type === 'userId')?.value ?? '-');

test('a profile by any of its identifiers, in any spelling, and by its id', async () => {
  const ann = await get('/userId:ann');
  expect(ann).toMatchObject({
    status: 200,
    body: {
      identifiers: expect.arrayContaining([{ type: 'email', value: 'ann@example.com', firstSeenAt: at(6) }]),
      traits: { seats: { value: 3 } },
    },
  });
  expect(ann.headers['content-location']).toBeUndefined();
  for (const ref of ['email:Ann@Example.com', 'phone:0901 234 567', 'anonymousId:a1', ann.body.id])
    expect((await get(`/${encodeURIComponent(ref)}`)).body).toEqual(ann.body);
});

test('an id that was merged away answers with the survivor and says so', async () => {
  const survivor = await get('/userId:ann');
  expect(survivor.body.mergedFrom.length).toBeGreaterThanOrEqual(2);
  for (const old of survivor.body.mergedFrom) {
    const answer = await get(`/${old}`);
    expect(answer.body).toEqual(survivor.body);
    expect(answer.headers['content-location']).toBe(`/v1/profiles/${survivor.body.id}`);
  }
});

test('many by their refs at once, in the order asked for', async () => {
  const { body: ann } = await get('/userId:ann');
  const refs = [ann.mergedFrom[0], 'userId:zoe', 'email:Ann@Example.com', ann.id, '019bc0a1-7c00-7000-8000-00000000dead'];
  const { body } = await get('/by-refs', { refs });
  const here = { profile: ann, redirected: false };
  expect(body.data).toEqual([{ profile: ann, redirected: true }, null, here, here, null]);
  expect((await get('/by-refs', { refs: ['userId:ann', 'nobody'] })).body).toMatchObject({
    status: 400,
    errors: [{ pointer: '/refs/1' }],
  });
});

test('by one statement whose plan is kept, however many are asked for', async () => {
  const kept = await keptPlans(database.url, (pool, customers) =>
    new ProfileReader(app.get(DataSource), pool, app.get(COMPANY_SOURCE)).byRefs(
      Array(customers).fill({ kind: 'identifier', type: 'userId', value: 'ann' }),
    ),
  );
  expect(kept).toEqual(['profiles-by-refs']);
});

test('the lineage names every merge with its reason', async () => {
  const survivor = await get('/userId:ann');
  const { body } = await get('/userId:ann/merges');
  expect(body.data.map(({ mergedId }: { mergedId: string }) => mergedId).sort()).toEqual(survivor.body.mergedFrom);
  expect(body.data[0]).toEqual({
    mergedId: expect.any(String),
    survivorId: expect.any(String),
    interactionId: expect.any(String),
    reason: 'identifiers',
    unmergedAt: null,
    at: at(6),
    identifiers: expect.arrayContaining([{ type: 'userId', value: 'ann' }]),
  });
});

test('all evidence of consent, newest first, also what was said under an id that was merged away', async () => {
  const { body } = await get('/userId:ann/consents');
  expect(body.nextCursor).toBeNull();
  expect(body.data).toMatchObject([
    { purpose: 'survey', channel: '*', state: 'withdrawn', at: at(2), source: 'shop', actor: 'agent-7', wording: null },
    {
      purpose: 'marketing',
      channel: 'email',
      state: 'pending',
      at: at(1),
      source: 'form',
      wording: 'Yes!',
      wordingVersion: '3',
      actor: 'customer',
    },
  ]);
  expect(body.data[0]).toMatchObject({ interactionId: expect.any(String), recordedAt: expect.stringMatching(/Z$/) });
  const first = (await get('/userId:ann/consents?limit=1')).body;
  expect((await get(`/userId:ann/consents?limit=1&cursor=${first.nextCursor}`)).body).toEqual({ data: [body.data[1]], nextCursor: null });
  expect((await get('/userId:ann/consents?purpose=survey')).body.data).toHaveLength(1);
  expect((await get('/userId:ann')).body.consentRequests).toMatchObject([{ purpose: 'marketing', channel: 'email' }]);
});

test('by traits, several at once, as they are now', async () => {
  expect(users((await get('?trait.plan=pro')).body.data)).toEqual(['ann']);
  expect(users((await get('?trait.plan=free')).body.data)).toEqual(['bob', 'eve']);
  expect(users((await get('?trait.plan=free&trait.country=VN')).body.data)).toEqual(['eve']);
  expect(users((await get('?trait.beta=true')).body.data)).toEqual(['bob']);
  expect(users((await get('?trait.seats=3')).body.data)).toEqual(['ann']);
  expect((await get('?trait.constructor=x')).body).toEqual({ data: [], nextCursor: null });
});

test('pages cover everybody once', async () => {
  const seen: string[] = [];
  for (let cursor = ''; ; ) {
    const { body } = await get(`?limit=1${cursor && `&cursor=${cursor}`}`);
    seen.push(...users(body.data));
    if (body.nextCursor === null) break;
    cursor = body.nextCursor;
  }
  expect(seen.sort()).toEqual(['ann', 'bob', 'eve']);
});

test('many by their ids: each once, unknown ones left out', async () => {
  const [ann, bob] = [await idOf('userId:ann'), await idOf('userId:bob')];
  const [old] = (await get('/userId:ann')).body.mergedFrom;
  const { status, body } = await get('/by-ids', { ids: [bob, old, ann, '00000000-0000-7000-8000-000000000000'] });
  expect(status).toBe(200);
  expect(body.data.map(({ id }: { id: string }) => id)).toEqual([bob, ann]);
});

test.each([
  ['/userId:stranger', 404, 'PROFILES_NOT_FOUND'],
  ['/00000000-0000-7000-8000-000000000000', 404, 'PROFILES_NOT_FOUND'],
  ['/00000000-0000-7000-8000-000000000000/merges', 404, 'PROFILES_NOT_FOUND'],
  ['/nonsense', 400, 'PROFILES_REF_INVALID'],
  ['/userId:null', 400, 'PROFILES_REF_INVALID'],
  ['/userId:ann/consents?channel=pigeon', 400, 'PROFILES_VALIDATION_FAILED'],
  ['/userId:ann/consents?cursor=eyJ4IjoxfQ', 400, 'PROFILES_CURSOR_INVALID'],
  ['?limit=0', 400, 'PROFILES_QUERY_INVALID'],
  ['?limit=201', 400, 'PROFILES_QUERY_INVALID'],
  ['?plan=pro', 400, 'PROFILES_QUERY_INVALID'],
  ['?trait.plan=a&trait.plan=b', 400, 'PROFILES_QUERY_INVALID'],
  ['?cursor=nonsense', 400, 'PROFILES_CURSOR_INVALID'],
  [`?cursor=${Buffer.from('{"after":"1 OR 1=1"}').toString('base64url')}`, 400, 'PROFILES_QUERY_INVALID'],
])('%s is refused with %i %s', async (path, status, code) => expect(await get(path)).toMatchObject({ status, body: { status, code } }));

test('ids that are none are refused by pointer', async () => {
  expect(await get('/by-ids', { ids: ['x'] })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: expect.stringContaining('/ids') }] },
  });
});
