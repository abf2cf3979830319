import { PROBE_POINTS, type ProbePoint } from '@rapport/platform';
import { type KernelGroup, KernelWorld, until } from './kernel-world.js';

const RECORDS = 60;
const KILLS = 3;
const AT_ONCE = 4;

/** n records over two keys, and what they must lead to: each value once, each tenth once more by the clock. */
const inputs = Array.from({ length: RECORDS }, (_, i) => ({
  key: i % 2 ? 'odd' : 'even',
  value: Buffer.from(JSON.stringify({ value: `v${i}` })),
}));
const values = inputs.map((_, i) => `v${i}`);
const expected = [...values, ...values.filter((v) => v.endsWith('0')).map((v) => `due ${v}`)].sort();

/** Starts a process that kills itself at the point, as often as asked; then one in peace, until everything has had its effect. */
async function survive(group: KernelGroup, point: ProbePoint): Promise<number> {
  let kills = 0;
  for (let kill = 0; kill < KILLS; kill++) {
    const child = group.start({ CRASH_POINT: point, CRASH_HIT: String(kill % 2 === 0 ? 1 : 2) });
    const killed = await Promise.race([
      new Promise<boolean>((resolve) => child.once('exit', (_code, signal) => resolve(signal === 'SIGKILL'))),
      // A point inside a tick can only be hit while something is due; once all is done, the process lives on.
      until('all done', async () => (await group.effects()).length >= expected.length && (await group.outboxRows()) === 0, 60_000).then(
        () => false,
      ),
    ]);
    if (killed) kills++;
    else await group.stopAll();
  }
  group.start();
  await until(
    `everything after ${point}`,
    async () => (await group.effects()).length >= expected.length && (await group.outboxRows()) === 0,
  );
  await group.stopAll();
  return kills;
}

describe('a process killed with SIGKILL at a named point of the kernel', () => {
  let world: KernelWorld;
  const report: { point: string; kills: number; effects: string[]; seen: string[]; ordered: boolean }[] = [];

  beforeAll(async () => {
    world = await KernelWorld.open();
    const waiting = [...PROBE_POINTS];
    const worker = async (): Promise<void> => {
      for (let point = waiting.shift(); point !== undefined; point = waiting.shift()) {
        const group = await world.group('crash', 2);
        await group.produce(inputs);
        const kills = await survive(group, point);
        const { seen } = await group.read(group.outTopic);
        const ordered = seen.every((partition) => inOrder(partition.map((o) => o.value).filter((v) => !v.startsWith('due'))));
        report.push({
          point,
          kills,
          effects: (await group.effects()).sort(),
          seen: seen
            .flat()
            .map((o) => o.value)
            .sort(),
          ordered,
        });
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, worker));
  }, 600_000);

  afterAll(() => world.close());

  it.each(PROBE_POINTS)('%s: every effect once, every fact once, in order', (point) => {
    const { kills, ...result } = report.find((r) => r.point === point) as (typeof report)[number];
    expect(result).toEqual({ point, effects: expected, seen: expected, ordered: true });
    expect(kills).toBeGreaterThanOrEqual(1);
  });

  it('was really killed, several times per point', () => {
    console.info(report.map(({ point, kills }) => `${point}: ${kills} kills`).join('\n'));
    expect(report.filter(({ kills }) => kills >= 2).length).toBeGreaterThanOrEqual(10);
  });
});

function inOrder(list: readonly string[]): boolean {
  const numbers = list.map((value) => Number(value.slice(1)));
  return numbers.every((n, i) => i === 0 || (numbers[i - 1] as number) < n);
}
