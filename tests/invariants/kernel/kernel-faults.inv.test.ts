import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KernelWorld, sleep, until } from './kernel-world.js';

const json = (value: unknown): Buffer => Buffer.from(JSON.stringify({ value }));
const once = (list: readonly string[], count: number): void => {
  expect(new Set(list).size).toBe(count);
  expect(list.length).toBe(count);
};

describe('the kernel, when the data or the world is at fault', () => {
  let world: KernelWorld;

  beforeAll(async () => {
    world = await KernelWorld.open();
  }, 60_000);
  afterAll(() => world.close());

  it('sends an undecodable, an undecidable and an unwritable record out of 500 to the dead letters, once each; the other 497 have their effect once', async () => {
    const group = await world.group('poison', 1);
    const records = Array.from({ length: 500 }, (_, i) => ({ key: 'k', value: json(`p${i}-`) }));
    records[123] = { key: 'k', value: Buffer.from('{"value": ') };
    records[345] = { key: 'k', value: json('throw') };
    records[346] = { key: 'k', value: json('unwritable') };
    await group.produce(records);
    group.start({ BATCH_RECORDS_MAX: '500' });
    await until('497 effects', async () => (await group.effects()).length >= 497 && (await group.outboxRows()) === 0);
    await group.stopAll();
    once(await group.effects(), 497);
    const dead = await group.read(`${group.name}.dlq`);
    expect(dead.records).toBe(3);
    expect(dead.reasons.sort()).toEqual(['Invalid time value', 'Unexpected end of JSON input', 'cannot decide this one']);
    const { seen } = await group.read(group.outTopic);
    once(
      seen.flat().map((o) => o.value),
      497,
    );
  }, 120_000);

  it('keeps every effect single while replicas come and go under load', async () => {
    const group = await world.group('replicas', 4);
    const total = 4_000;
    const env = { BATCH_RECORDS_MAX: '20' };
    group.start(env);
    group.start(env);
    for (let round = 0; round < 8; round++) {
      const from = (round * total) / 8;
      await group.produce(Array.from({ length: total / 8 }, (_, i) => ({ key: `k${i % 17}`, value: json(`r${from + i}.`) })));
      if (round === 2) group.start(env);
      if (round === 3) [...group.children][0]?.kill('SIGTERM');
      if (round === 4) [...group.children][1]?.kill('SIGKILL');
      if (round === 5) group.start(env);
      await sleep(700);
    }
    await until('all effects', async () => (await group.effects()).length >= total && (await group.outboxRows()) === 0);
    await group.stopAll();
    once(await group.effects(), total);
    const { seen } = await group.read(group.outTopic);
    once(
      seen.flat().map((o) => o.value),
      total,
    );
    for (const partition of seen) {
      const last = new Map<string, number>();
      for (const { key, value } of partition) {
        const n = Number(value.slice(1, -1));
        expect(n).toBeGreaterThan(last.get(key) ?? -1);
        last.set(key, n);
      }
    }
  }, 180_000);

  it('sends nothing to the dead letters and loses nothing while the database is away for 20 s', async () => {
    const { startPostgres } = await import('../../../deploy/local/stack.mjs');
    const dir = await mkdtemp(join(tmpdir(), 'rapport-away-'));
    const postgres = await startPostgres({ dir, durable: true });
    const own = await KernelWorld.open(postgres.url);
    try {
      const group = await own.group('away', 2);
      group.start();
      const some = (from: number): { key: string; value: Buffer }[] =>
        Array.from({ length: 100 }, (_, i) => ({ key: `k${i % 5}`, value: json(`a${from + i}.`) }));
      await group.produce(some(0));
      await until('the first effects', async () => (await group.effects()).length >= 100);
      await postgres.kill('SIGKILL');
      await group.produce(some(100));
      await sleep(20_000);
      await group.produce(some(200));
      await postgres.restart();
      await until(
        'everything',
        async () => (await group.effects().catch(() => [])).length >= 300 && (await group.outboxRows()) === 0,
        90_000,
      );
      await group.stopAll();
      once(await group.effects(), 300);
      expect((await group.read(`${group.name}.dlq`)).records).toBe(0);
      once(
        (await group.read(group.outTopic)).seen.flat().map((o) => o.value),
        300,
      );
    } finally {
      await own.close().catch(() => undefined);
      await postgres.stop();
      await rm(dir, { recursive: true, force: true });
    }
  }, 180_000);
});
