import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { Webhook } from 'standardwebhooks';
import { DispatchWorld, until } from '../../dispatch/testing/dispatch-world.js';
import { EndpointStore } from './endpoint-store.js';
import { WebhookChannel, type WebhookOptions } from './webhook-channel.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

interface Call {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
const CONTENT = { webhook: { title: 'Đơn hàng', text: 'Chào {{ firstName }}' } };

let world: DispatchWorld;
let endpoints: EndpointStore;
let sink: Server;
let base: string;
const calls: Call[] = [];
let answer: (call: Call, response: ServerResponse) => void;
const ok = (_: Call, response: ServerResponse): void => void response.writeHead(204).end();

beforeAll(async () => {
  world = await DispatchWorld.open();
  endpoints = new EndpointStore(world.database.pool);
  sink = createServer(async (request: IncomingMessage, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const call = { path: request.url ?? '', headers: request.headers as Record<string, string>, body: Buffer.concat(chunks).toString() };
    calls.push(call);
    answer(call, response);
  });
  await new Promise<void>((resolve) => sink.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(sink.address() as AddressInfo).port}`;
  answer = ok;
});
afterEach(async () => {
  sink.closeAllConnections();
  await world.stopDispatchers();
  calls.splice(0);
  answer = ok;
  await world.database.pool.query('TRUNCATE deliveries, delivery_outcomes, provider_health, webhook_endpoints');
});
afterAll(async () => {
  sink.closeAllConnections();
  await new Promise((resolve) => sink.close(resolve));
  await world.close();
});

async function endpoint(url: string): Promise<{ id: string; secret: string }> {
  const created = await endpoints.create(randomUUID(), url, '', new Date());
  if (!created) throw new Error('not created');
  return { id: created.endpoint.id, secret: created.secret };
}
const start = (options: Partial<WebhookOptions> = {}): void =>
  world.dispatcher({ remote: [new WebhookChannel(endpoints, { allowPrivate: true, callTimeoutMs: 1_000, ...options })] }).start();
const queue = (address: string, over: object = {}): Promise<string> =>
  world.queue({ channel: 'webhook', address, content: CONTENT, data: { firstName: 'Ánh', order: { n: 1 } }, ...over });

describe('a webhook', () => {
  it('arrives once, signed so that the Standard Webhooks library accepts it', async () => {
    const { id: address, secret } = await endpoint(`${base}/hook`);
    const id = await queue(address);
    start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent', provider_message_id: id });
    expect(calls).toHaveLength(1);
    const [call] = calls as [Call];
    expect(call.headers['webhook-id']).toBe(id);
    expect(new Webhook(secret).verify(call.body, call.headers)).toMatchObject({
      type: 'notification',
      data: {
        deliveryId: id,
        purpose: 'service',
        locale: 'vi',
        title: 'Đơn hàng',
        text: 'Chào Ánh',
        data: { firstName: 'Ánh', order: { n: 1 } },
      },
    });
    expect(() => new Webhook(secret).verify(call.body.replace('Ánh', 'X'), call.headers)).toThrow();
    expect(() => new Webhook('whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA').verify(call.body, call.headers)).toThrow();
  });

  it('is signed with the former secret, too, for a day after a rotation', async () => {
    const { id: address, secret } = await endpoint(`${base}/hook`);
    const rotated = await endpoints.rotate(address, new Date());
    const id = await queue(address);
    start();
    await world.outcomeOf(id);
    const [call] = calls as [Call];
    for (const valid of [secret, rotated?.secret ?? '']) expect(new Webhook(valid).verify(call.body, call.headers)).toBeTruthy();
  });

  it('that found no answer is repeated with the same id and bytes, also for marketing: the receiver knows the id', async () => {
    answer = () => undefined;
    const { id: address } = await endpoint(`${base}/hook`);
    const id = await queue(address, { purpose: 'marketing' });
    start({ callTimeoutMs: 300 });
    await until('the retry', async () => (await world.delivery(id)).attempt === 2);
    answer = ok;
    await world.hurry();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent' });
    expect(new Set(calls.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([id]));
    expect(new Set(calls.map(({ body }) => body)).size).toBe(1);
    expect(calls.length).toBe(2);
  });

  it('follows no redirect', async () => {
    answer = (_, response) => void response.writeHead(302, { location: `${base}/elsewhere` }).end();
    const { id: address } = await endpoint(`${base}/hook`);
    const id = await queue(address);
    start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'failed', reason: 'HTTP_302' });
    expect(calls.map(({ path }) => path)).toEqual(['/hook']);
  });

  it('reads no endless answer', async () => {
    answer = (_, response) => {
      response.writeHead(200);
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', more);
      more();
    };
    const { id: address } = await endpoint(`${base}/hook`);
    const id = await queue(address);
    const before = process.memoryUsage().rss;
    start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent' });
    expect(process.memoryUsage().rss - before).toBeLessThan(100_000_000);
  });

  it('410 switches the endpoint off', async () => {
    answer = (_, response) => void response.writeHead(410).end();
    const { id: address } = await endpoint(`${base}/hook`);
    await queue(address);
    start();
    await until('disabled', async () => (await endpoints.find(address))?.enabled === false);
    const next = await queue(address);
    expect(await world.outcomeOf(next)).toMatchObject({ status: 'failed', reason: 'ENDPOINT_DISABLED' });
    expect(calls).toHaveLength(1);
  });

  it('goes to registered endpoints only', async () => {
    const id = await queue(`${base}/stranger`);
    start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'failed', reason: 'ENDPOINT_UNKNOWN' });
    expect(calls).toEqual([]);
  });
});

describe('an address that is not public', () => {
  it.each([
    ['loopback', () => base.replace('http:', 'https:')],
    ['mapped loopback', () => base.replace('http://127.0.0.1', 'https://[::ffff:127.0.0.1]')],
    ['decimal loopback', () => base.replace('http://127.0.0.1', 'https://2130706433')],
    ['private', () => 'https://10.1.2.3/hook'],
    ['metadata', () => 'https://169.254.169.254/latest/meta-data'],
    ['a name that leads to a private address', () => 'https://internal.example/hook'],
    ['a name with one private address of two', () => 'https://both.example/hook'],
  ])('%s is not called', async (_, url) => {
    const { id: address } = await endpoint(url());
    const id = await queue(address);
    const resolve = async (name: string): Promise<string[]> => (name === 'both.example' ? ['93.184.216.34', '127.0.0.1'] : ['127.0.0.1']);
    start({ allowPrivate: false, resolve });
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'failed', reason: 'ADDRESS_REFUSED' });
    expect(calls).toEqual([]);
  });

  it('the name is resolved once and the checked address is the one that is called', async () => {
    const port = new URL(base).port;
    const { id: address } = await endpoint(`http://rebinding.example:${port}/hook`);
    const id = await queue(address);
    let asked = 0;
    // a second answer would lead nowhere
    start({ resolve: async () => [asked++ === 0 ? '127.0.0.1' : '203.0.113.1'] });
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent' });
    expect(asked).toBe(1);
    expect(calls[0]?.headers.host).toBe(`rebinding.example:${port}`);
  });
});

describe('a slow endpoint', () => {
  it('holds up nobody but itself', async () => {
    answer = (call, response) => (call.path === '/slow' ? undefined : ok(call, response));
    const [slow, quick] = [await endpoint(`${base}/slow`), await endpoint(`${base}/quick`)];
    await world.queueAll(Array.from({ length: 60 }, () => ({ channel: 'webhook' as const, address: slow.id, content: CONTENT })));
    start({ callTimeoutMs: 8_000 });
    await until('the slow one is at its limit', () => calls.length >= 4);
    const started = performance.now();
    const ids = await world.queueAll(
      Array.from({ length: 40 }, () => ({ channel: 'webhook' as const, address: quick.id, content: CONTENT })),
    );
    await until('all quick ones', async () => (await world.outcomes()).length === ids.length);
    expect(performance.now() - started).toBeLessThan(4_000);
    expect(calls.filter(({ path }) => path === '/slow')).toHaveLength(4);
  });
});
