import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { createTestDatabase, keptPlans, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { readNotificationsConfig } from '../config.js';
import { NotificationsModule } from '../notifications.module.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { NotificationStore } from '../persistence/notification-store.js';
import { DecideNotificationsPipeline } from '../pipeline/decide-notifications.pipeline.js';
import { id, mergedInto, profileId, SEGMENT, updated, written } from '../testing/facts.js';

const TOKEN = 'a-token-for-tests-only';
let database: TestDatabase;
let app: NestFastifyApplication;
let harness: PipelineHarness;

beforeAll(async () => {
  database = await createTestDatabase({ service: 'notifications', migrations: MIGRATIONS });
  const config = readNotificationsConfig({
    DATABASE_URL: database.url,
    KAFKA_BROKERS: '127.0.0.1:1',
    INTERNAL_TOKEN: TOKEN,
    LINK_SECRET: 'a-secret-for-tests-only',
    LOG_LEVEL: 'silent',
    TOPIC_PARTITIONS: '1',
    DISPATCH_POLL_MS: '20',
  });
  app = await createService({ config, module: NotificationsModule.forRoot(config) });
  harness = new PipelineHarness(app.get(DecideNotificationsPipeline), database.pool);
  harness.now = new Date();
  harness.feed(TOPICS.profilesUpdated, profileId('ann'), updated({ name: 'ann', visitedAt: harness.now }));
  await harness.run();
  await call('PUT', '/templates/hello', { purpose: 'service', locales: { vi: { email: written('email'), phone: written('phone') } } });
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

/** The members of answers that are looked at one by one. */
interface Answer {
  readonly id: string;
  readonly status?: string;
  readonly ranked?: unknown;
  readonly rejected?: unknown;
  readonly decision?: unknown;
  readonly data?: unknown;
  readonly errors?: readonly { readonly pointer: string }[];
}
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';
async function call(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const response = await app.inject({
    method,
    url: `/internal/v1${path}`,
    headers: { authorization: `Bearer ${TOKEN}`, ...headers },
    ...(body === undefined ? {} : { payload: body as object }),
  });
  return { status: response.statusCode, body: response.json() as Answer };
}
const ASK = { profileId: profileId('ann'), purpose: 'service', template: 'hello', urgency: 'normal', data: {} };

describe('notifications over HTTP', () => {
  it('are accepted, decided by the clock as /decisions says, and shown with their reasons', async () => {
    const foreseen = await call('POST', '/decisions', ASK);
    expect(foreseen).toMatchObject({
      status: 200,
      body: { ranked: [{ channel: 'email' }, { channel: 'phone' }], propensity: 1, modelVersion: 'priors-2' },
    });
    expect(foreseen.body.rejected).toEqual([
      { channel: 'in_app', code: 'NO_TEMPLATE' },
      { channel: 'webhook', code: 'NO_TEMPLATE' },
    ]);
    const accepted = await call('POST', '/notifications', ASK);
    expect(accepted).toEqual({ status: 202, body: { id: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    await harness.tick(new Date());
    const shown = await call('GET', `/notifications/${accepted.body.id}`);
    expect(shown.body).toMatchObject({
      id: accepted.body.id,
      profileId: ASK.profileId,
      status: expect.stringMatching(/queued|sent/),
      cause: { kind: 'request' },
      deliveries: [{ channel: 'email', attempts: 1 }],
    });
    expect(shown.body.decision).toEqual(foreseen.body);
    const listed = await call('GET', `/profiles/${ASK.profileId}/notifications?limit=1`);
    expect(listed.body).toMatchObject({ data: [{ id: accepted.body.id }], nextCursor: null });
  });

  it('reach the inbox through the dispatcher, and its report comes back', async () => {
    const { body } = await call('POST', '/notifications', { ...ASK, template: undefined, content: { in_app: written('in_app') } });
    let status = 'requested';
    for (
      const until = Date.now() + 20_000;
      status !== 'sent' && Date.now() < until;
      await new Promise((resolve) => setTimeout(resolve, 20))
    ) {
      await harness.tick(new Date());
      status = (await call('GET', `/notifications/${body.id}`)).body.status ?? '';
    }
    expect(status).toBe('sent');
    expect((await call('GET', `/profiles/${ASK.profileId}/inbox`)).body).toMatchObject({ data: [{ title: 'Hello' }] });
    expect(
      harness
        .facts(TOPICS.deliveryChanged)
        .filter((fact) => fact.notificationId === body.id)
        .map((fact) => fact.status),
    ).toEqual(['queued', 'sent']);
  });

  it('are the same one under the same Idempotency-Key', async () => {
    const key = { 'idempotency-key': 'once' };
    const [first, second] = [await call('POST', '/notifications', ASK, key), await call('POST', '/notifications', ASK, key)];
    expect(second).toEqual(first);
    expect(await call('POST', '/notifications', { ...ASK, urgency: 'high' }, key)).toMatchObject({
      status: 422,
      body: { code: 'NOTIFICATIONS_IDEMPOTENCY_KEY_REUSED' },
    });
  });

  it('are told with the way to reach the customer next, for whoever serves him, also under an id that was merged', async () => {
    const content = { email: written('email'), in_app: written('in_app'), phone: written('phone') };
    const matter = { complexity: 'complex', sensitivity: 'sensitive' };
    const foreseen = await call('POST', '/decisions', { ...ASK, template: undefined, content, ...matter });
    harness.feed(TOPICS.profilesUpdated, profileId('anna'), mergedInto({ name: 'anna', version: 2 }, 'ann'));
    await harness.run();
    const customers = [profileId('anna'), id('nobody'), ASK.profileId].map((one) => ({ profileId: one, ...matter }));
    const { status, body } = await call('POST', '/context', { customers });
    const [anna, nobody, ann] = body.data as { notifications: object[]; decision: Answer }[];
    const { notifications, decision } = ann!;
    expect([status, nobody]).toEqual([200, { notifications: [], decision: null }]);
    expect(anna).toEqual(ann);
    expect(decision).toMatchObject({ ranked: foreseen.body.ranked });
    const { data } = (await call('GET', `/profiles/${ASK.profileId}/notifications?limit=10`)).body as { data: { deliveries: object[] }[] };
    expect(notifications).toMatchObject(
      data.map((one) => {
        const { id: is, purpose, status: state, reason, createdAt } = one as never as Record<string, unknown>;
        const deliveries = (one.deliveries as { channel: string; status: string; at: string }[]).map(({ channel, status: now, at }) => ({
          channel,
          status: now,
          at,
        }));
        return { id: is, purpose, status: state, reason, createdAt, deliveries };
      }),
    );
    expect(await call('POST', '/context', { customers: [{ profileId: ASK.profileId }] })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/customers/0/complexity' }, { pointer: '/customers/0/sensitivity' }] },
    });
  });

  it('are told by one statement whose plan is kept, however many customers are asked for', async () => {
    const kept = await keptPlans(database.url, (pool, customers) =>
      new NotificationStore(pool).contexts(Array(customers).fill(ASK.profileId), new Date()),
    );
    expect(kept).toEqual(['notifications-contexts']);
  });

  it.each([
    ['no purpose', { ...ASK, purpose: undefined }, '/purpose'],
    ['a purpose that does not exist', { ...ASK, purpose: 'spam' }, '/purpose'],
    ['no text', { ...ASK, template: undefined }, '/template'],
    ['two texts', { ...ASK, content: { email: written('email') } }, '/template'],
    ['a template that does not exist', { ...ASK, template: 'nothing' }, '/template'],
    ['content for no channel', { ...ASK, template: undefined, content: {} }, '/content'],
    ['a time without meaning', { ...ASK, expiresAt: 'tomorrow' }, '/expiresAt'],
    ['a channel that does not exist', { ...ASK, channels: ['pigeon'] }, '/channels'],
    ['too much data', { ...ASK, data: { x: 'x'.repeat(40_000) } }, '/data'],
    ['what nobody asked for', { ...ASK, colour: 'red' }, '/colour'],
  ])('are refused with a pointer: %s', async (_name, body, pointer) => {
    for (const path of ['/notifications', '/decisions']) {
      const { status, body: problem } = await call('POST', path, body);
      expect([status, problem.errors?.[0]?.pointer]).toEqual([400, pointer]);
    }
  });

  it('that do not exist are not found', async () => {
    expect(await call('GET', `/notifications/${id('none')}`)).toMatchObject({ status: 404, body: { code: 'NOTIFICATIONS_NOT_FOUND' } });
    expect(await call('GET', '/notifications/none')).toMatchObject({ status: 400 });
    expect(await call('POST', '/decisions', { ...ASK, profileId: id('nobody') })).toMatchObject({
      status: 404,
      body: { code: 'NOTIFICATIONS_PROFILE_UNKNOWN' },
    });
  });
});

describe('journeys over HTTP', () => {
  const JOURNEY = {
    name: 'Win back',
    trigger: { segment: SEGMENT, on: 'entered' },
    steps: [{ notify: { template: 'hello', purpose: 'service', urgency: 'low' } }],
  };

  it('are drafts, then live, edited beside what is live, paused, archived', async () => {
    const made = await call('POST', '/journeys', JOURNEY);
    expect(made).toMatchObject({ status: 201, body: { ...JOURNEY, state: 'draft', version: 1, liveVersion: null, reentry: 'once' } });
    const path = `/journeys/${made.body.id}`;
    expect(await call('POST', `${path}/pause`)).toMatchObject({ status: 409, body: { code: 'NOTIFICATIONS_JOURNEY_STATE' } });
    expect(await call('POST', `${path}/publish`)).toMatchObject({ status: 200, body: { state: 'live', liveVersion: 1 } });
    expect(await call('PUT', path, { ...JOURNEY, reentry: 'always' })).toMatchObject({
      status: 200,
      body: { state: 'live', version: 2, liveVersion: 1, reentry: 'always' },
    });
    expect(await call('POST', `${path}/pause`)).toMatchObject({ body: { state: 'paused' } });
    expect(await call('POST', `${path}/publish`)).toMatchObject({ body: { state: 'live', liveVersion: 2 } });
    expect((await call('GET', '/journeys?state=live')).body.data).toEqual([expect.objectContaining({ id: made.body.id })]);
    expect(await call('DELETE', path)).toMatchObject({ status: 200, body: { state: 'archived' } });
    expect(await call('POST', `${path}/publish`)).toMatchObject({ status: 409 });
  });

  it('say what they cannot do yet, and what is wrong', async () => {
    expect(await call('POST', '/journeys', { ...JOURNEY, steps: [{ wait: { days: 1 } }] })).toMatchObject({
      status: 422,
      body: { code: 'NOTIFICATIONS_NOT_SUPPORTED', errors: [{ pointer: '/steps/0/wait' }] },
    });
    expect(await call('POST', '/journeys', { ...JOURNEY, trigger: { segment: 'x', on: 'entered' } })).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/trigger/segment' }] },
    });
    expect(await call('POST', '/journeys', [])).toMatchObject({ status: 400 });
    expect(await call('GET', `/journeys/${id('none')}`)).toMatchObject({ status: 404 });
  });
});
