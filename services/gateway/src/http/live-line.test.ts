import { once } from 'node:events';
import { get, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createParser } from 'eventsource-parser';
import Fastify, { type FastifyInstance } from 'fastify';
import { LiveHub } from '../pipeline/live-hub.js';
import { LiveView } from '../pipeline/live-view.js';
import { deliveryChanged, RECORD_OF } from '../testing/live-facts.js';
import { MemoryLog } from '../testing/memory-log.js';
import { openLine } from './live-line.js';

const ANN = '019bc0a1-7c00-7000-8000-000000000010';
const KEPT_MAX = 200;
const AT_ONCE = 20;
/** Of one event: a socket is full after some hundreds, whatever the system keeps for it. */
const EVENT_BYTES = 50_000;
const EVENTS_MAX = 5_000;

let log: MemoryLog;
let hub: LiveHub;
let server: FastifyInstance;
let port: number;
/** The answers, as the server holds them, in the order in which they were asked for. */
let answers: ServerResponse[];
let quick: IncomingMessage;
let slow: Socket;
let published: number;

beforeEach(async () => {
  log = new MemoryLog();
  const limits = { presenceMs: 60_000, visitMs: 60_000, visitorsMax: 100, eventsKeptMax: KEPT_MAX };
  const view = new LiveView(log, { find: async () => new Map() }, limits);
  hub = new LiveHub(view, { listenersMax: 10, listenersPerKeyMax: 10, lingerMs: 5_000, roundMs: 1 });
  [answers, published] = [[], 0];
  server = Fastify();
  server.get('/live', (_, reply) => {
    answers.push(reply.raw);
    openLine(hub, reply, { keyId: 'k1', filter: { types: ['delivery'] }, isAllowed: () => true, lastId: undefined });
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  ({ port } = server.server.address() as { port: number });
  [quick] = (await once(get({ port, host: '127.0.0.1', path: '/live' }), 'response')) as [IncomingMessage];
  slow = connect(port, '127.0.0.1').on('error', () => undefined);
  slow.write('GET /live HTTP/1.1\r\nhost: x\r\n\r\n');
  await until(() => answers.length === 2);
});
afterEach(async () => {
  await hub.onModuleDestroy();
  quick.destroy();
  slow.destroy();
  await server.close();
});

/** @throws after 10 s */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 10_000; !holds(); await new Promise((resolve) => setImmediate(resolve)))
    if (Date.now() > end) throw new Error(`in vain: ${holds}`);
}

/** A few more events, until who reads has them all: he waits for nobody. */
async function tell(heard: () => readonly number[]): Promise<void> {
  const values = Array.from({ length: AT_ONCE }, (_, n) => {
    const fact = { ...deliveryChanged(ANN, published + n, Date.now()), reason: 'x'.repeat(EVENT_BYTES) };
    return RECORD_OF.delivery(fact).value as Buffer;
  });
  published += AT_ONCE;
  await log.append('d', values);
  await until(() => heard().at(-1) === published - 1);
}

describe('a listener who does not read', () => {
  it('is told no more once his line is full, and is dropped; the others hear everything as it comes', async () => {
    const heard: number[] = [];
    const parser = createParser({ onEvent: ({ data }) => void heard.push((JSON.parse(data) as { attempt: number }).attempt) });
    quick.setEncoding('utf8').on('data', (chunk: string) => parser.feed(chunk));
    const answer = answers[1] as ServerResponse;
    const closed = once(answer, 'close');
    while (!answer.writableNeedDrain && published < EVENTS_MAX) await tell(() => heard);
    expect(answer.writableNeedDrain).toBe(true);

    const held = answer.writableLength;
    expect(held).toBeLessThan((AT_ONCE + 1) * EVENT_BYTES);
    expect(hub.size).toBe(2);
    for (let n = 0; n < KEPT_MAX / AT_ONCE - 1; n++) await tell(() => heard);
    expect(answer.writableLength).toBe(held);
    while (hub.size === 2 && published < 2 * EVENTS_MAX) await tell(() => heard);
    expect(hub.size).toBe(1);
    expect(answer.writableLength).toBeLessThan(held + 1_000);

    await closed;
    await tell(() => heard);
    expect(heard).toEqual(Array.from({ length: published }, (_, n) => n));
  }, 60_000);
});
