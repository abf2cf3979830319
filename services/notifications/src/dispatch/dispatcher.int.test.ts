import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { sqlOf } from '@rapport/platform';
import type { Delivery, FrozenMessage, RemoteChannel, SendResult } from '../channels/channel.js';
import { InboxChannel } from '../inbox/inbox-channel.js';
import { eraseDelivered, moveInboxes } from '../inbox/move-inboxes.js';
import { InboxStore } from '../inbox/inbox-store.js';
import { TaskChannel } from '../tasks/task-channel.js';
import { ambiguousTotal } from './dispatch-metrics.js';
import { DispatchWorld, type QueuedDelivery, until } from './testing/dispatch-world.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(90_000);

const IN_APP = { in_app: { title: 'Chào {{ n }}', text: 'x' } };
const PHONE = { phone: { title: 'Gọi', script: 'Chào {{ n }}' } };
const EMAIL = { email: { subject: 'Chào {{ n }}', text: 'x' } };

let world: DispatchWorld;
beforeAll(async () => {
  world = await DispatchWorld.open();
});
afterEach(async () => {
  await world.stopDispatchers();
  await world.database.pool.query(
    'TRUNCATE deliveries, delivery_outcomes, provider_health, inbox_messages, inbox_positions, tasks, templates',
  );
});
afterAll(() => world.close());

const rows = async <T extends object>(sql: string, values: unknown[] = []): Promise<T[]> =>
  (await world.database.pool.query<T>(sql, values)).rows;
const many = (count: number, make: (n: number) => QueuedDelivery): QueuedDelivery[] => Array.from({ length: count }, (_, n) => make(n));

/** A provider that notes every call. */
class Recorder implements RemoteChannel {
  readonly channel = 'email';
  readonly capabilities = { concurrency: 20, concurrencyPerProvider: 20, callTimeoutMs: 1_000, idempotencyKeyLifeMs: 0 };
  readonly sent: { delivery: Delivery; message: FrozenMessage }[] = [];
  answer: (delivery: Delivery, signal: AbortSignal) => Promise<SendResult> = async ({ id }) => ({
    kind: 'accepted',
    providerMessageId: id,
  });
  ask?: RemoteChannel['ask'];
  providerOf(): string {
    return 'email';
  }
  send(delivery: Delivery, message: FrozenMessage, signal: AbortSignal): Promise<SendResult> {
    this.sent.push({ delivery, message });
    return this.answer(delivery, signal);
  }
  async close(): Promise<void> {}
}

describe('local channels', () => {
  it('four replicas keep each message and each task exactly once, with one outcome', async () => {
    const people = Array.from({ length: 5 }, () => randomUUID());
    const ids = await world.queueAll([
      ...many(300, (n) => ({ channel: 'in_app', address: 'x', content: IN_APP, data: { n }, profileId: people[n % 5] })),
      ...many(100, (n) => ({ channel: 'phone', address: '+84901234567', content: PHONE, data: { n } })),
    ]);
    for (let replica = 0; replica < 4; replica++) world.dispatcher({ local: [new InboxChannel(), new TaskChannel()] }).start();
    await until('all outcomes', async () => (await world.outcomes()).length >= ids.length);
    await world.stopDispatchers();
    const outcomes = await world.outcomes();
    expect(outcomes.map(({ delivery_id }) => delivery_id).sort()).toEqual([...ids].sort());
    expect(outcomes.every(({ status }) => status === 'sent')).toBe(true);
    expect(await rows('SELECT 1 FROM inbox_messages')).toHaveLength(300);
    expect(await rows(`SELECT 1 FROM tasks WHERE status = 'open'`)).toHaveLength(100);
    // the numbers of each inbox have no gap and no double
    const numbers = await rows<{ sequence: string }>('SELECT sequence FROM inbox_messages WHERE profile_id = $1 ORDER BY sequence', [
      people[0],
    ]);
    expect(numbers.map(({ sequence }) => Number(sequence))).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
  });

  it('a transaction that fails leaves nothing, and the delivery is kept later, once', async () => {
    const id = await world.queue({ channel: 'in_app', address: 'x', content: IN_APP });
    const broken = new InboxChannel();
    let failures = 0;
    const keep = broken.keep.bind(broken);
    broken.keep = async (sql, items, at) => {
      await keep(sql, items, at);
      if (failures++ === 0) throw new Error('the power failed before the commit');
    };
    world.dispatcher({ local: [broken] }).start();
    await world.outcomeOf(id);
    expect(failures).toBe(2);
    expect(await rows('SELECT 1 FROM inbox_messages')).toHaveLength(1);
    expect(await world.outcomes()).toHaveLength(1);
  });

  it('a cancelled delivery is not kept, nor one whose time is over', async () => {
    const [cancelled, expired, good] = await world.queueAll([
      { channel: 'in_app', address: 'x', content: IN_APP },
      { channel: 'in_app', address: 'x', content: IN_APP, expiresAt: new Date(Date.now() - 1_000) },
      { channel: 'in_app', address: 'x', content: IN_APP },
    ]);
    await world.database.pool.query(`UPDATE deliveries SET status = 'cancelled' WHERE id = $1`, [cancelled]);
    world.dispatcher({ local: [new InboxChannel()] }).start();
    await world.outcomeOf(good as string);
    expect(await world.outcomeOf(expired as string)).toMatchObject({ status: 'failed', reason: 'EXPIRED' });
    expect(await rows('SELECT delivery_id FROM inbox_messages')).toEqual([{ delivery_id: good }]);
  });

  it('a merge moves messages and tasks, with new numbers; an erasure leaves nothing', async () => {
    const [loser, survivor] = [randomUUID(), randomUUID()];
    await world.queueAll([
      ...many(3, (n) => ({ channel: 'in_app', address: 'x', content: IN_APP, data: { n: `a${n}` }, profileId: loser })),
      ...many(2, (n) => ({ channel: 'in_app', address: 'x', content: IN_APP, data: { n: `b${n}` }, profileId: survivor })),
      { channel: 'phone', address: '+84901234567', content: PHONE, profileId: loser },
    ]);
    world.dispatcher({ local: [new InboxChannel(), new TaskChannel()] }).start();
    await until('all', async () => (await world.outcomes()).length === 6);
    const sql = sqlOf(world.database.pool);
    await moveInboxes(sql, [{ from: loser, to: survivor }]);
    const store = new InboxStore(world.database.pool);
    expect((await store.after(survivor, 2, 10)).map(({ sequence, title }) => [sequence, title.slice(0, 6)])).toEqual([
      [3, 'Chào a'],
      [4, 'Chào a'],
      [5, 'Chào a'],
    ]);
    expect(await store.list(loser, false, null, 10)).toEqual([]);
    expect(await rows('SELECT profile_id FROM tasks')).toEqual([{ profile_id: survivor }]);
    await eraseDelivered(sql, [survivor]);
    expect([...(await rows('SELECT 1 FROM inbox_messages')), ...(await rows('SELECT 1 FROM tasks'))]).toEqual([]);
  });
});

describe('remote channels', () => {
  it('four replicas call the provider once per delivery', async () => {
    const recorders = Array.from({ length: 4 }, () => new Recorder());
    const ids = await world.queueAll(many(400, (n) => ({ channel: 'email', address: `a${n}@example.com`, content: EMAIL, data: { n } })));
    for (const recorder of recorders) world.dispatcher({ remote: [recorder] }).start();
    await until('all outcomes', async () => (await world.outcomes()).length >= ids.length);
    const called = recorders.flatMap(({ sent }) => sent.map(({ delivery }) => delivery.id));
    expect(called.sort()).toEqual([...ids].sort());
    expect(recorders.filter(({ sent }) => sent.length > 0).length).toBeGreaterThan(1);
  });

  it('commits what it is about to send before it calls', async () => {
    const recorder = new Recorder();
    let seen: Record<string, unknown> | undefined;
    recorder.answer = async ({ id }) => {
      seen = await world.delivery(id);
      return { kind: 'accepted', providerMessageId: id };
    };
    const id = await world.queue({ channel: 'email', address: 'a@example.com', content: EMAIL, data: { n: 7 } });
    world.dispatcher({ remote: [recorder] }).start();
    await world.outcomeOf(id);
    expect(seen).toMatchObject({ status: 'dispatching', rendered: { subject: 'Chào 7' }, provider: 'email' });
    expect(new Date(String(seen?.lease_until)).getTime()).toBeGreaterThan(Date.now());
  });

  it('a delivery that is cancelled while it is rendered is not sent', async () => {
    const recorder = new Recorder();
    const id = await world.queue({ channel: 'email', address: 'a@example.com', content: EMAIL });
    const render = world.liquid.render.bind(world.liquid);
    world.liquid.render = async (...args) => {
      await world.database.pool.query(`UPDATE deliveries SET status = 'cancelled' WHERE id = $1`, [id]);
      return render(...args);
    };
    world.dispatcher({ remote: [recorder] }).start();
    await until('the claim is over', async () => (await world.delivery(id)).status === 'cancelled');
    await new Promise((resolve) => setTimeout(resolve, 300));
    world.liquid.render = render;
    expect(recorder.sent).toEqual([]);
    expect(await world.outcomes()).toEqual([]);
  });

  it('a template that cannot end fails its own delivery only', async () => {
    const endless = { email: { subject: 'x', text: '{% for i in (1..100000) %}{% for j in (1..100000) %}x{% endfor %}{% endfor %}' } };
    const [bad, good] = await world.queueAll([
      { channel: 'email', address: 'a@example.com', content: endless },
      { channel: 'email', address: 'b@example.com', content: EMAIL },
    ]);
    world.dispatcher({ remote: [new Recorder()] }).start();
    expect(await world.outcomeOf(bad as string)).toMatchObject({ status: 'failed', reason: 'TEMPLATE_TOO_EXPENSIVE' });
    expect(await world.outcomeOf(good as string)).toMatchObject({ status: 'sent' });
  });

  it('uses the newest template, in the language that fits', async () => {
    await world.templates.put('welcome', { purpose: 'service', locales: { vi: { email: { subject: 'Cũ', text: 'x' } } } }, new Date());
    await world.templates.put(
      'welcome',
      { purpose: 'service', locales: { vi: { email: { subject: 'Mới', text: 'x' } }, en: { email: { subject: 'New', text: 'x' } } } },
      new Date(),
    );
    const recorder = new Recorder();
    const ids = await world.queueAll([
      { channel: 'email', address: 'a@example.com', template: 'welcome', locale: 'en-GB' },
      { channel: 'email', address: 'b@example.com', template: 'welcome', locale: 'fr' },
      { channel: 'email', address: 'c@example.com', template: 'nothing' },
    ]);
    world.dispatcher({ remote: [recorder] }).start();
    await until('all', async () => (await world.outcomes()).length === 3);
    expect(recorder.sent.map(({ message }) => (message.channel === 'email' ? message.subject : '')).sort()).toEqual(['Mới', 'New']);
    expect(await world.outcomeOf(ids[2] as string)).toMatchObject({ status: 'failed', reason: 'NO_TEMPLATE' });
  });

  it('an answer survives a database that is away for a moment', async () => {
    const recorder = new Recorder();
    const id = await world.queue({ channel: 'email', address: 'a@example.com', purpose: 'marketing', content: EMAIL });
    recorder.answer = async () => {
      // every connection of the service is cut while the provider works
      await world.cutDispatchers();
      return { kind: 'accepted', providerMessageId: 'x' };
    };
    world.dispatcher({ remote: [recorder] }).start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent', provider_message_id: 'x' });
    expect(recorder.sent).toHaveLength(1);
  });
});

describe('an expired lease', () => {
  /** As a process leaves it that died in the middle of a call. */
  async function orphan(purpose: 'service' | 'marketing'): Promise<string> {
    const id = await world.queue({ channel: 'email', address: 'a@example.com', purpose, content: EMAIL });
    const message: FrozenMessage = { channel: 'email', locale: 'vi', subject: 'gefroren', text: 'x', at: new Date().toISOString() };
    await world.database.pool.query(
      `UPDATE deliveries SET status = 'dispatching', lease_owner = 'dead', lease_until = now() - interval '1 s', rendered = $2 WHERE id = $1`,
      [id, JSON.stringify(message)],
    );
    return id;
  }
  const counted = async (next: string): Promise<number> =>
    (await ambiguousTotal.get()).values.find(({ labels }) => labels.next === next)?.value ?? 0;

  it('is ambiguous: a service mail goes out again as it was frozen, a marketing mail never; both are counted', async () => {
    const before = [await counted('retry'), await counted('ambiguous')];
    const recorder = new Recorder();
    const [service, marketing] = [await orphan('service'), await orphan('marketing')];
    world.dispatcher({ remote: [recorder] }).start();
    expect(await world.outcomeOf(marketing)).toMatchObject({ status: 'ambiguous', reason: 'LEASE_EXPIRED' });
    await until('the retry', async () => (await world.delivery(service)).attempt === 2);
    await world.hurry();
    expect(await world.outcomeOf(service)).toMatchObject({ status: 'sent' });
    expect(recorder.sent.map(({ delivery, message }) => [delivery.id, message.channel === 'email' && message.subject])).toEqual([
      [service, 'gefroren'],
    ]);
    expect([await counted('retry'), await counted('ambiguous')]).toEqual(before.map((count) => count + 1));
  });

  it('asks a provider that can be asked', async () => {
    const recorder = new Recorder();
    recorder.ask = async () => ({ kind: 'accepted', providerMessageId: 'known' });
    const id = await orphan('marketing');
    world.dispatcher({ remote: [recorder] }).start();
    expect(await world.outcomeOf(id)).toMatchObject({ status: 'sent', provider_message_id: 'known' });
    expect(recorder.sent).toEqual([]);
  });

  it('a process that lost its lease changes nothing', async () => {
    const recorder = new Recorder();
    const id = await world.queue({ channel: 'email', address: 'a@example.com', purpose: 'marketing', content: EMAIL });
    recorder.answer = async () => {
      await world.database.pool.query(`UPDATE deliveries SET lease_owner = 'another' WHERE id = $1`, [id]);
      return { kind: 'accepted', providerMessageId: 'late' };
    };
    world.dispatcher({ remote: [recorder] }).start();
    await until('the call', () => recorder.sent.length === 1);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(await world.outcomes()).toEqual([]);
    expect(await world.delivery(id)).toMatchObject({ status: 'dispatching', lease_owner: 'another' });
  });
});

it('makes no call after its process stood still between commit and call', async () => {
  const recorder = new Recorder();
  // no commit is as quick as this
  Object.assign(recorder.capabilities, { callTimeoutMs: 0 });
  const id = await world.queue({ channel: 'email', address: 'a@example.com', purpose: 'marketing', content: EMAIL });
  world.dispatcher({ remote: [recorder] }).start();
  await until('another attempt is due', async () => ((await world.delivery(id)).attempt as number) > 1);
  expect(recorder.sent).toEqual([]);
});
