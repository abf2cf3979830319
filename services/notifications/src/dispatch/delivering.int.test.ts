import { randomUUID } from 'node:crypto';
import { Module } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createService, PostgresModule } from '@rapport/platform';
import { createParser } from 'eventsource-parser';
import { MIGRATIONS } from '../persistence/migrations.js';
import { DeliveringModule } from './delivering.module.js';
import { DispatchWorld, LINK_SECRET, until } from './testing/dispatch-world.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

const TOKEN = 'a token for tests only';
const TEMPLATE = {
  purpose: 'service',
  locales: {
    vi: { email: { subject: 'Chào {{ firstName }}', html: '<p>{{ firstName }}</p>' }, in_app: { title: 'Chào {{ firstName }}', text: 'x' }, phone: { script: 'Gọi {{ firstName }}' } },
    en: { email: { subject: 'Hello {{ firstName }}', text: 'Hello' } },
  },
};

@Module({})
class TestModule {}

let world: DispatchWorld;
/** Two replicas: what one writes the other must show. */
let replicas: [NestFastifyApplication, NestFastifyApplication];

beforeAll(async () => {
  world = await DispatchWorld.open();
  const config = {
    name: 'notifications', databaseUrl: world.database.url, internalToken: TOKEN, bodyBytesMax: 1_048_576, requestTimeoutMs: 10_000, smtpUrl: 'smtp://127.0.0.1:1', mailFrom: 'a@shop.example',
    mailUnsubscribe: '', publicUrl: 'https://rapport.example', linkSecret: LINK_SECRET, dkimDomain: '', dkimSelector: '', dkimPrivateKey: '', webhookAllowPrivate: false, dispatchPollMs: 10,
    dispatchLeaseMarginMs: 1_000, smtpConnectionsMax: 2, smtpCallTimeoutMs: 1_000, webhookCallTimeoutMs: 1_000,
  };
  const start = (): Promise<NestFastifyApplication> =>
    createService({ config, module: { module: TestModule, imports: [PostgresModule.forRoot({ config, migrations: MIGRATIONS }), DeliveringModule.register(config)] } });
  replicas = [await start(), await start()];
});
afterAll(async () => {
  await Promise.all(replicas.map((app) => app.close()));
  await world.close();
});

async function call(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, body?: unknown, replica = 0): Promise<{ status: number; body: any }> {
  const answer = await (replicas[replica] as NestFastifyApplication).inject({ method, url: `/internal/v1${path}`, headers: { authorization: `Bearer ${TOKEN}` }, ...(body === undefined ? {} : { payload: body as object }) });
  return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
}

describe('templates', () => {
  it('are versioned, and the same again is no new version', async () => {
    expect(await call('PUT', '/templates/welcome', TEMPLATE)).toMatchObject({ status: 200, body: { name: 'welcome', version: 1, defaultLocale: 'vi' } });
    const reordered = { locales: { en: TEMPLATE.locales.en, vi: TEMPLATE.locales.vi }, purpose: 'service' };
    expect(await call('PUT', '/templates/welcome', reordered)).toMatchObject({ body: { version: 1 } });
    expect(await call('PUT', '/templates/welcome', { ...TEMPLATE, purpose: 'marketing' })).toMatchObject({ body: { version: 2 } });
    expect(await call('GET', '/templates/welcome', undefined, 1)).toMatchObject({ status: 200, body: { version: 2, purpose: 'marketing' } });
    expect(await call('GET', '/templates/welcome?version=1')).toMatchObject({ body: { version: 1, purpose: 'service' } });
    expect(await call('GET', '/templates?limit=1')).toMatchObject({ body: { data: [{ name: 'welcome', version: 2 }], nextCursor: null } });
  });
  it('ten authors at once make ten versions', async () => {
    const puts = await Promise.all(Array.from({ length: 10 }, (_, n) => call('PUT', '/templates/busy', { purpose: 'service', locales: { vi: { phone: { script: `${n}` } } } }, n % 2)));
    expect(puts.map(({ body }) => body.version).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  });
  it.each([
    ['a shape', { purpose: 'service', locales: { vi: { email: { subject: 'x', pdf: 'x' } } } }, '/locales/vi/email/pdf'],
    ['a syntax', { purpose: 'service', locales: { vi: { phone: { script: '{% if %}' } } } }, '/locales/vi/phone/script'],
    ['an endless loop', { purpose: 'service', locales: { vi: { phone: { script: '{% for i in (1..100000) %}{% for j in (1..100000) %}{% endfor %}{% endfor %}' } } } }, '/locales/vi/phone/script'],
    ['an array', [], ''],
  ])('%s that is wrong is refused with its pointer', async (_, body, pointer) => {
    expect(await call('PUT', '/templates/bad', body)).toMatchObject({ status: 400, body: { code: 'NOTIFICATIONS_TEMPLATE_INVALID', errors: expect.arrayContaining([expect.objectContaining({ pointer })]) } });
    expect(await call('GET', '/templates/bad')).toMatchObject({ status: 404, body: { code: 'NOTIFICATIONS_TEMPLATE_NOT_FOUND' } });
  });
  it('are previewed as they are sent', async () => {
    const data = { firstName: 'Ánh & <Co>' };
    const preview = await call('POST', '/templates/welcome/preview', { channel: 'in_app', locale: 'vi-VN', data });
    const profileId = randomUUID();
    const id = await world.queue({ channel: 'in_app', address: 'x', template: 'welcome', locale: 'vi-VN', data, purpose: 'marketing', profileId });
    await world.outcomeOf(id);
    const { rendered } = await world.delivery(id);
    const { at, ...sent } = rendered as Record<string, unknown>;
    expect(preview).toEqual({ status: 200, body: sent });
    expect(at).toEqual(expect.any(String));
    expect(await call('POST', '/templates/welcome/preview', { channel: 'webhook' })).toMatchObject({ status: 422, body: { code: 'NOTIFICATIONS_LOCALE_MISSING' } });
  });
});

describe('webhook endpoints', () => {
  it('show their secret once', async () => {
    const created = await call('POST', '/webhooks', { url: 'https://93.184.216.34/hook', description: 'CRM' });
    expect(created).toMatchObject({ status: 201, body: { enabled: true, secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{32}$/) } });
    const { id, secret } = created.body;
    expect((await call('GET', `/webhooks/${id}`)).body).not.toHaveProperty('secret');
    expect((await call('GET', '/webhooks')).body).toMatchObject({ data: [expect.not.objectContaining({ secret: expect.anything() })], nextCursor: null });
    expect((await call('POST', `/webhooks/${id}/rotate`)).body.secret).not.toBe(secret);
    expect((await call('PATCH', `/webhooks/${id}`, { enabled: false })).body).toMatchObject({ enabled: false, disabledReason: expect.any(String) });
    expect(await call('DELETE', `/webhooks/${id}`)).toEqual({ status: 204, body: undefined });
    expect(await call('GET', `/webhooks/${id}`)).toMatchObject({ status: 404 });
  });
  it.each(['http://127.0.0.1/x', 'https://[::ffff:127.0.0.1]/', 'https://10.0.0.1/', 'https://2130706433/', 'https://169.254.169.254/', 'https://localhost/'])('%s cannot be one', async (url) => {
    expect(await call('POST', '/webhooks', { url })).toMatchObject({ status: 400, body: { code: 'NOTIFICATIONS_WEBHOOK_ADDRESS_REFUSED', errors: [{ pointer: '/url' }] } });
  });
});

describe('tasks', () => {
  async function newTask(profileId = randomUUID()): Promise<any> {
    const id = await world.queue({ channel: 'phone', address: '+84901234567', content: { phone: { title: 'Gọi lại', script: 'Chào {{ firstName }}' } }, data: { firstName: 'Ánh' }, profileId });
    await world.outcomeOf(id);
    return (await call('GET', `/tasks?profileId=${profileId}`)).body.data[0];
  }

  it('of twenty agents one gets it, and only he can end it', async () => {
    const { id } = await newTask();
    const claims = await Promise.all(Array.from({ length: 20 }, (_, n) => call('POST', `/tasks/${id}/claim`, { agentId: `agent-${n}` }, n % 2)));
    const won = claims.filter(({ status }) => status === 200);
    expect(won).toHaveLength(1);
    expect(claims.filter(({ status, body }) => status === 409 && body.code === 'NOTIFICATIONS_TASK_TAKEN')).toHaveLength(19);
    const { agentId } = won[0]?.body;
    expect(await call('POST', `/tasks/${id}/complete`, { agentId: 'agent-x', outcome: 'resolved' })).toMatchObject({ status: 409, body: { code: 'NOTIFICATIONS_TASK_TAKEN' } });
    expect(await call('POST', `/tasks/${id}/complete`, { agentId, outcome: 'resolved' })).toMatchObject({ status: 200, body: { task: { status: 'completed', agentId } } });
    expect(await call('POST', `/tasks/${id}/claim`, { agentId })).toMatchObject({ status: 409, body: { code: 'NOTIFICATIONS_TASK_CLOSED' } });
  });

  it('end with an interaction, the same at every repetition', async () => {
    const profileId = randomUUID();
    await world.database.pool.query(`INSERT INTO profile_projections (profile_id, snapshot) VALUES ($1, '{"identifiers": [{"type": "userId", "value": "u1"}], "contactPoints": [{"channel": "email", "address": "a@example.com"}]}')`, [profileId]);
    const task = await newTask(profileId);
    expect(task).toMatchObject({ status: 'open', title: 'Gọi lại', script: 'Chào Ánh', address: '+84901234567', purpose: 'service', agentId: null });
    const first = await call('POST', `/tasks/${task.id}/complete`, { agentId: 'linh', outcome: 'resolved', notes: 'vui vẻ' });
    expect(first.body.interaction).toEqual({
      event: 'Call Ended', at: first.body.task.completedAt, channel: 'phone', direction: 'outbound', handling: 'human', agentId: 'linh', notificationId: task.notificationId,
      identifiers: { phone: '+84901234567', userId: 'u1', email: 'a@example.com' },
      properties: { taskId: task.id, outcome: 'resolved', purpose: 'service', waitedMs: expect.any(Number) },
    });
    expect(await call('POST', `/tasks/${task.id}/complete`, { agentId: 'linh', outcome: 'resolved' }, 1)).toEqual(first);
    expect(await call('POST', `/tasks/${task.id}/complete`, { agentId: 'linh', outcome: 'no_answer' })).toMatchObject({ status: 409 });
  });

  it('that reached nobody is no call', async () => {
    const { id } = await newTask();
    expect((await call('POST', `/tasks/${id}/complete`, { outcome: 'no_answer' })).body.interaction).toMatchObject({ event: 'Task Completed', properties: { outcome: 'no_answer' } });
  });

  it('a claim lapses, goes up in the list, and can be taken by another; what is too late expires', async () => {
    const { id } = await newTask();
    await call('POST', `/tasks/${id}/claim`, { agentId: 'linh', leaseMinutes: 1 });
    await world.database.pool.query(`UPDATE tasks SET claim_until = now() - interval '1 s' WHERE id = $1`, [id]);
    await until('the lapse', async () => (await call('GET', `/tasks/${id}`)).body.status === 'open');
    expect((await call('GET', '/tasks?status=open')).body.data[0]).toMatchObject({ id, escalation: 1, agentId: null });
    expect(await call('POST', `/tasks/${id}/claim`, { agentId: 'minh' })).toMatchObject({ status: 200, body: { agentId: 'minh' } });
    await world.database.pool.query(`UPDATE tasks SET expires_at = now() - interval '1 s' WHERE id = $1`, [id]);
    await until('the expiry', async () => (await call('GET', `/tasks/${id}`)).body.status === 'expired');
    expect(await call('POST', `/tasks/${id}/complete`, { agentId: 'minh', outcome: 'resolved' })).toMatchObject({ status: 409, body: { code: 'NOTIFICATIONS_TASK_CLOSED' } });
  });

  it('are listed page by page without a gap', async () => {
    await Promise.all(Array.from({ length: 7 }, () => newTask()));
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: any = await call('GET', `/tasks?limit=3${cursor === '' ? '' : `&cursor=${cursor}`}`);
      seen.push(...page.body.data.map(({ id }: { id: string }) => id));
      cursor = page.body.nextCursor;
    }
    const { rowCount } = await world.database.pool.query('SELECT 1 FROM tasks');
    expect([seen.length, new Set(seen).size]).toEqual([rowCount, rowCount]);
  });

  it.each([
    ['an outcome that is no word', { outcome: 'Very Good' }, '/outcome'],
    ['a member that is not asked for', { outcome: 'resolved', status: 'open' }, '/status'],
  ])('%s is refused', async (_, body, pointer) => {
    expect(await call('POST', `/tasks/${randomUUID()}/complete`, body)).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});

describe('the inbox', () => {
  const say = (profileId: string, n: number): Promise<string> => world.queue({ channel: 'in_app', address: 'x', content: { in_app: { title: `Tin ${n}`, text: 'x' } }, profileId });

  it('lists, counts what is unread, and reading is an interaction once', async () => {
    const profileId = randomUUID();
    for (const n of [1, 2, 3]) await world.outcomeOf(await say(profileId, n));
    const inbox = await call('GET', `/profiles/${profileId}/inbox?limit=2`);
    expect(inbox.body).toMatchObject({ unread: 3, data: [{ title: 'Tin 3', readAt: null }, { title: 'Tin 2' }] });
    expect((await call('GET', `/profiles/${profileId}/inbox?cursor=${inbox.body.nextCursor}`)).body).toMatchObject({ data: [{ title: 'Tin 1' }], nextCursor: null });
    const [message] = inbox.body.data;
    const read = await call('POST', `/inbox/${message.id}/read`);
    expect(read.body).toMatchObject({ id: message.id, interaction: { event: 'In-App Message Read', channel: 'in_app', direction: 'inbound', notificationId: message.notificationId, at: read.body.readAt } });
    expect(await call('POST', `/inbox/${message.id}/read`, undefined, 1)).toEqual(read);
    expect((await call('GET', `/profiles/${profileId}/inbox?show=unread`)).body).toMatchObject({ unread: 2, data: [{ title: 'Tin 2' }, { title: 'Tin 1' }] });
  });

  /** Listens as an app would. */
  async function listen(app: NestFastifyApplication, profileId: string, lastEventId?: string): Promise<{ events: { id: string; title: string }[]; stop(): void }> {
    const url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/internal/v1/profiles/${profileId}/inbox/stream`;
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${TOKEN}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    const response = await fetch(url, { headers, signal: abort.signal });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const events: { id: string; title: string }[] = [];
    const parser = createParser({ onEvent: ({ id = '', data }) => events.push({ id, title: (JSON.parse(data) as { title: string }).title }) });
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    })().catch(() => undefined);
    return { events, stop: () => abort.abort() };
  }

  it('streams every message once and in order on every replica, and goes on after a break without a gap', async () => {
    await Promise.all(replicas.map((app) => app.listen(0, '127.0.0.1')));
    const profileId = randomUUID();
    await world.outcomeOf(await say(profileId, 0));
    const listeners = await Promise.all([...replicas, ...replicas].map((app) => listen(app, profileId)));
    await world.queueAll(Array.from({ length: 50 }, (_, n) => ({ channel: 'in_app' as const, address: 'x', content: { in_app: { title: `Tin ${n}`, text: 'x' } }, profileId })));
    for (const { events } of listeners) await until('all messages', () => events.length >= 50);
    const expected = Array.from({ length: 50 }, (_, n) => `${n + 2}`);
    for (const { events } of listeners) expect(events.map(({ id }) => id)).toEqual(expected);
    listeners[0]?.stop();
    await world.outcomeOf(await say(profileId, 99));
    const again = await listen(replicas[1], profileId, '40');
    await until('the rest', () => again.events.length >= 12);
    expect(again.events.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, n) => `${n + 41}`));
    for (const { stop } of [...listeners, again]) stop();
  });

  it('takes a bounded number of listeners of one customer', async () => {
    const profileId = randomUUID();
    const listeners = await Promise.all(Array.from({ length: 10 }, () => listen(replicas[0], profileId)));
    const url = `${await replicas[0].getUrl()}/internal/v1/profiles/${profileId}/inbox/stream`;
    const refused = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { code: string }).code]).toEqual([503, '5', 'NOTIFICATIONS_TOO_MANY_LISTENERS']);
    for (const { stop } of listeners) stop();
  });
});
