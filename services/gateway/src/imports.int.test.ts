import { mkdtemp, readdir, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { assertProducible, TOPICS } from '@rapport/contracts';
import { Client } from 'undici';
import { TopicReader } from './testing/read-topic.js';
import { startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY, startGateway, type TestGateway, WRITE_KEY } from './testing/start-gateway.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const KEYED = { authorization: `Bearer ${SERVER_KEY}` };
const MAPPING = {
  format: 'csv',
  columns: { 'E-mail': 'identifiers.email', Total: 'value.amount', Shop: 'properties.shop' },
  constants: { event: 'Order Completed', channel: 'store', 'value.currency': 'VND' },
  time: { column: 'Date', format: 'dd/MM/yyyy HH:mm', zone: 'Asia/Ho_Chi_Minh' },
};
const HEAD = 'Date,E-mail,Total,Shop\r\n';

let directory: string;
let setup: TestSetup;
let gateway: TestGateway;
let topic: TopicReader;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'imports-test-'));
  setup = await startOnStack({ IMPORT_DIRECTORY: directory, IMPORT_BYTES_MAX: '200000', IMPORT_ROWS_PER_SECOND: '20000' });
  gateway = setup.gateway;
  topic = await TopicReader.start(setup.brokers);
});
afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly progress: Readonly<Record<string, number>>;
  readonly problem: unknown;
}

const send = (name: string, file: string | Buffer, mapping: unknown = MAPPING, more = '', headers: Record<string, string> = {}) =>
  gateway.request('POST', `/v1/imports?${new URLSearchParams({ name, mapping: JSON.stringify(mapping) })}${more}`, file, {
    ...KEYED,
    ...headers,
  });
const look = async (id: string, at = gateway): Promise<Shown> =>
  (await (await at.request('GET', `/v1/imports/${id}`, undefined, KEYED)).json()) as Shown;

async function ended(id: string, at = gateway): Promise<Shown> {
  for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 20))) {
    const shown = await look(id, at);
    if (!['waiting', 'running'].includes(shown.state)) return shown;
  }
  throw new Error('the import did not end');
}

async function bringIn(...args: Parameters<typeof send>): Promise<Shown> {
  const response = await send(...args);
  expect(response.status).toBe(202);
  const { id } = (await response.json()) as Shown;
  expect(response.headers.get('location')).toBe(`/v1/imports/${id}`);
  return ended(id);
}

/** @throws after 30 s: what waits for ever would keep the test's process, too */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await holds()); await new Promise((resolve) => setTimeout(resolve, 10)))
    if (Date.now() > end) throw new Error(`in vain: ${holds}`);
}

const problemOf = async (response: Response): Promise<unknown> => {
  const { code, errors } = (await response.json()) as { code: string; errors?: { pointer: string }[] };
  return [response.status, code, ...new Set((errors ?? []).map(({ pointer }) => pointer))];
};

describe('an import', () => {
  const file = `${HEAD}15/01/2026 09:30,ann@import.example,"250,000","Hà ""Nội"""\r\n15/01/2026 09:31,ben@import.example,n/a,\r\n\r\n31/02/2026 09:31,cleo@import.example,1,\r\n15/01/2026 09:32,,1,Huế\r\n`;

  it('brings rows in as interactions, tells the others, and changes nothing the second time', async () => {
    const first = await bringIn('first', file);
    expect(first).toMatchObject({
      state: 'completed',
      progress: { share: 1, lines: 6, bytes: Buffer.byteLength(file), rows: 4, accepted: 1, unchanged: 0, rejected: 3 },
      problem: null,
    });
    const [record] = await topic.wait(1, ({ key }) => key === 'email:ann@import.example');
    expect(() => assertProducible(TOPICS.interactionsReceived, record!.value)).not.toThrow();
    expect(record!.value).toMatchObject({
      protocol: 'rapport',
      source: 'default',
      messageId: expect.stringMatching(/^file:[0-9a-f]{40}$/),
      payload: {
        event: 'Order Completed',
        at: '2026-01-15T02:30:00.000Z',
        channel: 'store',
        identifiers: { email: 'ann@import.example' },
        value: { currency: 'VND', amount: '250000' },
        properties: { shop: 'Hà "Nội"' },
      },
    });
    const rejects = await gateway.request('GET', `/v1/imports/${first.id}/rejects`, undefined, KEYED);
    expect(rejects.headers.get('content-disposition')).toContain('attachment');
    expect(await rejects.text()).toBe(
      [
        'rejectLine,rejectReason,Date,E-mail,Total,Shop',
        '3,"Total is not an amount such as 1234.50 (see `decimal`)",15/01/2026 09:31,ben@import.example,n/a,',
        '5,"Date is not a time as `time.format` says",31/02/2026 09:31,cleo@import.example,1,',
        '6,"names nobody: E-mail is empty",15/01/2026 09:32,,1,Huế',
        '',
      ].join('\r\n'),
    );
    const lines = await (await gateway.request('GET', `/v1/imports/${first.id}/rejects?format=jsonl`, undefined, KEYED)).text();
    expect(JSON.parse(lines.split('\n')[0]!)).toMatchObject({
      line: 3,
      errors: [{ column: 'Total' }],
      row: expect.stringContaining('ben@'),
    });

    const second = await bringIn('first', gzipSync(file));
    expect(second.progress).toMatchObject({ rows: 4, accepted: 0, unchanged: 1, rejected: 3 });
    expect(topic.records.filter(({ key }) => key === 'email:ann@import.example')).toHaveLength(1);
    expect(await readdir(directory)).toEqual([]);
  });

  it('gives a row the same message id when others around it were corrected, and another one under another name', async () => {
    await bringIn('second', `${HEAD}15/01/2026 09:30,dora@import.example,1,\n15/01/2026 09:30,wrong,x,\n`);
    await bringIn('second', `${HEAD}15/01/2026 09:30,dora@import.example,1,\n15/01/2026 09:30,emil@import.example,1,\n`);
    await bringIn('third', `${HEAD}15/01/2026 09:30,dora@import.example,1,\n`);
    const ids = (await topic.wait(3, ({ key }) => key === 'email:dora@import.example')).map(({ value }) => value.messageId);
    expect(ids[0]).toBe(ids[1]);
    expect(ids[2]).not.toBe(ids[0]);
  });

  it('takes lines of JSON, as they stand or mapped', async () => {
    const line = { id: 'whole-1', event: 'Call Ended', identifiers: { email: 'whole@import.example' } };
    const whole = await bringIn('whole', `${JSON.stringify(line)}\n[1]\n{"event":\n`, { format: 'jsonl' });
    expect(whole.progress).toMatchObject({ accepted: 1, rejected: 2 });
    const [record] = await topic.wait(1, ({ key }) => key === 'email:whole@import.example');
    expect(record!.value).toMatchObject({ messageId: 'whole-1', payload: line });

    const mapping = {
      format: 'jsonl',
      columns: { 'who.mail': 'identifiers.email', n: 'properties.n' },
      constants: { event: 'Seen' },
      others: 'properties',
    };
    await bringIn('mapped', '{"who":{"mail":"mapped@import.example"},"n":2,"more":true}', mapping);
    const [mapped] = await topic.wait(1, ({ key }) => key === 'email:mapped@import.example');
    expect(mapped!.value.payload).toMatchObject({ event: 'Seen', properties: { n: 2, more: true } });
  });

  it('is one for all tries under one Idempotency-Key, and refuses another file under it', async () => {
    const key = { 'idempotency-key': 'once' };
    const first = await bringIn('once', `${HEAD}15/01/2026 09:30,once@import.example,1,\n`, MAPPING, '', key);
    const again = await bringIn('once', `${HEAD}15/01/2026 09:30,once@import.example,1,\n`, MAPPING, '', key);
    expect(again.id).toBe(first.id);
    expect(await problemOf(await send('once', `${HEAD}15/01/2026 09:30,other@import.example,1,\n`, MAPPING, '', key))).toEqual([
      422,
      'GATEWAY_IDEMPOTENCY_KEY_REUSED',
    ]);
  });

  it('is listed, newest first', async () => {
    const page = (await (await gateway.request('GET', '/v1/imports?limit=2', undefined, KEYED)).json()) as {
      data: Shown[];
      nextCursor: string;
    };
    expect(page.data).toHaveLength(2);
    const next = await gateway.request('GET', `/v1/imports?limit=2&cursor=${page.nextCursor}`, undefined, KEYED);
    expect(((await next.json()) as { data: Shown[] }).data[0]!.id).not.toBe(page.data[1]!.id);
  });
});

describe('a dry run', () => {
  it('says what would become of the file, and accepts nothing', async () => {
    const rows = Array.from({ length: 300 }, (_, index) => `15/01/2026 09:30,dry${index}@import.example,${index % 2 ? 'x' : index},\n`);
    const response = await send('dry', gzipSync(HEAD + rows.join('')), MAPPING, '&dryRun=true');
    expect(response.status).toBe(200);
    const result = (await response.json()) as { errors: unknown[]; samples: unknown[] };
    expect(result).toMatchObject({ rows: 300, acceptable: 150, rejected: 150 });
    expect(result.errors).toHaveLength(100);
    expect(result.errors[0]).toEqual({ line: 3, column: 'Total', reason: expect.any(String) });
    expect(result.samples[0]).toMatchObject({ line: 2, interaction: { event: 'Order Completed', at: '2026-01-15T02:30:00.000Z' } });
    const list = await (await gateway.request('GET', '/v1/imports?limit=200', undefined, KEYED)).text();
    expect(list).not.toContain('"name":"dry"');
    expect(topic.records.some(({ key }) => key.startsWith('email:dry'))).toBe(false);
  });
});

describe('a file or a mapping that is not as it should be', () => {
  const row = `${HEAD}15/01/2026 09:30,x@import.example,1,\n`;
  it.each<[string, string | Buffer, unknown, unknown[]]>([
    ['a mapping that is no JSON object', row, 'x', [400, 'GATEWAY_MAPPING_INVALID', '/mapping']],
    [
      'a target that does not exist',
      row,
      { ...MAPPING, columns: { 'E-mail': 'identifiers.email', 'a/b': 'valu.amount' } },
      [400, 'GATEWAY_MAPPING_INVALID', '/mapping/columns/a~1b'],
    ],
    ['nobody named', row, { format: 'csv', columns: { Total: 'event' } }, [400, 'GATEWAY_MAPPING_INVALID', '/mapping/columns']],
    [
      'a zone that does not exist',
      row,
      { ...MAPPING, time: { column: 'Date', zone: 'Mars/Olympus' } },
      [400, 'GATEWAY_MAPPING_INVALID', '/mapping/time/zone'],
    ],
    ['a NUL', row, { ...MAPPING, constants: { event: 'a\u0000' } }, [400, 'GATEWAY_MAPPING_INVALID', '/mapping/constants/event']],
    ['a column that the file lacks', row.replace('Total', 'Sum'), MAPPING, [400, 'GATEWAY_IMPORT_COLUMNS', '/mapping/columns/Total']],
    ['an empty file', '', MAPPING, [400, 'GATEWAY_IMPORT_EMPTY']],
    ['a spreadsheet', Buffer.from('PK\u0003\u0004....'), MAPPING, [400, 'GATEWAY_IMPORT_FORMAT']],
    ['UTF-16', Buffer.from(`\uFEFF${row}`, 'utf16le'), MAPPING, [400, 'GATEWAY_IMPORT_FORMAT']],
    ['broken gzip', gzipSync(row).subarray(0, 40), MAPPING, [400, 'GATEWAY_GZIP_INVALID']],
    ['more than may be sent', Buffer.alloc(200_001, 'x'), MAPPING, [413, 'GATEWAY_IMPORT_TOO_LARGE']],
  ])('%s', async (_, file, mapping, expected) => {
    for (const more of ['', '&dryRun=true']) expect(await problemOf(await send('bad', file, mapping, more))).toEqual(expected);
  });

  it('fails, once it is under way, where it cannot be read on, and keeps what it has', async () => {
    const bomb = gzipSync(HEAD + `15/01/2026 09:30,bomb@import.example,1,\n`.repeat(6_000));
    const { state, problem, progress } = await bringIn('bomb', bomb);
    expect([state, problem]).toEqual(['failed', expect.objectContaining({ code: 'GATEWAY_IMPORT_TOO_LARGE' })]);
    expect(progress['accepted']).toBeGreaterThanOrEqual(500);
  });

  it('needs the scope, an import that exists, and a query that makes sense', async () => {
    expect(await problemOf(await gateway.request('GET', '/v1/imports', undefined, { authorization: `Bearer ${WRITE_KEY}` }))).toEqual([
      403,
      'GATEWAY_SCOPE_MISSING',
    ]);
    for (const path of ['/v1/imports/nonsense', '/v1/imports/019bc0a1-7c00-7000-8000-0000000000a0', '/v1/imports/nonsense/rejects'])
      expect(await problemOf(await gateway.request('GET', path, undefined, KEYED))).toEqual([404, 'GATEWAY_IMPORT_NOT_FOUND']);
    expect(await problemOf(await gateway.request('POST', '/v1/imports', row, KEYED))).toEqual([
      400,
      'GATEWAY_VALIDATION_FAILED',
      '/name',
      '/mapping',
    ]);
  });
});

describe('a file that arrives slowly', () => {
  const path = `/v1/imports?${new URLSearchParams({ name: 'slow', mapping: JSON.stringify(MAPPING) })}`;
  let spool: string;
  let other: TestGateway;
  /** The one connection of a client. */
  let client: Client;
  /** What Node has found wrong with requests under way. */
  let reports: string[] = [];

  beforeAll(async () => {
    spool = await mkdtemp(join(tmpdir(), 'imports-test-'));
    other = await startGateway({
      databaseUrl: setup.database.url,
      brokers: setup.brokers,
      env: { IMPORT_DIRECTORY: spool, REQUEST_TIMEOUT_MS: '100' },
    });
    const server = other.app.getHttpServer() as Server;
    server.on('clientError', ({ code }: { code?: string }) => void reports.push(String(code)));
  });
  beforeEach(async () => {
    client = new Client(other.url);
    // On a new connection the time runs from its beginning, and a stalled machine may use it up before the head is there.
    await until(async () => {
      const answer = await client.request({ method: 'GET', path: '/health/live' }).catch(() => undefined);
      await answer?.body.dump();
      return answer?.statusCode === 200;
    });
    reports = [];
  });
  afterEach(async () => {
    await client.destroy();
  });
  afterAll(async () => {
    await other?.stop();
    await rm(spool, { recursive: true, force: true });
  });

  const upload = (body: AsyncIterable<Buffer>) => client.request({ method: 'POST', path, headers: KEYED, body: Readable.from(body) });
  const foundLate = () => until(() => reports.includes('ERR_HTTP_REQUEST_TIMEOUT'));

  it('may take longer than other requests', async () => {
    const { statusCode, body } = await upload(
      (async function* () {
        yield Buffer.from(HEAD);
        await foundLate();
        yield Buffer.from('15/01/2026 09:30,slow@import.example,1,\n');
      })(),
    );
    expect(statusCode).toBe(202);
    expect((await ended(((await body.json()) as Shown).id, other)).progress).toMatchObject({ accepted: 1 });
  });

  it('leaves nothing behind when it breaks off', async () => {
    const broken = upload(
      (async function* () {
        yield Buffer.from(HEAD);
        await foundLate();
        await until(async () => (await readdir(spool)).length > 0);
        throw new Error('the line is dead');
      })(),
    );
    await expect(broken).rejects.toThrow('the line is dead');
    await until(async () => (await readdir(spool)).length === 0);
  });

  it('has to be let in: who is refused and goes on sending is cut off', async () => {
    const { hostname, port } = new URL(other.url);
    const socket = connect(Number(port), hostname);
    let answer = '';
    let closed = false;
    socket.on('data', (chunk) => (answer += String(chunk)));
    socket.on('close', () => (closed = true)).on('error', () => undefined);
    socket.write(`POST ${path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer sk_nobody_0123456789abcdef\r\ncontent-length: 1000\r\n\r\n`);
    const drip = setInterval(() => socket.write('x'), 100);
    try {
      await until(() => closed);
    } finally {
      clearInterval(drip);
      socket.destroy();
    }
    // 408 alone: the machine stood still before the head was there
    expect(answer).toMatch(/^HTTP\/1.1 4(01|08)/);
  });
});

describe('cancelling', () => {
  it('keeps what was accepted; the same file goes on from there', async () => {
    const slow = await mkdtemp(join(tmpdir(), 'imports-test-'));
    const other = await startGateway({
      databaseUrl: setup.database.url,
      brokers: setup.brokers,
      env: { IMPORT_DIRECTORY: slow, IMPORT_ROWS_PER_SECOND: '500' },
    });
    const rows = Array.from({ length: 3_000 }, (_, index) => `15/01/2026 09:30,cancel${index}@import.example,1,\n`).join('');
    const path = `/v1/imports?${new URLSearchParams({ name: 'cancel', mapping: JSON.stringify(MAPPING) })}`;
    const { id } = (await (await other.request('POST', path, HEAD + rows, KEYED)).json()) as Shown;
    while ((await look(id, other)).progress['accepted'] === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect((await other.request('POST', `/v1/imports/${id}/cancel`, undefined, KEYED)).status).toBe(200);
    const cancelled = await ended(id, other);
    expect(cancelled.state).toBe('cancelled');
    await other.stop();
    const { progress } = await bringIn('cancel', HEAD + rows);
    expect(progress['unchanged']).toBeGreaterThanOrEqual(500);
    expect(progress).toMatchObject({ rows: 3_000, accepted: 3_000 - progress['unchanged']!, rejected: 0 });
    await rm(slow, { recursive: true, force: true });
  });
});
