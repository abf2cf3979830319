import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createParser } from 'eventsource-parser';
import { type DispatchWorld, until } from '../dispatch/testing/dispatch-world.js';
import { Replicas, TOKEN } from '../dispatch/testing/replicas.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

let replicas: Replicas;
let world: DispatchWorld;
const call: Replicas['call'] = (...request) => replicas.call(...request);
beforeAll(async () => {
  replicas = await Replicas.open();
  world = replicas.world;
});
afterAll(() => replicas?.close());

describe('the inbox', () => {
  const say = (profileId: string, n: number): Promise<string> =>
    world.queue({ channel: 'in_app', address: 'x', content: { in_app: { title: `Tin ${n}`, text: 'x' } }, profileId });

  it('lists, counts what is unread, and reading is an interaction once', async () => {
    const profileId = randomUUID();
    for (const n of [1, 2, 3]) await world.outcomeOf(await say(profileId, n));
    const inbox = await call('GET', `/profiles/${profileId}/inbox?limit=2`);
    expect(inbox.body).toMatchObject({ unread: 3, data: [{ title: 'Tin 3', readAt: null }, { title: 'Tin 2' }] });
    expect((await call('GET', `/profiles/${profileId}/inbox?cursor=${inbox.body.nextCursor}`)).body).toMatchObject({
      data: [{ title: 'Tin 1' }],
      nextCursor: null,
    });
    const [message] = inbox.body.data;
    const read = await call('POST', `/inbox/${message.id}/read`);
    expect(read.body).toMatchObject({
      id: message.id,
      interaction: {
        event: 'In-App Message Read',
        channel: 'in_app',
        direction: 'inbound',
        notificationId: message.notificationId,
        at: read.body.readAt,
      },
    });
    expect(await call('POST', `/inbox/${message.id}/read`, undefined, 1)).toEqual(read);
    expect((await call('GET', `/profiles/${profileId}/inbox?show=unread`)).body).toMatchObject({
      unread: 2,
      data: [{ title: 'Tin 2' }, { title: 'Tin 1' }],
    });
  });

  /** Listens as an app would. */
  async function listen(
    app: NestFastifyApplication,
    profileId: string,
    lastEventId?: string,
  ): Promise<{ events: { id: string; title: string }[]; stop(): void }> {
    const url = `${(await app.getUrl()).replace('[::1]', '127.0.0.1')}/internal/v1/profiles/${profileId}/inbox/stream`;
    const abort = new AbortController();
    const headers = { authorization: `Bearer ${TOKEN}`, ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }) };
    const response = await fetch(url, { headers, signal: abort.signal });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/event-stream']);
    const events: { id: string; title: string }[] = [];
    const parser = createParser({
      onEvent: ({ id = '', data }) => events.push({ id, title: (JSON.parse(data) as { title: string }).title }),
    });
    void (async () => {
      const decoder = new TextDecoder();
      for await (const chunk of response.body ?? []) parser.feed(decoder.decode(chunk as Uint8Array, { stream: true }));
    })().catch(() => undefined);
    return { events, stop: () => abort.abort() };
  }

  it('streams every message once and in order on every replica, and goes on after a break without a gap', async () => {
    await Promise.all(replicas.apps.map((app) => app.listen(0, '127.0.0.1')));
    const profileId = randomUUID();
    await world.outcomeOf(await say(profileId, 0));
    const listeners = await Promise.all([...replicas.apps, ...replicas.apps].map((app) => listen(app, profileId)));
    await world.queueAll(
      Array.from({ length: 50 }, (_, n) => ({
        channel: 'in_app' as const,
        address: 'x',
        content: { in_app: { title: `Tin ${n}`, text: 'x' } },
        profileId,
      })),
    );
    for (const { events } of listeners) await until('all messages', () => events.length >= 50);
    const expected = Array.from({ length: 50 }, (_, n) => `${n + 2}`);
    for (const { events } of listeners) expect(events.map(({ id }) => id)).toEqual(expected);
    listeners[0]?.stop();
    await world.outcomeOf(await say(profileId, 99));
    const again = await listen(replicas.apps[1], profileId, '40');
    await until('the rest', () => again.events.length >= 12);
    expect(again.events.map(({ id }) => id)).toEqual(Array.from({ length: 12 }, (_, n) => `${n + 41}`));
    for (const { stop } of [...listeners, again]) stop();
  });

  it('takes a bounded number of listeners of one customer', async () => {
    const profileId = randomUUID();
    const listeners = await Promise.all(Array.from({ length: 10 }, () => listen(replicas.apps[0], profileId)));
    const url = `${await replicas.apps[0].getUrl()}/internal/v1/profiles/${profileId}/inbox/stream`;
    const refused = await fetch(url, { headers: { authorization: `Bearer ${TOKEN}` } });
    expect([refused.status, refused.headers.get('retry-after'), ((await refused.json()) as { code: string }).code]).toEqual([
      503,
      '5',
      'NOTIFICATIONS_TOO_MANY_LISTENERS',
    ]);
    for (const { stop } of listeners) stop();
  });
});
