import { connect } from 'node:net';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TopicReader } from './testing/read-topic.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY, WRITE_KEY } from './testing/start-gateway.js';

const REQUEST_TIMEOUT_MS = 1_500;
let setup: TestSetup;
let topic: TopicReader;

beforeAll(async () => {
  setup = await startOnStack({ REQUEST_TIMEOUT_MS: String(REQUEST_TIMEOUT_MS) });
  topic = await TopicReader.start(setup.brokers);
}, 60_000);

afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
});

const OK = { userId: 'bad-input', event: 'A' };
const event = (more: object) => JSON.stringify({ ...OK, ...more });
const kilobytes = (count: number) => 'x'.repeat(count * 1024);
const times = <T>(count: number, item: T): T[] => Array.from({ length: count }, () => item);
const item = (more: object = {}) => ({ type: 'track', ...OK, ...more });
const KEY = { 'x-write-key': WRITE_KEY };
const STRICT = { ...KEY, 'x-strict-mode': '1' };
const GZIP = { ...KEY, 'content-encoding': 'gzip' };
const SERVER = { authorization: `Bearer ${SERVER_KEY}` };
const problem = (status: number, code: string, ...pointers: string[]) => ({ status, code, pointers });
const ACCEPTED = { status: 200, code: undefined, pointers: [] };

interface Case {
  readonly name: string;
  readonly path?: string;
  readonly body: string | Uint8Array;
  readonly headers?: Record<string, string>;
  readonly answer: { readonly status: number; readonly code: string | undefined; readonly pointers: readonly string[] };
}

const TABLE: readonly Case[] = [
  { name: 'broken JSON', body: '{"userId":"u","event":', answer: problem(400, 'GATEWAY_JSON_INVALID') },
  { name: 'no body', body: '', answer: problem(400, 'GATEWAY_JSON_INVALID') },
  { name: 'an array where an object belongs', body: '[]', answer: problem(400, 'GATEWAY_BODY_INVALID', '') },
  {
    name: '1,000 levels',
    body: `{"userId":"u","event":"A","properties":{"p":${'['.repeat(1000)}${']'.repeat(1000)}}}`,
    answer: problem(400, 'GATEWAY_JSON_INVALID', `/properties/p${'/0'.repeat(62)}`),
  },
  {
    name: '`__proto__`',
    body: '{"userId":"u","event":"A","properties":{"__proto__":{"admin":true}}}',
    answer: problem(400, 'GATEWAY_JSON_INVALID', '/properties'),
  },
  { name: '`constructor`', body: '{"userId":"u","event":"A","properties":{"constructor":{"prototype":{"admin":true}}}}', answer: ACCEPTED },
  {
    name: '1e400',
    body: '{"userId":"u","event":"A","properties":{"n":1e400}}',
    answer: problem(400, 'GATEWAY_JSON_INVALID', '/properties/n'),
  },
  {
    name: 'NUL',
    body: '{"userId":"u","event":"A","properties":{"t":"\\u0000"}}',
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/properties/t'),
  },
  {
    name: 'a lone surrogate',
    body: '{"userId":"u","event":"A","properties":{"t":"\\ud83d"}}',
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/properties/t'),
  },
  { name: 'year 0001', body: event({ timestamp: '0001-01-01T00:00:00.000Z' }), answer: ACCEPTED },
  { name: 'year 9999', body: event({ timestamp: '9999-12-31T23:59:59.999Z', sentAt: '9999-12-31T23:59:59.999Z' }), answer: ACCEPTED },
  { name: 'a time that is none', body: event({ timestamp: 'yesterday' }), answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/timestamp') },
  { name: 'no identifier', body: '{"event":"A"}', answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '') },
  {
    name: 'an identifier that names nobody',
    body: '{"userId":"undefined","anonymousId":"00000000-0000-0000-0000-000000000000","event":"A"}',
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', ''),
  },
  { name: 'no event', body: '{"userId":"u"}', answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/event') },
  { name: 'a messageId of 100 characters', body: event({ messageId: 'm'.repeat(100) }), answer: ACCEPTED },
  {
    name: 'a messageId of 101 characters',
    body: event({ messageId: 'm'.repeat(101) }),
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/messageId'),
  },
  { name: 'an event of 33 KB', body: event({ properties: { t: kilobytes(33) } }), answer: problem(413, 'GATEWAY_EVENT_TOO_LARGE', '') },
  {
    name: 'a batch of 501 KB',
    path: '/v1/batch',
    body: JSON.stringify({ batch: times(20, item({ properties: { t: kilobytes(25) } })), pad: kilobytes(1) }),
    answer: problem(413, 'GATEWAY_BODY_TOO_LARGE'),
  },
  { name: 'a body beyond every limit', path: '/v1/batch', body: kilobytes(3 * 1024), answer: problem(413, 'GATEWAY_BODY_TOO_LARGE') },
  {
    name: 'a batch with an event of 33 KB',
    path: '/v1/batch',
    body: JSON.stringify({ batch: [item(), item({ properties: { t: kilobytes(33) } })] }),
    answer: problem(413, 'GATEWAY_EVENT_TOO_LARGE', '/batch/1'),
  },
  { name: '2,500 events', path: '/v1/batch', body: JSON.stringify({ batch: times(2_500, item()) }), answer: ACCEPTED },
  {
    name: '2,501 events',
    path: '/v1/batch',
    body: JSON.stringify({ batch: times(2_501, item()) }),
    answer: problem(413, 'GATEWAY_TOO_MANY_EVENTS'),
  },
  { name: 'an empty batch', path: '/v1/batch', body: '{"batch":[]}', answer: problem(400, 'GATEWAY_BODY_INVALID', '/batch') },
  {
    name: 'the same messageId twice in one batch',
    path: '/v1/batch',
    body: JSON.stringify({ batch: times(2, item({ messageId: 'twice' })) }),
    answer: ACCEPTED,
  },
  { name: 'a good and a bad event', path: '/v1/batch', body: JSON.stringify({ batch: [item(), { type: 'track' }] }), answer: ACCEPTED },
  {
    name: 'only bad events',
    path: '/v1/batch',
    body: JSON.stringify({ batch: [{ type: 'track' }, 7] }),
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/batch/0/event', '/batch/1'),
  },
  {
    name: 'a good and a bad event in strict mode',
    path: '/v1/batch',
    body: JSON.stringify({ batch: [item(), { type: 'nonsense' }] }),
    headers: STRICT,
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/batch/1/type'),
  },
  { name: 'gzip that inflates to 1 GB', path: '/v1/batch', body: bomb(128), headers: GZIP, answer: problem(413, 'GATEWAY_BODY_TOO_LARGE') },
  {
    name: 'gzip below the limit that inflates to half a GB',
    path: '/v1/batch',
    body: bomb(60),
    headers: GZIP,
    answer: problem(413, 'GATEWAY_BODY_TOO_LARGE'),
  },
  { name: 'gzip that is none', body: 'not gzip', headers: GZIP, answer: problem(400, 'GATEWAY_GZIP_INVALID') },
  {
    name: 'an unknown encoding',
    body: event({}),
    headers: { ...KEY, 'content-encoding': 'br' },
    answer: problem(415, 'GATEWAY_ENCODING_UNSUPPORTED'),
  },
  { name: 'no key', body: event({}), headers: {}, answer: problem(401, 'GATEWAY_KEY_MISSING') },
  { name: 'no key and broken JSON', body: '{', headers: {}, answer: problem(401, 'GATEWAY_KEY_MISSING') },
  { name: 'a wrong key', body: event({}), headers: { 'x-write-key': 'wk_0000000000000000' }, answer: problem(401, 'GATEWAY_KEY_INVALID') },
  { name: 'a key that is no key', body: event({}), headers: { authorization: 'Bearer \t..' }, answer: problem(401, 'GATEWAY_KEY_INVALID') },
  {
    name: 'a wrong key in the body',
    body: event({ writeKey: 'wk_0000000000000000' }),
    headers: {},
    answer: problem(401, 'GATEWAY_KEY_INVALID'),
  },
  {
    name: 'a write key where a scope is needed',
    path: '/v1/keys',
    body: '{"kind":"write","name":"x"}',
    headers: { authorization: `Bearer ${WRITE_KEY}` },
    answer: problem(403, 'GATEWAY_SCOPE_MISSING'),
  },
  {
    name: 'interactions: a bad one',
    path: '/v1/interactions',
    body: JSON.stringify({
      interactions: [
        { event: 'A', identifiers: { userId: 'u' } },
        { event: 'A', identifiers: {} },
      ],
    }),
    headers: SERVER,
    answer: problem(400, 'GATEWAY_ITEMS_REFUSED', '/interactions/1/identifiers'),
  },
  {
    name: 'interactions: 2,501',
    path: '/v1/interactions',
    body: JSON.stringify({ interactions: times(2_501, { event: 'A', identifiers: { userId: 'u' } }) }),
    headers: SERVER,
    answer: problem(413, 'GATEWAY_TOO_MANY_EVENTS'),
  },
  {
    name: 'a DTO door with `__proto__`',
    path: '/v1/keys',
    body: '{"kind":"write","name":"x","__proto__":{"a":1}}',
    headers: SERVER,
    answer: problem(400, 'GATEWAY_BAD_REQUEST'),
  },
  {
    name: 'a DTO door with NUL',
    path: '/v1/keys',
    body: '{"kind":"write","name":"\\u0000"}',
    headers: SERVER,
    answer: problem(400, 'GATEWAY_TEXT_INVALID', '/name'),
  },
  {
    name: 'a door of another service with a lone surrogate',
    path: '/v1/journeys',
    body: '{"name":"x","steps":[{"notify":{"template":"\\ud83d"}}]}',
    headers: SERVER,
    answer: problem(400, 'GATEWAY_TEXT_INVALID', '/steps/0/notify/template'),
  },
  {
    name: 'a door of another service with 1e400',
    path: '/v1/webhooks',
    body: '{"url":"https://example.com","description":1e400}',
    headers: SERVER,
    answer: problem(400, 'GATEWAY_JSON_INVALID', '/description'),
  },
  {
    name: 'a door of another service with 1,000 levels',
    path: '/v1/segments',
    body: `{"name":"x","rule":${'{"not":'.repeat(1000)}{}${'}'.repeat(1000)}}`,
    headers: SERVER,
    answer: problem(400, 'GATEWAY_JSON_INVALID', `/rule${'/not'.repeat(63)}`),
  },
  {
    name: 'a query with NUL',
    path: '/v1/webhooks?cursor=%00',
    body: '{"url":"https://example.com"}',
    headers: SERVER,
    answer: problem(400, 'GATEWAY_TEXT_INVALID', '/cursor'),
  },
  { name: 'a DTO door with broken JSON', path: '/v1/keys', body: '{', headers: SERVER, answer: problem(400, 'GATEWAY_BAD_REQUEST') },
  {
    name: 'a service that is away',
    path: '/v1/segments',
    body: '{"name":"x","rule":{"all":[]}}',
    headers: SERVER,
    answer: problem(503, 'SEGMENTATION_UNAVAILABLE'),
  },
];

/** 8 MB of zeros, so many times: the members of a gzip file may follow each other. 8 KB each. */
function bomb(members: number): Uint8Array {
  return Buffer.concat(times(members, gzipSync(Buffer.alloc(8 * 1024 * 1024), { level: 9 })));
}

async function send({ path = '/v1/track', body, headers = KEY }: Case) {
  const response = await setup.gateway.request('POST', path, body, { 'content-type': 'application/json', ...headers });
  const text = await response.text();
  return { response, text, json: JSON.parse(text) as { status?: number; code?: string; errors?: { pointer: string }[]; traceId?: string } };
}

const wire = ({ path = '/v1/track', body, headers = KEY }: Case): string =>
  `POST ${path} HTTP/1.1\r\nhost: x\r\n${Object.entries(headers)
    .map(([name, value]) => `${name}: ${value}\r\n`)
    .join('')}content-length: ${Buffer.byteLength(body)}\r\n\r\n${String(body)}`;

/** Sends `block`, which holds `size` requests, so many times, each when all of the last one were answered, and none with a 5xx. */
async function pipeline(block: Buffer, size: number, rounds: number): Promise<void> {
  const { hostname, port } = new URL(setup.gateway.url);
  const socket = connect(Number(port), hostname).setEncoding('latin1');
  for (let round = 0; round < rounds; round++) {
    let answers = 0;
    let rest = '';
    const answered = new Promise<void>((resolve, reject) => {
      socket.removeAllListeners('data').on('data', (chunk) => {
        const text = rest + String(chunk);
        const statuses = text.match(/HTTP\/1\.1 \d/g) ?? [];
        rest = text.slice(-9); // a status line may arrive in two parts
        if (statuses.some((status) => status.endsWith('5'))) reject(new Error('a 5xx'));
        answers += statuses.length;
        if (answers >= size) resolve();
      });
      socket.removeAllListeners('close').once('close', () => reject(new Error(`closed after ${answers} answers of round ${round}`)));
    });
    socket.write(block);
    await answered;
  }
  socket.removeAllListeners('close').destroy();
}

describe('bad input', () => {
  it.each(TABLE)('$name', async (one) => {
    const { response, text, json } = await send(one);
    expect({ status: response.status, code: json.code, pointers: (json.errors ?? []).map(({ pointer }) => pointer) }).toEqual(one.answer);
    expect(text).not.toMatch(/\s{4}at |node_modules|\.[jt]s:\d/);
    if (response.status >= 400)
      expect([response.headers.get('content-type'), json.status, json.traceId]).toEqual([
        'application/problem+json; charset=utf-8',
        response.status,
        expect.stringMatching(/^[0-9a-f]{32}$/),
      ]);
    if (response.status === 503) expect(response.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    if (response.status === 401) expect(response.headers.get('www-authenticate')).toContain('Bearer');
  });

  it('hands a refused item on with its reason, and nothing of a refused request', async () => {
    const marker = `marker-${Date.now()}`;
    await send({
      name: '',
      path: '/v1/batch',
      body: JSON.stringify({ batch: [item({ userId: marker }), { type: 'track', note: marker }] }),
      answer: ACCEPTED,
    });
    await send({
      name: '',
      path: '/v1/batch',
      body: JSON.stringify({ batch: [item({ userId: marker, messageId: 'strict' }), { type: 'track' }] }),
      headers: STRICT,
      answer: ACCEPTED,
    });
    const records = await topic.wait(2, ({ value }) => JSON.stringify(value).includes(marker));
    expect(records.map(({ value }) => [value.type, value.payload['errors'] ?? null])).toEqual(
      expect.arrayContaining([
        ['track', null],
        ['refused', [{ pointer: '/batch/1/event', detail: expect.any(String) }]],
      ]),
    );
    expect(topic.records.some(({ value }) => value.messageId === 'strict')).toBe(false);
  });

  it('cuts off a client that sends one byte a second', async () => {
    const { hostname, port } = new URL(setup.gateway.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST /v1/track HTTP/1.1\r\nhost: x\r\nx-write-key: ${WRITE_KEY}\r\ncontent-length: 100\r\n\r\n`);
    const drip = setInterval(() => socket.write('x'), 200);
    const from = Date.now();
    let answer = '';
    socket.on('data', (chunk) => (answer += String(chunk)));
    await new Promise<void>((resolve) => void socket.on('close', () => resolve()).on('error', () => resolve()));
    clearInterval(drip);
    expect(Date.now() - from).toBeLessThan(REQUEST_TIMEOUT_MS + 4_000);
    expect(answer.slice(0, 12)).toMatch(/^(HTTP\/1.1 408)?$/);
  }, 15_000);

  it('tells a key that is too fast when to come again', async () => {
    const slow = await startOnStack({ RATE_LIMIT_PER_SECOND: '10', RATE_LIMIT_BURST: '20' });
    try {
      const batch = { batch: times(20, item()) };
      expect((await slow.gateway.post('/v1/batch', batch)).status).toBe(200);
      const refused = await slow.gateway.post('/v1/batch', batch);
      expect([
        refused.status,
        refused.headers.get('retry-after'),
        refused.headers.get('ratelimit-policy'),
        refused.headers.get('ratelimit'),
      ]).toEqual([429, expect.stringMatching(/^[12]$/), '"default";q=20;w=2', expect.stringMatching(/^"default";r=\d+;t=[12]$/)]);
      expect(await refused.json()).toMatchObject({ status: 429, code: 'GATEWAY_RATE_LIMITED' });
    } finally {
      await slow.stop();
    }
  }, 30_000);

  it('keeps its memory flat under 20,000 bad requests', async () => {
    setFlagsFromString('--expose-gc');
    const gc = runInNewContext('gc') as () => void;
    const bad = TABLE.filter(
      ({ answer, body, path }) =>
        answer.status >= 400 && answer.status < 500 && typeof body === 'string' && body.length < 40_000 && path !== '/v1/keys',
    );
    const block = Buffer.from(
      times(200, 0)
        .map((_, index) => wire(bad[index % bad.length]!))
        .join(''),
    );
    const run = async (count: number): Promise<number> => {
      await Promise.all(times(4, 0).map(() => pipeline(block, 200, count / 4 / 200)));
      gc();
      return process.memoryUsage().heapUsed;
    };
    const before = await run(4_000);
    const after = await run(16_000);
    expect((after - before) / 1024 / 1024).toBeLessThan(20);
  }, 120_000);
});
