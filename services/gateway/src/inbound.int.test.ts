import { createHmac } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { assertProducible, TOPICS } from '@rapport/contracts';
import { TopicReader } from './testing/read-topic.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY, startGateway, type TestGateway, WRITE_KEY } from './testing/start-gateway.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const SECRET = 'app-secret-0123456789';
const KEYED = { authorization: `Bearer ${SERVER_KEY}` };
const SERVER = { ...KEYED, 'content-type': 'application/json' };
const sign = (body: string | Buffer, secret = SECRET) => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

let setup: TestSetup;
let gateway: TestGateway;
let topic: TopicReader;

beforeAll(async () => {
  setup = await startOnStack();
  gateway = setup.gateway;
  topic = await TopicReader.start(setup.brokers);
});
afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
});

const connect = (body: object, headers: Record<string, string> = {}) =>
  gateway.request('POST', '/v1/connections', body, { ...SERVER, ...headers });
const deliver = (path: string, body: string | Buffer, headers: Record<string, string>, to = gateway) =>
  to.request('POST', `/v1/inbound/${path}`, body, headers);
const codeOf = async (response: Response): Promise<[number, unknown]> => [
  response.status,
  ((await response.json()) as { code?: string }).code,
];

describe('connections', () => {
  it('are made, shown without their secrets, changed and removed', async () => {
    const asked = { provider: 'whatsapp', name: 'life', secrets: [SECRET], verifyToken: 'verify-me', settings: { language: 'vi' } };
    const made = await connect(asked);
    expect(made.status).toBe(201);
    const connection = (await made.json()) as { id: string };
    expect(connection).toEqual({
      id: expect.any(String),
      provider: 'whatsapp',
      name: 'life',
      path: '/v1/inbound/whatsapp/life',
      settings: { language: 'vi' },
      createdAt: expect.any(String),
      updatedAt: expect.any(String),
    });
    const one = `/v1/connections/${connection.id}`;
    expect(await (await gateway.request('GET', one, undefined, SERVER)).json()).toEqual(connection);
    const list = await (await gateway.request('GET', '/v1/connections', undefined, SERVER)).text();
    expect(JSON.parse(list).data).toContainEqual(connection);
    expect(list).not.toContain(SECRET);

    const body = '{"object":"whatsapp_business_account","entry":[]}';
    expect((await deliver('whatsapp/life', body, { 'x-hub-signature-256': sign(body) })).status).toBe(200);
    const rotated = await gateway.request('PATCH', one, { secrets: ['another-secret-0123'] }, SERVER);
    expect([rotated.status, await rotated.json()]).toEqual([200, { ...connection, updatedAt: expect.any(String) }]);
    expect((await deliver('whatsapp/life', body, { 'x-hub-signature-256': sign(body) })).status).toBe(401);
    expect((await deliver('whatsapp/life', body, { 'x-hub-signature-256': sign(body, 'another-secret-0123') })).status).toBe(200);
    // the verify token was not part of the change
    const greeting = '/v1/inbound/whatsapp/life?hub.mode=subscribe&hub.verify_token=verify-me&hub.challenge=1158201444';
    const greeted = await gateway.request('GET', greeting);
    expect([greeted.status, await greeted.text()]).toEqual([200, '1158201444']);
    expect((await gateway.request('GET', greeting.replace('verify-me', 'guessed-it'))).status).toBe(401);

    expect((await gateway.request('DELETE', one, undefined, KEYED)).status).toBe(204);
    expect((await gateway.request('DELETE', one, undefined, KEYED)).status).toBe(404);
    expect(await codeOf(await deliver('whatsapp/life', body, { 'x-hub-signature-256': sign(body) }))).toEqual([
      404,
      'GATEWAY_CONNECTION_NOT_FOUND',
    ]);
  });

  it('lie sealed in the database', async () => {
    await connect({ provider: 'form', name: 'sealed', secrets: [SECRET], verifyToken: 'verify-me' });
    const { rows } = await setup.database.pool.query('SELECT connections::text AS row, sealed FROM connections');
    expect(rows.length).toBeGreaterThan(0);
    for (const { row, sealed } of rows) {
      expect(row).not.toContain(SECRET);
      expect(sealed.toString('latin1')).not.toContain(SECRET);
      expect(sealed.toString('latin1')).not.toContain('verify-me');
    }
  });

  it('are made once under one Idempotency-Key, also when asked at the same moment', async () => {
    const asked = { provider: 'pbx', name: 'once', secrets: [SECRET] };
    const tries = await Promise.all([1, 2, 3].map(() => connect(asked, { 'idempotency-key': '"make-once"' })));
    expect(tries.map(({ status }) => status)).toEqual([201, 201, 201]);
    const bodies = await Promise.all(tries.map((response) => response.json()));
    expect(bodies[1]).toEqual(bodies[0]);
    expect(bodies[2]).toEqual(bodies[0]);
    const other = await connect({ ...asked, secrets: ['another-secret-0123'] }, { 'idempotency-key': '"make-once"' });
    expect(await codeOf(other)).toEqual([422, 'GATEWAY_IDEMPOTENCY_KEY_REUSED']);
    expect(await codeOf(await connect(asked))).toEqual([409, 'GATEWAY_CONNECTION_EXISTS']);
  });

  it.each([
    ['an unknown provider', { provider: 'pigeon' }, '/provider'],
    ['a name with a slash', { name: 'a/b' }, '/name'],
    ['no secret', { secrets: [] }, '/secrets'],
    ['a short secret', { secrets: ['short'] }, '/secrets'],
    ['settings that are a list', { settings: [1] }, '/settings'],
    ['huge settings', { settings: { a: 'x'.repeat(17_000) } }, '/settings'],
    ['an unknown member', { colour: 'red' }, '/colour'],
  ])('are refused with the field named: %s', async (_, change, pointer) => {
    const response = await connect({ provider: 'form', name: 'bad', secrets: [SECRET], ...change });
    const problem = (await response.json()) as { errors: { pointer: string }[] };
    expect([response.status, problem.errors[0]?.pointer]).toEqual([400, expect.stringMatching(new RegExp(`^${pointer}`))]);
  });

  it('belong to server keys with their scope', async () => {
    expect((await gateway.request('GET', '/v1/connections', undefined, { authorization: `Bearer ${WRITE_KEY}` })).status).toBe(403);
    expect((await gateway.request('GET', '/v1/connections')).status).toBe(401);
    expect((await gateway.request('GET', '/v1/connections/nothing', undefined, SERVER)).status).toBe(404);
  });
});

describe('a delivery', () => {
  beforeAll(async () => {
    await connect({ provider: 'form', name: 'contact', secrets: [SECRET], settings: { event: 'Demo Requested' } });
    await connect({ provider: 'twilio', name: 'line', secrets: ['12345678'] });
  });

  it('goes to Kafka as it came, with the headers that matter and no other', async () => {
    const body = 'email=ann%40example.com&message=as-it-came';
    const headers = {
      'content-type': 'application/x-www-form-urlencoded',
      'x-signature': sign(body),
      authorization: 'Bearer x',
      'webhook-id': 'w1',
    };
    const response = await deliver('form/contact', body, headers);
    expect([response.status, await response.json()]).toEqual([200, { accepted: true }]);
    const [record] = await topic.wait(1, ({ value }) => value.payload['body'] === body);
    expect(() => assertProducible(TOPICS.interactionsReceived, record!.value)).not.toThrow();
    expect(record).toMatchObject({ key: 'inbound:form:contact', headers: { ce_subject: 'inbound:form:contact' } });
    expect(record!.value).toEqual({
      protocol: 'inbound',
      type: 'delivery',
      source: 'inbound:form:contact',
      keyId: expect.any(String),
      messageId: expect.stringMatching(/^sha256:/),
      receivedAt: expect.any(String),
      payload: {
        provider: 'form',
        connection: 'contact',
        settings: { event: 'Demo Requested' },
        headers: { 'content-type': 'application/x-www-form-urlencoded', 'webhook-id': 'w1' },
        body,
        encoding: 'utf8',
      },
    });
  });

  it('that nobody can parse is accepted, too: sending it again would not help', async () => {
    const body = Buffer.from([0xff, 0xfe, 0x00, 0x7b]);
    expect((await deliver('form/contact', body, { 'x-signature': sign(body) })).status).toBe(200);
    const [record] = await topic.wait(1, ({ value }) => value.payload['body'] === body.toString('base64'));
    expect(record!.value.payload).toMatchObject({ encoding: 'base64' });
  });

  it('may come gzipped: the signature covers what came over the wire', async () => {
    const body = gzipSync('message=packed');
    const headers = { 'content-encoding': 'gzip', 'x-signature': sign(body) };
    expect((await deliver('form/contact', body, headers)).status).toBe(200);
    await topic.wait(1, ({ value }) => value.payload['body'] === 'message=packed');
    const bomb = gzipSync(Buffer.alloc(3_000_000));
    expect((await deliver('form/contact', bomb, { 'content-encoding': 'gzip', 'x-signature': sign(bomb) })).status).toBe(413);
  });

  it('of a megabyte of what takes most room in JSON fits through Kafka', async () => {
    const body = Buffer.alloc(1_048_576, 0x01);
    expect((await deliver('form/contact', body, { 'x-signature': sign(body) })).status).toBe(200);
    const larger = Buffer.alloc(1_048_577, 0x61);
    expect((await deliver('form/contact', larger, { 'x-signature': sign(larger) })).status).toBe(413);
  });

  it('without a good signature is refused, before anything of it is read', async () => {
    expect(await codeOf(await deliver('form/contact', 'a=1', { 'x-signature': sign('a=2') }))).toEqual([401, 'GATEWAY_SIGNATURE_INVALID']);
    expect(await codeOf(await deliver('form/contact', 'a=1', {}))).toEqual([401, 'GATEWAY_SIGNATURE_INVALID']);
    const broken = { 'x-signature': sign('x'), 'content-encoding': 'gzip' };
    expect((await deliver('form/contact', 'not gzip', broken)).status).toBe(401);
  });

  it('for nobody’s connection is not found', async () => {
    for (const path of ['form/nobody', 'pigeon/contact', '__proto__/x', 'form/__proto__', 'constructor/name'])
      expect(await codeOf(await deliver(path, 'a=1', { 'x-signature': sign('a=1') }))).toEqual([404, 'GATEWAY_CONNECTION_NOT_FOUND']);
    expect((await gateway.request('GET', '/v1/inbound/form/contact')).status).toBe(404);
  });

  it('of Twilio is signed over the address behind a proxy, and answered with TwiML', async () => {
    const { host } = new URL(gateway.url);
    const signature = createHmac('sha1', '12345678').update(`https://${host}/v1/inbound/twilio/line?a=1CallSidCA1`).digest('base64');
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': signature };
    const response = await deliver('twilio/line?a=1', 'CallSid=CA1', headers);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([
      200,
      'text/xml; charset=utf-8',
      expect.stringContaining('<Response/>'),
    ]);
  });
});

describe('when something is down', () => {
  it('Kafka: 503, and the vendor tries again', async () => {
    const lonely = await startGateway({
      databaseUrl: setup.database.url,
      brokers: ['127.0.0.1:9'],
      env: { KAFKA_SEND_TIMEOUT_MS: '500' },
    });
    try {
      const response = await deliver('form/contact', 'a=1', { 'x-signature': sign('a=1') }, lonely);
      expect(await codeOf(response)).toEqual([503, 'GATEWAY_KAFKA_UNAVAILABLE']);
      expect(response.headers.get('retry-after')).not.toBeNull();
    } finally {
      await lonely.stop();
    }
  });

  it('the database, before the connections were ever read: 503, not 404', async () => {
    const blind = await startGateway({ databaseUrl: 'postgres://nobody:x@127.0.0.1:9/none', brokers: setup.brokers });
    try {
      expect(await codeOf(await deliver('form/contact', 'a=1', { 'x-signature': sign('a=1') }, blind))).toEqual([
        503,
        'GATEWAY_CONNECTIONS_NOT_LOADED',
      ]);
      expect((await blind.request('POST', '/v1/connections', { provider: 'form', name: 'x', secrets: [SECRET] }, SERVER)).status).toBe(503);
    } finally {
      await blind.stop();
    }
  });

  it('the sealing key is another one: 503, until it is back among the former keys', async () => {
    const options = { databaseUrl: setup.database.url, brokers: setup.brokers };
    const key = Buffer.alloc(32, 'another').toString('base64');
    const stranger = await startGateway({ ...options, env: { CONNECTION_KEY: key } });
    const rotated = await startGateway({
      ...options,
      env: { CONNECTION_KEY: key, CONNECTION_KEYS_FORMER: Buffer.alloc(32, 'for-tests').toString('base64') },
    });
    try {
      const body = 'a=rotated';
      expect(await codeOf(await deliver('form/contact', body, { 'x-signature': sign(body) }, stranger))).toEqual([
        503,
        'GATEWAY_CONNECTION_UNREADABLE',
      ]);
      expect((await deliver('form/contact', body, { 'x-signature': sign(body) }, rotated)).status).toBe(200);
    } finally {
      await stranger.stop();
      await rotated.stop();
    }
  });
});
