import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { signLink } from '@rapport/platform';
import { TopicReader } from './testing/read-topic.js';
import { ScriptedServices } from './testing/scripted-services.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY, WRITE_KEY } from './testing/start-gateway.js';

const PROFILE_ID = '019bc0a1-7c00-7000-8000-000000000010';
const PROFILE = {
  id: PROFILE_ID,
  identifiers: [
    { type: 'anonymousId', value: 'a1', firstSeenAt: 'x' },
    { type: 'email', value: 'ann@example.com', firstSeenAt: 'x' },
  ],
};
const SERVER = { authorization: `Bearer ${SERVER_KEY}` };

const services = new ScriptedServices();
let setup: TestSetup;
let topic: TopicReader;

beforeAll(async () => {
  const env = await services.start(['interactions', 'profiles', 'segmentation', 'notifications']);
  setup = await startOnStack({ ...env, UPSTREAM_TIMEOUT_MS: '500' });
  topic = await TopicReader.start(setup.brokers);
}, 60_000);

afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
  services.stop();
});

beforeEach(() => {
  services.calls.length = 0;
  services.answers = {
    [`profiles GET /profiles/${PROFILE_ID}`]: [200, PROFILE],
    'profiles GET /profiles/email%3Aann%40example.com': [200, PROFILE],
  };
});

const ask = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const response = await setup.gateway.request(method, path, body, {
    ...SERVER,
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...headers,
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text) as never,
  };
};

describe('reads', () => {
  it('resolve a ref, and say where a merged profile is now', async () => {
    services.answers['profiles GET /profiles/email%3Aann%40example.com'] = [
      200,
      PROFILE,
      { 'content-location': `/v1/profiles/${PROFILE_ID}` },
    ];
    services.answers[`segmentation GET /profiles/${PROFILE_ID}/relationship`] = [200, { relationshipType: { primary: 'self_service' } }];
    const { status, body, headers } = await ask('GET', '/v1/profiles/email:Ann%40Example.com/relationship');
    expect([status, body, headers.get('content-location')]).toEqual([
      200,
      { relationshipType: { primary: 'self_service' } },
      `/v1/profiles/${PROFILE_ID}`,
    ]);
  });

  it('give the maps as figures or as a picture, at the same address', async () => {
    services.answers['interactions GET /journey-map?from=2026-01-01'] = [200, { touchpoints: [] }];
    services.answers['interactions GET /journey-map?from=2026-01-01&as=svg'] = [200, { svg: '<svg/>' }];
    expect((await ask('GET', '/v1/journey-map?from=2026-01-01')).body).toEqual({ touchpoints: [] });
    const picture = await ask('GET', '/v1/journey-map?from=2026-01-01', undefined, { accept: 'image/svg+xml' });
    expect([picture.status, picture.headers.get('content-type'), picture.headers.get('vary'), picture.body]).toEqual([
      200,
      'image/svg+xml; charset=utf-8',
      'accept',
      '<svg/>',
    ]);
    const refusal = { code: 'INTERACTIONS_PERIOD_INVALID', detail: 'x', errors: [{ pointer: '/from', detail: 'y' }] };
    services.answers['interactions GET /channel-report?from=x&as=svg'] = [400, refusal];
    const refused = await ask('GET', '/v1/channel-report?from=x', undefined, { accept: 'image/svg+xml' });
    expect([refused.status, refused.headers.get('content-type')]).toEqual([400, expect.stringContaining('application/problem+json')]);
  });

  it('put the timeline together from the identifiers of the profile', async () => {
    services.answers['interactions POST /timeline'] = [200, { data: [], nextCursor: null }];
    expect((await ask('GET', `/v1/profiles/${PROFILE_ID}/interactions?limit=5&channel=web`)).body).toEqual({ data: [], nextCursor: null });
    expect(services.calls.at(-1)!.body).toEqual({
      channel: 'web',
      limit: 5,
      identifiers: [
        { type: 'anonymousId', value: 'a1' },
        { type: 'email', value: 'ann@example.com' },
      ],
    });
  });

  it('put the members of a segment together with their profiles', async () => {
    services.answers['segmentation GET /segments/s1/members?limit=2'] = [200, { data: [{ profileId: PROFILE_ID }], nextCursor: 'c2' }];
    services.answers['profiles POST /profiles/by-ids'] = [200, { data: [PROFILE] }];
    expect((await ask('GET', '/v1/profiles?segment=s1&limit=2')).body).toEqual({ data: [PROFILE], nextCursor: 'c2' });
  });

  it('pass a refusal of the owner on as it is', async () => {
    services.answers['segmentation GET /segments/none'] = [
      404,
      { type: 'about:blank', title: 'Not Found', status: 404, code: 'SEGMENTATION_NOT_FOUND', detail: 'There is no such segment.' },
    ];
    expect((await ask('GET', '/v1/segments/none')).body).toMatchObject({ status: 404, code: 'SEGMENTATION_NOT_FOUND' });
  });

  it('say which service is down, and when to come again', async () => {
    services.answers[`segmentation GET /profiles/${PROFILE_ID}/relationship`] = [500, { status: 500 }];
    const { status, headers, body } = await ask('GET', `/v1/profiles/${PROFILE_ID}/relationship`);
    expect([status, headers.get('retry-after'), body]).toMatchObject([503, '1', { code: 'SEGMENTATION_UNAVAILABLE' }]);
  });

  it.each(['not-a-ref', 'email:', 'userId:null', '%00'])('refuse the ref %s', async (ref) => {
    expect((await ask('GET', `/v1/profiles/${ref}`)).body).toMatchObject({ status: 400, code: 'GATEWAY_REF_INVALID' });
  });

  it('hold the line of an inbox stream, and let go when the reader does', async () => {
    const reader = new AbortController();
    const response = await fetch(`${setup.gateway.url}/v1/profiles/${PROFILE_ID}/inbox/stream`, {
      headers: { ...SERVER, 'last-event-id': '7' },
      signal: reader.signal,
    });
    const first = await response.body!.getReader().read();
    expect(Buffer.from(first.value as Uint8Array).toString()).toContain('data: {"title":"Hello"}');
    expect(services.calls.at(-1)!.headers).toMatchObject({ 'last-event-id': '7', accept: 'text/event-stream' });
    reader.abort();
  });
});

describe('writes', () => {
  it('carry the internal token, the caller and his Idempotency-Key', async () => {
    services.answers['segmentation POST /segments'] = [201, { id: 's1' }];
    expect(await ask('POST', '/v1/segments', { name: 'x', rule: { all: [] } }, { 'idempotency-key': 'k1' })).toMatchObject({
      status: 201,
      body: { id: 's1' },
    });
    expect(services.calls[0]).toMatchObject({
      body: { name: 'x', rule: { all: [] } },
      headers: { authorization: 'Bearer internal-token-for-tests', 'idempotency-key': 'k1', 'x-rapport-caller': expect.any(String) },
    });
  });

  it('name a customer by his profile behind the gateway', async () => {
    services.answers['notifications POST /notifications'] = [202, { id: 'n1' }];
    expect(await ask('POST', '/v1/notifications', { to: 'email:ann@example.com', purpose: 'service' })).toMatchObject({
      status: 202,
      body: { id: 'n1' },
    });
    expect(services.calls.at(-1)!.body).toEqual({ purpose: 'service', profileId: PROFILE_ID });
    expect((await ask('POST', '/v1/notifications', { purpose: 'service' })).body).toMatchObject({
      status: 400,
      errors: [{ pointer: '/to' }],
    });
  });

  it('become interactions: a consent, once per Idempotency-Key', async () => {
    const consent = { purpose: 'marketing', channel: 'email', state: 'granted', wording: 'Yes' };
    const answers = [
      await ask('POST', '/v1/profiles/email:consent%40example.com/consents', consent, { 'idempotency-key': 'c1' }),
      await ask('POST', '/v1/profiles/email:consent%40example.com/consents', consent, { 'idempotency-key': 'c1' }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([202, 202]);
    const records = await topic.wait(2, ({ key }) => key === 'email:consent@example.com');
    expect(new Set(records.map(({ value }) => value.messageId)).size).toBe(1);
    expect(records[0]!.value).toMatchObject({
      protocol: 'rapport',
      type: 'interaction',
      source: 'default',
      payload: {
        event: 'Consent Granted',
        identifiers: { email: 'consent@example.com' },
        properties: { purpose: 'marketing', channel: 'email', wording: 'Yes' },
      },
    });
    expect(services.calls).toEqual([]);
  });

  it('become interactions: traits and the agent, under the strongest identifier of a profile', async () => {
    expect((await ask('PATCH', `/v1/profiles/${PROFILE_ID}/traits`, { plan: 'pro' })).status).toBe(202);
    expect((await ask('POST', `/v1/profiles/${PROFILE_ID}/agent`, { agentId: 'agent-7' })).status).toBe(202);
    const written = (what: object) =>
      topic.wait(
        1,
        ({ key, value }) => key === 'email:ann@example.com' && Object.entries(what).every(([name, is]) => value.payload[name] === is),
      );
    const [[traits], [agent]] = [await written({ kind: 'identify' }), await written({ event: 'Agent Assigned' })];
    expect(traits!.value.payload).toMatchObject({ kind: 'identify', traits: { plan: 'pro' }, identifiers: { email: 'ann@example.com' } });
    expect(agent!.value.payload).toMatchObject({ event: 'Agent Assigned', agentId: 'agent-7' });
    for (const bad of [[], {}]) expect((await ask('PATCH', `/v1/profiles/${PROFILE_ID}/traits`, bad)).body).toMatchObject({ status: 400 });
  });

  it('become interactions: a completed task and a message that was read, under an id that a retry repeats', async () => {
    const interaction = {
      event: 'Call Ended',
      at: '2026-01-15T09:00:00.000Z',
      channel: 'phone',
      identifiers: { userId: 'task-user' },
      properties: { outcome: 'resolved' },
    };
    services.answers['notifications POST /tasks/t1/complete'] = [200, { task: { id: 't1', status: 'completed' }, interaction }];
    services.answers['notifications POST /inbox/m1/read'] = [
      200,
      { id: 'm1', readAt: 'now', interaction: { ...interaction, event: 'In-App Message Read' } },
    ];
    expect((await ask('POST', '/v1/tasks/t1/complete', { outcome: 'resolved' })).body).toEqual({ id: 't1', status: 'completed' });
    expect((await ask('POST', '/v1/inbox/m1/read', {})).body).toEqual({ id: 'm1', readAt: 'now' });
    const records = await topic.wait(2, ({ key }) => key === 'userId:task-user');
    expect(records.map(({ value }) => value.messageId)).toEqual(['task:t1:completed', 'inbox:m1:read']);
  });
});

describe('unsubscribing', () => {
  const token = () =>
    signLink({ n: 'n1', p: PROFILE_ID, c: 'email', t: 'email', a: 'leaver@example.com', u: 'marketing' }, 'link-secret-for-tests');
  const visit = (method: string, path: string, body?: string, language = 'en') =>
    fetch(`${setup.gateway.url}${path}`, {
      method,
      headers: { 'accept-language': language, 'content-type': 'application/x-www-form-urlencoded' },
      ...(body === undefined ? {} : { body }),
    });

  it('a GET shows a page and changes nothing; the form of the page unsubscribes', async () => {
    const page = await visit('GET', `/u/${token()}`, undefined, 'vi');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await page.text()).toContain('Hủy đăng ký');
    const done = await visit('POST', `/u/${token()}`, 'List-Unsubscribe=One-Click');
    expect([done.status, (await done.text()).includes('You are unsubscribed')]).toEqual([200, true]);
    const records = await topic.wait(1, ({ key }) => key === 'email:leaver@example.com');
    expect(records.map(({ value }) => value.payload)).toEqual([
      expect.objectContaining({ event: 'Unsubscribed', notificationId: 'n1', properties: { purpose: 'marketing', channel: 'email' } }),
    ]);
  });

  it('a wrong token finds nothing, and another form is refused', async () => {
    expect((await visit('GET', `/u/${token().slice(0, -4)}AAAA`)).status).toBe(404);
    expect((await visit('POST', `/u/${token()}`, 'x=1')).status).toBe(400);
  });
});

describe('keys', () => {
  it('are shown once, do what their scopes say, and are refused as soon as they are revoked', async () => {
    const created = await ask('POST', '/v1/keys', { kind: 'server', name: 'CRM', source: 'crm', scopes: ['ingest'] });
    const { id, key } = created.body as { id: string; key: string };
    expect([created.status, key]).toEqual([201, expect.stringMatching(/^sk_[A-Za-z0-9_-]{32}$/)]);
    const listed = JSON.stringify((await ask('GET', '/v1/keys')).body);
    expect([listed.includes(id), listed.includes(key)]).toEqual([true, false]);
    const { rows } = await setup.database.pool.query<{ row: string }>('SELECT api_keys::text AS row FROM api_keys');
    expect(rows.some(({ row }) => row.includes(key) || row.includes(WRITE_KEY))).toBe(false);

    const bearer = { authorization: `Bearer ${key}` };
    expect((await setup.gateway.post('/v1/track', { userId: 'crm', event: 'A' }, bearer)).status).toBe(200);
    expect((await ask('GET', '/v1/keys', undefined, bearer)).body).toMatchObject({ status: 403, code: 'GATEWAY_SCOPE_MISSING' });
    expect((await ask('DELETE', `/v1/keys/${id}`)).status).toBe(204);
    expect((await setup.gateway.post('/v1/track', { userId: 'crm', event: 'A' }, bearer)).status).toBe(401);
    expect((await ask('DELETE', `/v1/keys/${id}`)).status).toBe(204);
  });

  it('of a repeated request are the same, also afterwards; the request id of another one is refused', async () => {
    const body = { kind: 'server', name: 'Repeated', scopes: ['ingest'] };
    const headers = { 'idempotency-key': `repeated-${Date.now()}` };
    const [first, second] = [await ask('POST', '/v1/keys', body, headers), await ask('POST', '/v1/keys', body, headers)];
    expect(first.status).toBe(201);
    expect([second.status, second.body]).toEqual([201, first.body]);
    for (const other of [
      { ...body, name: 'Other' },
      { kind: 'write', name: 'Repeated' },
    ]) {
      const answer = await ask('POST', '/v1/keys', other, headers);
      expect([answer.status, answer.body]).toMatchObject([422, { code: 'GATEWAY_IDEMPOTENCY_KEY_REUSED' }]);
    }
    const { id } = first.body as { id: string };
    await ask('DELETE', `/v1/keys/${id}`);
    expect((await ask('POST', '/v1/keys', body, headers)).body).toMatchObject({ id, revokedAt: expect.any(String) });
    expect((await ask('POST', '/v1/keys', body, { 'idempotency-key': 'ü' })).status).toBe(400);
  });

  it('that were revoked elsewhere are refused here within seconds', async () => {
    const { id, key } = (await ask('POST', '/v1/keys', { kind: 'write', name: 'web' })).body as { id: string; key: string };
    await setup.database.pool.query('UPDATE api_keys SET revoked_at = now() WHERE id = $1', [id]);
    const from = Date.now();
    while ((await setup.gateway.post('/v1/track', { userId: 'u', event: 'A' }, { 'x-write-key': key })).status !== 401) {
      if (Date.now() - from > 10_000) throw new Error('still accepted after 10 s');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }, 15_000);

  it('page without gaps, and refuse another list’s cursor', async () => {
    for (let index = 0; index < 3; index++) await ask('POST', '/v1/keys', { kind: 'write', name: `page-${index}` });
    const all = ((await ask('GET', '/v1/keys?limit=200')).body as { data: { id: string }[] }).data.map(({ id }) => id);
    const paged: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { data, nextCursor } = (await ask('GET', `/v1/keys?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`)).body as {
        data: { id: string }[];
        nextCursor: string | null;
      };
      paged.push(...data.map(({ id }) => id));
      cursor = nextCursor;
    }
    expect(paged).toEqual(all);
    expect((await ask('GET', '/v1/keys?cursor=e30')).status).toBe(400);
  });

  it.each([
    [{ kind: 'admin', name: 'x' }, '/kind'],
    [{ kind: 'server', name: '' }, '/name'],
    [{ kind: 'server', name: 'x', scopes: ['everything'] }, '/scopes'],
    [{ kind: 'write', name: 'x', scopes: ['keys'] }, '/scopes'],
    [{ kind: 'server', name: 'x', more: 1 }, '/more'],
  ])('are not made from %j', async (body, pointer) => {
    expect((await ask('POST', '/v1/keys', body)).body).toMatchObject({ status: 400, errors: [{ pointer }] });
  });
});

describe('the description of the doors', () => {
  it('is served, and an unknown address says where it is', async () => {
    expect((await ask('GET', '/openapi.json')).body).toMatchObject({ openapi: '3.1.0' });
    expect((await ask('GET', '/docs')).status).toBe(200);
    expect((await ask('POST', '/v1/trak', {})).body).toMatchObject({
      status: 404,
      detail: expect.stringContaining('Did you mean /v1/track?'),
    });
    expect((await ask('POST', '/v1/inbound/twilio/c1', {})).status).toBe(404);
    const wrong = await ask('GET', '/v1/track');
    expect([wrong.status, wrong.headers.get('allow')]).toEqual([405, 'POST']);
  });
});
