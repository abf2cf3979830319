import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type GatherLimits, GatherQueue, QueueFull } from './gather-queue.js';

interface Item {
  readonly name: string;
  readonly bytes: number;
}
const LIMITS: GatherLimits = { sendRecordsMax: 10, sendBytesMax: 1_000, bufferRecordsMax: 100, bufferBytesMax: 10_000 };
const items = (count: number, name = 'r', bytes = 10): Item[] =>
  Array.from({ length: count }, (_, index) => ({ name: `${name}${index}`, bytes }));

/** A log whose sends end when the test says so. */
class ManualLog {
  readonly sends: { records: readonly Item[]; done: () => void; fail: (error: Error) => void }[] = [];
  send = (records: readonly Item[]): Promise<void> => new Promise((done, fail) => void this.sends.push({ records, done, fail }));
}
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const outcome = (promise: Promise<void>): Promise<string> =>
  promise.then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('GatherQueue', () => {
  it('sends at once when nothing is under way, and gathers while something is', async () => {
    const log = new ManualLog();
    const queue = new GatherQueue<Item>(log.send, LIMITS);
    const first = queue.submit(items(1, 'a'));
    expect(log.sends).toHaveLength(1);
    const others = [queue.submit(items(1, 'b')), queue.submit(items(2, 'c'))];
    expect(log.sends).toHaveLength(1);
    log.sends[0]!.done();
    await first;
    await settle();
    expect(log.sends[1]!.records.map(({ name }) => name)).toEqual(['b0', 'c0', 'c1']);
    log.sends[1]!.done();
    await Promise.all(others);
    expect(queue.depth).toBe(0);
  });

  it('fails exactly the requests of the send that failed', async () => {
    const log = new ManualLog();
    const queue = new GatherQueue<Item>(log.send, LIMITS);
    const a = outcome(queue.submit(items(1, 'a')));
    const b = outcome(queue.submit(items(1, 'b')));
    log.sends[0]!.fail(new Error('broker gone'));
    expect(await a).toBe('broker gone');
    await settle();
    log.sends[1]!.done();
    expect(await b).toBe('accepted');
  });

  it('drops what is left of a request when a part of it has failed', async () => {
    const log = new ManualLog();
    const queue = new GatherQueue<Item>(log.send, LIMITS);
    const large = outcome(queue.submit(items(25, 'large')));
    const small = outcome(queue.submit(items(1, 'small')));
    log.sends[0]!.fail(new Error('broker gone'));
    expect(await large).toBe('broker gone');
    await settle();
    expect(log.sends[1]!.records.map(({ name }) => name)).toEqual(['small0']);
    log.sends[1]!.done();
    expect(await small).toBe('accepted');
    expect(queue.depth).toBe(0);
  });

  it('is full at its limits of count and bytes, and says so before it takes anything', async () => {
    const log = new ManualLog();
    const queue = new GatherQueue<Item>(log.send, LIMITS);
    void queue.submit(items(60));
    await expect(queue.submit(items(41))).rejects.toThrow(QueueFull);
    await expect(queue.submit(items(1, 'heavy', 9_500))).rejects.toThrow(QueueFull);
    void queue.submit(items(40));
    expect(queue.depth).toBe(100);
  });

  it('sends every accepted record exactly once, in the order of its request, within the limits, whatever fails when', async () => {
    const requests = fc.array(
      fc.record({ size: fc.integer({ min: 0, max: 30 }), bytes: fc.integer({ min: 1, max: 400 }), ticks: fc.nat(3) }),
      { minLength: 1, maxLength: 25 },
    );
    const failures = fc.array(fc.boolean(), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(requests, failures, async (list, fails) => {
        const sent: string[] = [];
        let sends = 0;
        const send = async (records: readonly Item[]): Promise<void> => {
          const fail = fails[sends++] ?? false;
          expect(records.length).toBeGreaterThan(0);
          expect(records.length).toBeLessThanOrEqual(LIMITS.sendRecordsMax);
          if (records.length > 1) expect(records.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThanOrEqual(LIMITS.sendBytesMax);
          await settle();
          if (fail) throw new Error('failed');
          sent.push(...records.map(({ name }) => name));
        };
        const queue = new GatherQueue<Item>(send, LIMITS);
        const outcomes: Promise<string>[] = [];
        for (const [index, { size, bytes, ticks }] of list.entries()) {
          outcomes.push(outcome(queue.submit(items(size, `${index}:`, bytes))));
          for (let tick = 0; tick < ticks; tick++) await settle();
        }
        const results = await Promise.all(outcomes);
        await queue.drained();
        expect(queue.depth).toBe(0);
        expect(new Set(sent).size).toBe(sent.length);
        for (const [index, result] of results.entries()) {
          const mine = sent.filter((name) => name.startsWith(`${index}:`));
          const all = items(list[index]!.size, `${index}:`).map(({ name }) => name);
          if (result === 'accepted') expect(mine).toEqual(all);
          else expect(all.slice(0, mine.length)).toEqual(mine);
        }
      }),
      { numRuns: 200 },
    );
  });
});
