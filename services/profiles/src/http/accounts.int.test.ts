import { jest } from '@jest/globals';
import { type Interaction, TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { PipelineHarness, type TestDatabase } from '@rapport/testkit';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { readProfilesConfig } from '../config.js';
import { ResolveProfilesPipeline } from '../pipeline/resolve-profiles.pipeline.js';
import { ProfilesModule } from '../profiles.module.js';
import { at, interaction } from '../testing/interactions.js';
import { createProfilesDatabase } from '../testing/stored-profiles.js';

const TOKEN = 'a-token-for-tests-only';
jest.setTimeout(60_000);
let database: TestDatabase;
let app: NestFastifyApplication;
let harness: PipelineHarness;

beforeAll(async () => {
  database = await createProfilesDatabase();
  const config = readProfilesConfig({
    DATABASE_URL: database.url,
    KAFKA_BROKERS: '127.0.0.1:1',
    INTERNAL_TOKEN: TOKEN,
    LOG_LEVEL: 'silent',
  });
  app = await createService({ config, module: ProfilesModule.forRoot(config) });
  harness = new PipelineHarness(app.get(ResolveProfilesPipeline), database.pool);
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function hear(...all: Interaction[]): Promise<void> {
  for (const one of all) harness.feed(TOPICS.interactionsRecorded, one.subject, one);
  await harness.run();
}
async function call(method: 'GET' | 'PUT', path: string, body?: object) {
  const headers = { authorization: `Bearer ${TOKEN}` };
  const response = await app.inject({ method, url: `/internal/v1${path}`, headers, ...(body && { payload: body }) });
  return { status: response.statusCode, body: response.json() };
}
const group = (identifiers: Record<string, string>, ms: number, traits: Record<string, unknown>): Interaction =>
  interaction(identifiers, { kind: 'group', event: 'Grouped', at: at(ms), account: { id: 'acme', traits } });

test('an account has its members with their roles, and the latest word on each of its traits, whatever the order', async () => {
  await hear(
    group({ userId: 'ann' }, 3, { role: 'buyer', plan: 'pro', seats: 5 }),
    group({ userId: 'bob' }, 2, { plan: 'free', industry: 'toys' }),
    group({ anonymousId: 'browser' }, 4, { role: 'visitor' }),
    interaction({ userId: 'ann', anonymousId: 'browser' }, { at: at(5) }), // one person now, with the later role
  );
  const ann = (await call('GET', '/profiles/userId:ann')).body;
  expect((await call('GET', '/accounts/acme')).body).toEqual({
    id: 'acme',
    firstSeenAt: at(2),
    members: 2,
    domains: [],
    traits: {
      plan: { value: 'pro', source: 'shop', at: at(3) },
      seats: { value: 5, source: 'shop', at: at(3) },
      industry: { value: 'toys', source: 'shop', at: at(2) },
    },
  });
  const { data } = (await call('GET', '/accounts/acme/members?limit=1')).body;
  expect(data).toHaveLength(1);
  expect((await call('GET', '/accounts/acme/members')).body.data).toEqual(
    expect.arrayContaining([{ profileId: ann.id, role: 'visitor', since: at(3) }, expect.objectContaining({ role: null })]),
  );
  expect(ann.accounts).toEqual([{ id: 'acme', firstSeenAt: at(3), role: 'visitor' }]);
  expect((await call('GET', '/accounts')).body).toMatchObject({ data: [{ id: 'acme' }], nextCursor: null });
});

test('an e-mail domain says where somebody works, unless everybody has one there', async () => {
  expect(await call('PUT', '/company-domains/Globex.Example', { accountId: 'globex' })).toMatchObject({
    status: 200,
    body: { domain: 'globex.example' },
  });
  await hear(interaction({ email: 'eve@globex.example' }, { at: at(10) }), interaction({ email: 'eve@gmail.com' }, { at: at(11) }));
  expect((await call('GET', '/profiles/email:eve%40globex.example')).body.accounts).toEqual([
    { id: 'globex', firstSeenAt: at(10), inferredFrom: 'email_domain' },
  ]);
  expect(harness.facts(TOPICS.profilesUpdated).at(-2)?.profile.accounts).toMatchObject([{ id: 'globex' }]);
  expect((await call('GET', '/profiles/email:eve%40gmail.com')).body.accounts).toEqual([]);
});

test.each([
  ['PUT', '/company-domains/gmail.com', 400],
  ['PUT', '/company-domains/nonsense', 400],
  ['GET', '/accounts/nobody', 404],
  ['GET', '/accounts/nobody/members', 404],
  ['GET', '/accounts?limit=0', 400],
] as const)('%s %s is refused with %i', async (method, path, status) =>
  expect((await call(method, path, method === 'PUT' ? { accountId: 'x' } : undefined)).status).toBe(status),
);
