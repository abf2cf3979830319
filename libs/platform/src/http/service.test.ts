import { once } from 'node:events';
import net from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { jest } from '@jest/globals';
import { Body, Controller, Get, HttpException, Module, Param, Post, Query, Req } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import type { FastifyRequest } from 'fastify';
import { IsArray, IsOptional, IsString, MaxLength, ValidateNested } from 'class-validator';
import { createService } from './create-service.js';
import { HealthRegistry } from './health.js';
import { InternalClient } from './internal-client.js';
import { PageQuery } from './page.js';
import { logger } from '../telemetry/logger.js';
import { ProblemException } from './problem.js';

class ItemDto {
  @IsString()
  @MaxLength(5)
  name!: string;
}

class ItemsDto {
  @IsArray()
  @ValidateNested({ each: true })
  @Type(() => ItemDto)
  items!: ItemDto[];

  @IsOptional()
  @IsString()
  note?: string;
}

@Controller('internal/v1')
class ThingsController {
  @Get('things')
  list(@Query() page: PageQuery): object {
    return { data: [], nextCursor: null, limit: page.limit };
  }

  @Get('things/:ref')
  one(@Param('ref') ref: string): object {
    if (ref === 'email:nobody@example.com') throw new ProblemException(404, 'THINGS_NOT_FOUND', 'There is no such thing.');
    if (ref === 'bug') throw new TypeError('cannot read ann@example.com');
    if (ref === 'nest') throw new HttpException('nest words', 501);
    if (ref === 'large') return { data: 'x'.repeat(10_000) };
    return { ref };
  }

  @Get('slow')
  async slow(): Promise<object> {
    await new Promise((resolve) => setTimeout(resolve, 400));
    return {};
  }

  @Post('upload')
  async upload(@Req() { raw }: FastifyRequest): Promise<object> {
    let bytes = 0;
    for await (const chunk of raw) bytes += (chunk as Buffer).length;
    return { bytes };
  }

  @Post('things')
  make(@Body() { items, note = 'none' }: ItemsDto): object {
    return { made: items.length, note };
  }
}

@Module({ controllers: [ThingsController] })
class ThingsModule {}

const TOKEN = 'a-token-of-enough-length';
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const config = { name: 'things', internalToken: TOKEN, bodyBytesMax: 2_000, requestTimeoutMs: 1_000 };

describe('a service on the chassis', () => {
  let app: NestFastifyApplication;
  let url: string;

  beforeAll(async () => {
    app = await createService({ config, module: ThingsModule });
    app
      .getHttpAdapter()
      .getInstance()
      .addContentTypeParser('application/octet-stream', (_, __, done) => done(null));
    await app.listen(0, '127.0.0.1');
    url = await app.getUrl();
  });
  afterAll(() => app.close());

  const call = async (
    method: string,
    path: string,
    body?: string,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; headers: Headers; text: string; problem: Record<string, unknown> }> => {
    const response = await fetch(url + path, {
      method,
      headers: { authorization: `Bearer ${TOKEN}`, ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      body,
    });
    const text = await response.text();
    return { status: response.status, headers: response.headers, text, problem: text.startsWith('{') ? JSON.parse(text) : {} };
  };

  it('answers', async () => {
    expect(await call('GET', '/internal/v1/things?limit=7')).toMatchObject({ status: 200, problem: { limit: 7 } });
    expect(await call('POST', '/internal/v1/things', '{"items":[{"name":"a"}]}')).toMatchObject({ status: 201, problem: { made: 1 } });
  });

  it('takes a long percent-encoded ref', async () => {
    const ref = `email:${'é'.repeat(120)}@example.com`;
    expect(await call('GET', `/internal/v1/things/${encodeURIComponent(ref)}`)).toMatchObject({ status: 200, problem: { ref } });
  });

  it.each<[string, string, string, string | undefined, number, string]>([
    ['an unknown address', 'GET', '/nowhere', undefined, 404, 'THINGS_NOT_FOUND'],
    ['a wrong method', 'DELETE', '/internal/v1/things/x', undefined, 405, 'THINGS_METHOD_NOT_ALLOWED'],
    ['broken JSON', 'POST', '/internal/v1/things', '{"items":', 400, 'THINGS_BAD_REQUEST'],
    ['an empty body', 'POST', '/internal/v1/things', '', 400, 'THINGS_BAD_REQUEST'],
    ['__proto__', 'POST', '/internal/v1/things', '{"items":[],"__proto__":{"x":1}}', 400, 'THINGS_BAD_REQUEST'],
    ['a body that is too large', 'POST', '/internal/v1/things', JSON.stringify({ items: 'x'.repeat(3_000) }), 413, 'THINGS_BODY_TOO_LARGE'],
    ['a bad encoding in the address', 'GET', '/internal/v1/things/%E0%A4%A', undefined, 400, 'THINGS_BAD_REQUEST'],
    ['a part of the address that is too long', 'GET', `/internal/v1/things/${'x'.repeat(5_000)}`, undefined, 414, 'THINGS_URL_TOO_LONG'],
    ['an expected failure', 'GET', '/internal/v1/things/email%3Anobody%40example.com', undefined, 404, 'THINGS_NOT_FOUND'],
    ['a failure in Nest’s words', 'GET', '/internal/v1/things/nest', undefined, 501, 'THINGS_NOT_SUPPORTED'],
  ])('answers %s with a problem', async (_, method, path, body, status, code) => {
    const answer = await call(method, path, body, { traceparent: TRACEPARENT });
    expect(answer).toMatchObject({
      status,
      problem: {
        type: 'about:blank',
        status,
        code,
        title: expect.any(String),
        detail: expect.any(String),
        traceId: TRACEPARENT.slice(3, 35),
      },
    });
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(answer.text).not.toMatch(/nest words|node_modules|Cannot/);
  });

  it('names the methods that an address takes', async () => {
    expect((await call('PUT', '/internal/v1/things')).headers.get('allow')).toBe('GET, HEAD, POST');
  });

  it('refuses another media type', async () => {
    expect(await call('POST', '/internal/v1/things', '<a/>', { 'content-type': 'application/xml' })).toMatchObject({
      status: 415,
      problem: { code: 'THINGS_UNSUPPORTED_MEDIA_TYPE' },
    });
  });

  it('names all findings by pointer, and repeats no value', async () => {
    const answer = await call('POST', '/internal/v1/things', '{"items":[{"name":"a"},{"name":"secret","e/x":"hidden"}],"more":1}');
    expect(answer).toMatchObject({ status: 400, problem: { code: 'THINGS_VALIDATION_FAILED' } });
    expect((answer.problem.errors as { pointer: string }[]).map((error) => error.pointer).sort()).toEqual([
      '/items/1/e~1x',
      '/items/1/name',
      '/more',
    ]);
    expect(answer.text).not.toMatch(/secret|hidden/);
    expect(await call('GET', '/internal/v1/things?limit=201')).toMatchObject({ status: 400, problem: { errors: [{ pointer: '/limit' }] } });
  });

  it('takes a member that is null for one that is missing', async () => {
    expect(JSON.parse((await call('POST', '/internal/v1/things', '{"items":[],"note":null}')).text)).toEqual({ made: 0, note: 'none' });
    expect(await call('POST', '/internal/v1/things', '{"items":null}')).toMatchObject({
      status: 400,
      problem: { errors: [{ pointer: '/items' }] },
    });
  });

  it.each(['[]', '7', '"text"'])('refuses %s where an object belongs', async (body) => {
    expect(await call('POST', '/internal/v1/things', body)).toMatchObject({
      status: 400,
      problem: { errors: [{ pointer: '', detail: 'must be an object' }] },
    });
  });

  it('is not to blame when who asks goes away before the body is complete', async () => {
    const blamed = jest.spyOn(logger, 'error');
    const server = app.getHttpServer() as net.Server;
    const asked = once(server, 'request');
    const socket = net.connect(Number(new URL(url).port), '127.0.0.1');
    socket.write(
      `POST /internal/v1/upload HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/octet-stream\r\ncontent-length: 90\r\n\r\nx`,
    );
    const [, reply] = (await asked) as [IncomingMessage, ServerResponse];
    socket.destroy();
    await once(reply, 'close');
    await new Promise((resolve) => setImmediate(resolve));
    expect(blamed).not.toHaveBeenCalled();
    blamed.mockRestore();
  });

  it('tells nothing of a bug', async () => {
    const answer = await call('GET', '/internal/v1/things/bug');
    expect(answer).toMatchObject({ status: 500, problem: { code: 'THINGS_INTERNAL', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) } });
    expect(answer.text).not.toMatch(/ann|TypeError|read/);
  });

  it.each([{}, { authorization: 'Bearer wrong' }, { authorization: TOKEN }])('answers only to the gateway: %j', async (headers) => {
    const response = await fetch(`${url}/internal/v1/things`, { headers });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([401, 'THINGS_UNAUTHORIZED']);
  });

  it('is open for probes, which tell the truth', async () => {
    const get = async (path: string): Promise<[number, string]> => {
      const response = await fetch(url + path);
      return [response.status, await response.text()];
    };
    expect(await get('/health/live')).toEqual([200, '{"status":"ok"}']);
    expect(await get('/health/ready')).toEqual([200, '{"status":"ok","checks":{}}']);
    const health = app.get(HealthRegistry);
    health.register({
      name: 'database',
      check: () => Promise.reject(Object.assign(new Error('to ann@example.com'), { code: 'ECONNREFUSED' })),
    });
    expect(await get('/health/ready')).toEqual([
      503,
      '{"status":"unavailable","checks":{"database":{"ok":false,"reason":"ECONNREFUSED"}}}',
    ]);
    health.register({ name: 'database', check: () => ({ ok: true }) });
    expect((await get('/health/ready'))[0]).toBe(200);
    const [, text] = await get('/metrics');
    expect(text).toMatch(
      /^http_request_duration_seconds_count\{service="things",method="GET",route="\/internal\/v1\/things\/:ref",status="4xx"\} /m,
    );
    expect(/nobody/.test(text)).toBe(false);
  });

  it('cuts off a client that sends one byte a second', async () => {
    const { port } = new URL(url);
    const started = Date.now();
    const text = await new Promise<string>((resolve, reject) => {
      const socket = net.connect(Number(port), '127.0.0.1', () =>
        socket.write(
          `POST /internal/v1/things HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${TOKEN}\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{`,
        ),
      );
      const drip = setInterval(() => socket.write(' '), 200);
      let received = '';
      socket.on('data', (chunk) => void (received += chunk));
      socket.on('error', reject);
      socket.on('close', () => {
        clearInterval(drip);
        resolve(received);
      });
    });
    expect(Date.now() - started).toBeLessThan(4_000);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
    expect(text).toContain('"code":"THINGS_REQUEST_TIMEOUT"');
  });
});

describe('a service that stops', () => {
  it('waits for the answers that are under way, and not for connections over which nothing was asked', async () => {
    const app = await createService({ config, module: ThingsModule });
    await app.listen(0, '127.0.0.1');
    const server = app.getHttpServer() as net.Server;
    const asked = once(server, 'request');
    const answer = fetch(`${await app.getUrl()}/internal/v1/slow`, { headers: { authorization: `Bearer ${TOKEN}` } });
    await asked;
    const connected = once(server, 'connection');
    const unused = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1').on('error', () => undefined);
    await connected;
    await Promise.all([app.close(), once(unused, 'close')]);
    expect((await answer).status).toBe(200);
  });
});

describe('InternalClient', () => {
  let app: NestFastifyApplication;
  let client: InternalClient;
  const clientWith = (options: Partial<ConstructorParameters<typeof InternalClient>[0]>, baseUrl: string): InternalClient =>
    new InternalClient({ service: 'things', token: TOKEN, baseUrl, ...options });

  beforeAll(async () => {
    app = await createService({ config, module: ThingsModule });
    await app.listen(0, '127.0.0.1');
    client = clientWith({ timeoutMs: 200, responseBytesMax: 5_000 }, await app.getUrl());
  });
  afterAll(async () => {
    await client.close();
    await app.close();
  });

  const problemOf = async (work: Promise<unknown>): Promise<object> => {
    const error = await work.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ProblemException);
    const { code, detail, headers } = error as ProblemException;
    return { status: (error as ProblemException).getStatus(), code, detail, headers };
  };
  const unavailable = { status: 503, code: 'THINGS_UNAVAILABLE', headers: { 'retry-after': '1' } };

  it('asks and answers', async () => {
    expect(await client.get('/internal/v1/things', { query: { limit: 3, cursor: undefined } })).toMatchObject({
      status: 200,
      body: { limit: 3 },
    });
    expect(await client.post('/internal/v1/things', { body: { items: [] } })).toMatchObject({ status: 201, body: { made: 0 } });
  });

  it('passes a refusal through', async () => {
    expect(await problemOf(client.get('/internal/v1/things/email%3Anobody%40example.com'))).toMatchObject({
      status: 404,
      code: 'THINGS_NOT_FOUND',
      detail: 'There is no such thing.',
    });
  });

  it.each([
    ['fails', '/internal/v1/things/bug'],
    ['is slow', '/internal/v1/slow'],
    ['answers more than allowed', '/internal/v1/things/large'],
  ])('says which service is not available when it %s', async (_, path) => {
    expect(await problemOf(client.get(path))).toMatchObject(unavailable);
  });

  it('counts the wait for a connection as time of the call', async () => {
    const narrow = clientWith({ timeoutMs: 200, connectionsMax: 1 }, await app.getUrl());
    const started = Date.now();
    const both = [narrow.get('/internal/v1/slow'), narrow.get('/internal/v1/slow')];
    for (const one of both) expect(await problemOf(one)).toMatchObject({ ...unavailable, detail: expect.stringContaining('in time') });
    expect(Date.now() - started).toBeLessThan(390);
    expect((await narrow.get('/internal/v1/things')).status).toBe(200);
    await narrow.close();
  });

  it('says so when the service is down, or does not know our token', async () => {
    const nobody = clientWith({}, 'http://127.0.0.1:1');
    const stranger = clientWith({ token: 'another' }, await app.getUrl());
    expect(await problemOf(nobody.get('/x'))).toMatchObject({
      ...unavailable,
      detail: 'The things service is not available. Try again shortly.',
    });
    expect(await problemOf(stranger.get('/internal/v1/things'))).toMatchObject(unavailable);
    await Promise.all([nobody.close(), stranger.close()]);
  });
});
