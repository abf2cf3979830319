import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { createTestDatabase, keptPlans, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { readSegmentationConfig } from '../config.js';
import { CustomerReader } from '../persistence/customer-reader.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { EvaluateSegmentsPipeline } from '../pipeline/evaluate-segments.pipeline.js';
import { SegmentationModule } from '../segmentation.module.js';
import { Person } from '../testing/people.js';

const TOKEN = 'a-token-for-tests-only';
const UNKNOWN = '00000000-0000-4000-8000-000000000000';
let database: TestDatabase;
let app: NestFastifyApplication;
let harness: PipelineHarness;

beforeAll(async () => {
  database = await createTestDatabase({ service: 'segmentation', migrations: MIGRATIONS });
  const config = readSegmentationConfig({
    DATABASE_URL: database.url,
    KAFKA_BROKERS: '127.0.0.1:1',
    INTERNAL_TOKEN: TOKEN,
    LOG_LEVEL: 'silent',
    TOPIC_PARTITIONS: '1',
  });
  app = await createService({ config, module: SegmentationModule.forRoot(config) });
  harness = new PipelineHarness(app.get(EvaluateSegmentsPipeline), database.pool);
  harness.now = new Date();
});
afterAll(async () => {
  await app.close();
  await database.drop();
});

async function call(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, payload?: object, headers: Record<string, string> = {}) {
  const response = await app.inject({
    method,
    url: `/internal/v1${path}`,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    ...(payload && { payload }),
  });
  return { status: response.statusCode, headers: response.headers, body: response.json() };
}
const hear = async (...people: Person[]) => {
  for (const person of people)
    harness.feed(TOPICS.profilesUpdated, person.id, person.did('Order Completed', 0, { properties: { total: 10 } }));
  await harness.run();
};
const buyers = { name: 'buyers', description: 'who ever bought', rule: { did: 'Order Completed' } };

test('a segment from its creation to the archive', async () => {
  const made = await call('POST', '/segments', buyers);
  expect(made).toMatchObject({ status: 201, body: { ...buyers, version: 1, state: 'backfilling' } });
  const { id } = made.body;
  await harness.tick();
  expect((await call('GET', `/segments/${id}`)).body).toMatchObject({ state: 'live', members: 0 });
  const people = ['ann', 'bob', 'eve'].map((name) => new Person(name));
  await hear(...people);
  const page = await call('GET', `/segments/${id}/members?limit=2`);
  const rest = await call('GET', `/segments/${id}/members?limit=2&cursor=${page.body.nextCursor}`);
  expect([...page.body.data, ...rest.body.data]).toEqual(
    people
      .map(({ id: profileId }) => ({ profileId, since: harness.now.toISOString(), sequence: 1 }))
      .sort((a, b) => (a.profileId < b.profileId ? -1 : 1)),
  );
  expect(rest.body.nextCursor).toBeNull();

  const edit = { name: 'big buyers', rule: { sum: 'properties.total', of: 'Order Completed', gte: 20 }, version: 1 };
  expect(await call('PUT', `/segments/${id}`, edit)).toMatchObject({
    status: 200,
    body: { name: 'big buyers', version: 2, state: 'backfilling' },
  });
  expect(await call('PUT', `/segments/${id}`, edit)).toMatchObject({
    status: 409,
    body: { code: 'SEGMENTATION_VERSION_DIFFERS', errors: [{ pointer: '/version' }] },
  });
  await harness.tick();
  await hear(people[0]!);
  expect((await call('GET', `/segments/${id}`)).body).toMatchObject({ state: 'live', members: 1, rule: edit.rule });
  expect((await call('GET', `/segments/${id}/versions`)).body.data).toMatchObject([
    { version: 2, name: 'big buyers' },
    { version: 1, name: 'buyers', rule: buyers.rule },
  ]);

  expect(await call('DELETE', `/segments/${id}`)).toMatchObject({ status: 200, body: { state: 'archived' } });
  expect(await call('PUT', `/segments/${id}`, { name: 'x', rule: { all: [] } })).toMatchObject({
    status: 409,
    body: { code: 'SEGMENTATION_SEGMENT_ARCHIVED' },
  });
  await harness.tick();
  expect((await call('GET', `/segments/${id}/members`)).body.data).toEqual([]);
  expect((await call('GET', '/segments?state=archived')).body.data).toMatchObject([{ id }]);
  expect((await call('GET', '/segments')).body).toEqual({ data: [], nextCursor: null });
});

test('the same Idempotency-Key makes one segment', async () => {
  const headers = { 'idempotency-key': 'make-it-once' };
  const [first, second] = [
    await call('POST', '/segments', { ...buyers, name: 'once' }, headers),
    await call('POST', '/segments', { ...buyers, name: 'once' }, headers),
  ];
  expect(second.body).toEqual(first.body);
  expect(await call('POST', '/segments', { ...buyers, name: 'once' })).toMatchObject({
    status: 409,
    body: { code: 'SEGMENTATION_NAME_TAKEN' },
  });
  await call('DELETE', `/segments/${first.body.id}`);
});

test('a customer: in which segments, why, until when, and why not', async () => {
  const { body: lately } = await call('POST', '/segments', {
    name: 'bought lately',
    rule: { did: 'Order Completed', within: { days: 3650 } },
  });
  const { body: calm } = await call('POST', '/segments', { name: 'never bought', rule: { didNot: 'Order Completed' } });
  const fay = new Person('fay');
  await hear(fay);
  const all = await call('GET', `/profiles/${fay.id}/segments`);
  expect(all).toMatchObject({
    status: 200,
    body: {
      nextCursor: null,
      data: [
        {
          segmentId: lately.id,
          name: 'bought lately',
          member: true,
          since: harness.now.toISOString(),
          reviewAt: expect.stringMatching(/^20\d\d-/),
          why: [{ leaf: '', holds: true, evidence: { count: 1 } }],
        },
      ],
    },
  });
  for (const segment of [calm.id, 'never%20bought']) {
    expect((await call('GET', `/profiles/${fay.id}/segments?segment=${segment}`)).body.data).toMatchObject([
      { segmentId: calm.id, member: false, since: null, reviewAt: null, why: [{ holds: false, evidence: { count: 1 } }] },
    ]);
  }
  expect(await call('GET', `/profiles/${fay.id}/segments?segment=nothing`)).toMatchObject({
    status: 404,
    body: { code: 'SEGMENTATION_SEGMENT_NOT_FOUND' },
  });
  expect((await call('GET', `/profiles/${UNKNOWN}/segments?segment=${calm.id}`)).body.data).toMatchObject([
    { member: false, why: [{ holds: true }] },
  ]);
  // made a moment ago: not swept yet, and answered from history all the same
  const { body: fresh } = await call('POST', '/segments', { name: 'fresh', rule: { did: 'Order Completed', times: { exactly: 1 } } });
  expect((await call('GET', `/profiles/${fay.id}/segments?segment=fresh`)).body.data).toMatchObject([
    { segmentId: fresh.id, member: true },
  ]);
});

test('who of many is in which segments', async () => {
  const { body: segment } = await call('POST', '/segments', { name: 'many', rule: { did: 'Order Completed' } });
  const [hal, ida] = ['hal', 'ida'].map((name) => new Person(name)) as [Person, Person];
  await hear(hal, ida);
  const { status, body } = await call('POST', '/profiles/memberships', { ids: [ida.id, UNKNOWN] });
  expect(status).toBe(200);
  expect(body.data).toContainEqual({ profileId: ida.id, segmentId: segment.id, name: 'many', sequence: 1 });
  expect(body.data.every(({ profileId }: { profileId: string }) => profileId === ida.id)).toBe(true);
  expect(await call('POST', '/profiles/memberships', { ids: ['ida'] })).toMatchObject({
    status: 400,
    body: { errors: [{ pointer: '/ids' }] },
  });
  expect(await call('POST', '/profiles/memberships', { ids: Array(501).fill(UNKNOWN) })).toMatchObject({ status: 400 });
});

test('a relationship, also of somebody of whom nothing is known', async () => {
  const gus = new Person('gus');
  await hear(gus, gus, gus, gus);
  const known = await call('GET', `/profiles/${gus.id}/relationship`);
  expect(known.body).toMatchObject({
    profileId: gus.id,
    relationshipType: { primary: expect.any(String), modelVersion: 'relationship-1' },
    engagementModel: { model: 'low_touch' },
    lifecycle: { stage: 'visitor' },
  });
  expect(Object.keys(known.body.relationshipType.scores)).toHaveLength(8);
  expect((await call('GET', `/profiles/${UNKNOWN}/relationship`)).body.relationshipType).toMatchObject({
    primary: 'transactional',
    confidence: 0,
  });
  const many = await call('POST', '/profiles/relationships', { ids: [UNKNOWN, gus.id] });
  expect(many.body.data).toMatchObject([{ profileId: UNKNOWN }, known.body]);
  expect(await call('GET', '/profiles/nobody/relationship')).toMatchObject({
    status: 400,
    body: { code: 'SEGMENTATION_PROFILE_ID_INVALID' },
  });
});

test.each([
  [
    'an operator of the wrong type',
    { name: 'x', rule: { all: [{ trait: 'age', gte: 'old' }] } },
    400,
    'SEGMENTATION_RULE_INVALID',
    '/rule/all/0/gte',
  ],
  ['an unknown leaf', { name: 'x', rule: { liked: 'A' } }, 400, 'SEGMENTATION_RULE_INVALID', '/rule'],
  ['a leaf of later', { name: 'x', rule: { any: [{ sequence: [] }] } }, 400, 'SEGMENTATION_LEAF_NOT_SUPPORTED', '/rule/any/0'],
  ['a reference to nothing', { name: 'x', rule: { member: 'nobody' } }, 400, 'SEGMENTATION_RULE_INVALID', '/rule/member'],
  ['no rule', { name: 'x' }, 400, 'SEGMENTATION_VALIDATION_FAILED', '/rule'],
  ['no name', { rule: { all: [] } }, 400, 'SEGMENTATION_VALIDATION_FAILED', '/name'],
  ['a name that is a number', { name: 7, rule: { all: [] } }, 400, 'SEGMENTATION_VALIDATION_FAILED', '/name'],
  ['a rule that is a string', { name: 'x', rule: 'all' }, 400, 'SEGMENTATION_RULE_INVALID', '/rule'],
])('%s is refused', async (_, body, status, code, pointer) => {
  expect(await call('POST', '/segments', body)).toMatchObject({
    status,
    body: { code, errors: expect.arrayContaining([expect.objectContaining({ pointer })]) },
  });
});

test('what is not there, and what comes later', async () => {
  for (const path of [`/segments/${UNKNOWN}`, `/segments/${UNKNOWN}/members`, `/segments/${UNKNOWN}/versions`, '/segments/nothing'])
    expect(await call('GET', path)).toMatchObject({ status: 404, body: { code: 'SEGMENTATION_SEGMENT_NOT_FOUND' } });
  expect(await call('POST', '/segments/preview', buyers)).toMatchObject({
    status: 422,
    body: { code: 'SEGMENTATION_PREVIEW_NOT_SUPPORTED' },
  });
  expect(await call('GET', '/segments?cursor=bm8')).toMatchObject({ status: 400, body: { code: 'SEGMENTATION_CURSOR_INVALID' } });
  expect((await app.inject({ method: 'GET', url: '/internal/v1/segments' })).statusCode).toBe(401);
});

describe('satisfaction', () => {
  test('per group and in all, with n and interval', async () => {
    const person = new Person('answering');
    const asked = (score: number, touchpoint: string) =>
      person.interaction('Survey Answered', 0, { properties: { survey: 'csat', score, touchpoint } });
    harness.feed(TOPICS.profilesUpdated, person.id, person.fact([asked(5, 'delivery'), asked(4, 'delivery'), asked(1, 'returns')]));
    await harness.run();
    const { status, body } = await call('GET', '/satisfaction?metric=csat&from=2026-01-01&to=2026-02-01');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      metric: 'csat',
      by: 'touchpoint',
      confidence: 0.95,
      total: { n: 3, value: 0.6667 },
      data: [
        { key: 'delivery', n: 2, value: 1, interval: { low: 0.3424, high: 1 } },
        { key: 'returns', n: 1, value: 0, interval: { low: 0, high: 0.7935 } },
      ],
      nextCursor: null,
    });
    expect((await call('GET', '/satisfaction?metric=nps&by=period')).body).toMatchObject({ total: { n: 0, value: null }, data: [] });
  });

  test.each([
    ['', '/metric'],
    ['metric=stars', '/metric'],
    ['metric=csat&by=moon', '/by'],
    ['metric=csat&from=yesterday', '/from'],
    ['metric=csat&from=2026-02-01&to=2026-01-01', '/to'],
    ['metric=csat&color=red', '/color'],
  ])('?%s is refused by pointer', async (query, pointer) => {
    expect(await call('GET', `/satisfaction?${query}`)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });

  test('of an unknown segment: 404', async () =>
    expect(await call('GET', '/satisfaction?metric=csat&segment=nobody')).toMatchObject({
      status: 404,
      body: { code: 'SEGMENTATION_SEGMENT_NOT_FOUND', errors: [{ pointer: '/segment' }] },
    }));
});

test('customers are read by one statement whose plan is kept, however many are asked for', async () => {
  const gus = new Person('gus');
  const read = (pool: TestDatabase['pool'], customers: number) => new CustomerReader(pool).read(Array(customers).fill(gus.id), new Date());
  expect(await keptPlans(database.url, read)).toContain('segmentation-customers');
});
