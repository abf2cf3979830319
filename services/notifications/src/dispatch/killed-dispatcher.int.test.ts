import { type ChildProcess, fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { DispatchWorld, type QueuedDelivery, until } from './testing/dispatch-world.js';
import { Mailbox } from './testing/mailbox.js';

// everything runs on one small machine: a limit for what hangs, not for what is slow
jest.setTimeout(120_000);

const IN_APP = { in_app: { title: 'Chào {{ n }}', text: 'x' } };
const PHONE = { phone: { title: 'Gọi', script: 'Chào {{ n }}' } };
const EMAIL = { email: { subject: 'Chào {{ n }}', text: 'x' } };

let world: DispatchWorld;
const children: ChildProcess[] = [];
beforeAll(async () => {
  world = await DispatchWorld.open();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await world.database.pool.query('TRUNCATE deliveries, delivery_outcomes, provider_health, inbox_messages, inbox_positions, tasks');
});
afterAll(() => world?.close());

const many = (count: number, make: (n: number) => QueuedDelivery): QueuedDelivery[] => Array.from({ length: count }, (_, n) => make(n));
const countOf = async (table: 'inbox_messages' | 'tasks'): Promise<number | null> =>
  (await world.database.pool.query(`SELECT 1 FROM ${table}`)).rowCount;

describe('a dispatcher that is killed between the call and the outcome', () => {
  const script = fileURLToPath(new URL('./testing/dispatcher-child.mjs', import.meta.url));
  const built = fileURLToPath(new URL('../../dist/dispatch/dispatcher.js', import.meta.url));
  const start = (smtpUrl: string): ChildProcess => {
    if (!existsSync(built)) throw new Error('the service is not built: npm run build');
    const env = {
      PATH: process.env.PATH,
      DATABASE_URL: world.database.url,
      SMTP_URL: smtpUrl,
      CALL_TIMEOUT_MS: '1500',
      LEASE_MARGIN_MS: '500',
      LOG_LEVEL: 'error',
    };
    const child = fork(script, { env: env as NodeJS.ProcessEnv });
    children.push(child);
    return child;
  };

  it('keeps to the policy of each purpose, and no mail has two Message-IDs', async () => {
    const mailbox = await Mailbox.open();
    const ids = await world.queueAll([
      ...many(12, (n) => ({ channel: 'email', address: `service${n}@example.com`, purpose: 'service', content: EMAIL, data: { n } })),
      ...many(12, (n) => ({ channel: 'email', address: `marketing${n}@example.com`, purpose: 'marketing', content: EMAIL, data: { n } })),
    ]);
    // Every third mail kills the process that sent it, once the server has it and before it has said so.
    let child = start(mailbox.url);
    let kills = 0;
    let due = 3;
    mailbox.beforeAnswer = async () => {
      if (mailbox.received.length < due || kills >= 4) return;
      kills += 1;
      due = mailbox.received.length + 3;
      const dead = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGKILL');
      await dead;
      child = start(mailbox.url);
    };
    await until(
      'all outcomes',
      async () => {
        await world.hurry();
        return (await world.outcomes()).length >= ids.length;
      },
      60_000,
    );
    child.kill('SIGKILL');
    await mailbox.close();

    expect(kills).toBe(4);
    const outcomes = await world.outcomes();
    expect(outcomes.map(({ delivery_id }) => delivery_id).sort()).toEqual([...ids].sort());
    const byAddress = new Map<string, (string | undefined)[]>();
    for (const { to, parsed } of mailbox.received) byAddress.set(to[0] ?? '', [...(byAddress.get(to[0] ?? '') ?? []), parsed.messageId]);
    for (const [index, id] of ids.entries()) {
      const address = `${index < 12 ? 'service' : 'marketing'}${index % 12}@example.com`;
      const received = byAddress.get(address) ?? [];
      const status = outcomes.find(({ delivery_id }) => delivery_id === id)?.status;
      expect(new Set(received).size).toBeLessThanOrEqual(1);
      if (index < 12) expect([status, received.length > 0]).toEqual(['sent', true]);
      else expect([received.length <= 1, status]).toEqual([true, status === 'sent' && received.length === 1 ? 'sent' : 'ambiguous']);
    }
    // at least one call per kill was left in doubt: that is what was tested
    expect(mailbox.received.length - byAddress.size + outcomes.filter(({ status }) => status === 'ambiguous').length).toBeGreaterThan(0);
  });

  it('local messages are there exactly once, whenever it is killed', async () => {
    const ids = await world.queueAll(
      many(400, (n) => ({ channel: n % 2 ? 'in_app' : 'phone', address: '+84901234567', content: n % 2 ? IN_APP : PHONE, data: { n } })),
    );
    for (let kills = 0; kills < 3; kills++) {
      const child = start('smtp://127.0.0.1:1');
      await new Promise((resolve) => child.once('message', resolve));
      await new Promise((resolve) => setTimeout(resolve, 20 + kills * 30));
      child.kill('SIGKILL');
      await new Promise((resolve) => child.once('exit', resolve));
      await world.database.pool.query(
        `UPDATE deliveries SET lease_until = now() - interval '1 s' WHERE status = 'queued' AND lease_until IS NOT NULL`,
      );
    }
    start('smtp://127.0.0.1:1');
    await until('all outcomes', async () => (await world.outcomes()).length >= ids.length, 60_000);
    expect((await world.outcomes()).map(({ delivery_id }) => delivery_id).sort()).toEqual([...ids].sort());
    expect(await countOf('inbox_messages')).toBe(200);
    expect(await countOf('tasks')).toBe(200);
  });
});
