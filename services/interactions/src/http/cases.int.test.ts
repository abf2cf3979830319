import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { createTestDatabase, keptPlans, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { readConfig } from '../config.js';
import { InteractionsModule } from '../interactions.module.js';
import { CaseReader } from '../persistence/case-reader.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { FollowCasesPipeline } from '../pipeline/follow-cases.pipeline.js';
import { RecordInteractionsPipeline } from '../pipeline/record-interactions.pipeline.js';
import { answered, asked, at, HOUR, TellingProfile } from '../testing/customer-facts.js';
import { segment } from '../testing/received.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const TOKEN = 'a-token-for-tests-only';
const ANN = TellingProfile.named('ann');
const BOB = TellingProfile.named('bob');

let database: TestDatabase;
let app: Awaited<ReturnType<typeof createService>>;
beforeAll(async () => {
  database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS });
  const config = readConfig({ DATABASE_URL: database.url, KAFKA_BROKERS: '127.0.0.1:1', INTERNAL_TOKEN: TOKEN, LOG_LEVEL: 'silent' });
  app = await createService({ config, module: InteractionsModule.forRoot(config) });
  const cases = new PipelineHarness(app.get(FollowCasesPipeline), database.pool);
  const told = [
    asked(0, { caseId: 'T-1', text: 'Where is my lid?', sensitivity: 'sensitive', complexity: 'complex' }),
    asked(1, { caseId: 'T-2', touchpoint: 'payment' }),
    asked(HOUR, { event: 'Call Started', channel: 'phone', caseId: 'T-1' }),
    answered(2 * HOUR, {
      event: 'Promise Made',
      channel: 'phone',
      caseId: 'T-1',
      text: 'A lid, tomorrow',
      properties: { dueAt: at(3 * HOUR) },
    }),
  ];
  cases.feed(TOPICS.profilesUpdated, ANN.id, ANN.fact(told));
  const more = Array.from({ length: 5 }, (_, i) => asked(i, { caseId: `B-${i}`, subject: 'userId:bob' }));
  cases.feed(TOPICS.profilesUpdated, BOB.id, BOB.fact(more));
  await cases.run();
  const records = new PipelineHarness(app.get(RecordInteractionsPipeline), database.pool);
  const now = new Date().toISOString();
  records.feed(TOPICS.interactionsReceived, 'k', segment({ event: 'Order Completed', userId: 'ann', timestamp: now }, { receivedAt: now }));
  await records.run();
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

const headers = { authorization: `Bearer ${TOKEN}` };
const get = async (url: string) => {
  const answer = await app.inject({ method: 'GET', url: `/internal/v1${url}`, headers });
  return { status: answer.statusCode, body: answer.json() };
};
const contexts = async (...customers: object[]) =>
  (await app.inject({ method: 'POST', url: '/internal/v1/context', headers, payload: { customers } })).json();

describe('cases', () => {
  it('are listed by what matters most, page by page, and by what is asked for', async () => {
    const seen: string[] = [];
    let cursor = '';
    do {
      const { body } = await get(`/cases?limit=3${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.data.map(({ reference }: { reference: string }) => reference));
      cursor = body.nextCursor ?? '';
    } while (cursor);
    expect(seen[0]).toBe('T-1');
    expect([...seen].sort()).toEqual(['B-0', 'B-1', 'B-2', 'B-3', 'B-4', 'T-1', 'T-2']);
    const references = async (query: string) =>
      (await get(`/cases?${query}`)).body.data.map(({ reference }: { reference: string }) => reference);
    expect(await references(`profileId=${ANN.id}`)).toEqual(['T-1', 'T-2']);
    expect(await references('priority=normal&status=open')).toEqual(['T-1']);
    expect(await references('status=resolved')).toEqual([]);
    expect(await references('assigneeId=nobody')).toEqual([]);
  });

  it('show their interactions, how each got there, and where the channel changed', async () => {
    const [{ id }] = (await get(`/cases?profileId=${ANN.id}`)).body.data;
    const { body } = await get(`/cases/${id}`);
    expect(body).toMatchObject({
      gist: 'Where is my lid?',
      status: 'open',
      switches: { flight: 1, proposed: 0 },
      targets: { timeZone: 'Asia/Ho_Chi_Minh' },
    });
    expect(body.interactions.map((one: { event: string; joined: { by: string } }) => [one.event, one.joined.by])).toEqual([
      ['Live Chat Message Sent', 'opened'],
      ['Call Started', 'case'],
      ['Promise Made', 'case'],
    ]);
    expect(body.interactions[1].switch).toEqual({ kind: 'flight', from: 'live_chat', to: 'phone', reason: 'nobody had proposed it' });
  });

  it.each([
    ['/cases/nothing', 400, '/id'],
    ['/cases?status=sleeping', 400, '/status'],
    ['/cases?cursor=xyz', 400, '/cursor'],
    [`/cases?cursor=${Buffer.from('{"priority":9,"id":"x"}').toString('base64url')}`, 400, '/cursor'],
    ['/cases?profileId=ann', 400, '/profileId'],
    ['/cases?colour=red', 400, '/colour'],
  ])('refuse %s', async (url, status, pointer) => {
    expect(await get(url)).toMatchObject({ status, body: { errors: [{ pointer }] } });
  });

  it('are 404 where there is none', async () => {
    expect(await get('/cases/019bc0a1-7c00-7000-8000-0000000000c1')).toMatchObject({
      status: 404,
      body: { code: 'INTERACTIONS_CASE_NOT_FOUND' },
    });
  });
});

describe('the context', () => {
  it('has open cases, the last contact on each channel, and promises', async () => {
    const [answer] = (await contexts({ profileId: ANN.id, subjects: ['userId:ann'] })).data;
    expect(answer.cases.map(({ reference }: { reference: string }) => reference)).toEqual(['T-1', 'T-2']);
    expect(answer.contacts.map(({ channel, event, gist }: Record<string, string>) => [channel, event, gist])).toEqual([
      ['api', 'Order Completed', null],
      ['phone', 'Promise Made', 'A lid, tomorrow'],
      ['live_chat', 'Live Chat Message Sent', null],
    ]);
    expect(answer.promises).toMatchObject([{ gist: 'A lid, tomorrow', state: 'overdue', dueAt: at(3 * HOUR) }]);
  });

  it('knows by an identifier whose cases they are, and nobody by none; each gets what is his', async () => {
    const ann = { profileId: ANN.id, subjects: ['userId:ann'] };
    const { data } = await contexts({ subjects: ['userId:bob'] }, { subjects: [] }, ann, { subjects: ['userId:ann'] });
    expect(data.map(({ profileId }: { profileId: string }) => profileId)).toEqual([BOB.id, null, ANN.id, ANN.id]);
    expect(data[0].cases).toHaveLength(5);
    expect(data[0].contacts.map(({ channel }: { channel: string }) => channel)).not.toContain('api');
    expect(data[1]).toEqual({ profileId: null, cases: [], contacts: [], promises: [] });
    expect(data[2]).toEqual((await contexts(ann)).data[0]);
    expect(data[3]).toEqual(data[2]);
    expect((await contexts(ann, { subjects: ['userId:ann', 7] })).errors[0].pointer).toBe('/customers/1/subjects');
  });

  it('is one statement whose plan is kept, however many are asked for', async () => {
    const asked = { profileId: ANN.id, subjects: ['userId:ann', 'email:ann@example.com'] };
    const kept = await keptPlans(database.url, (pool, customers) => new CaseReader(pool).contexts(Array(customers).fill(asked)));
    expect(kept).toEqual(['customer-contexts']);
  });
});
