import fc from 'fast-check';
import { type Random, RULES, type Rule, simulate } from './simulation.js';

const SCHEDULES = Number(process.env.KERNEL_SCHEDULES ?? 2_000);

/** Mulberry32: a schedule is one number, so a failing one can be run again. */
function randomOf(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

const holds = async (seed: number, off: Rule | null): Promise<boolean> => {
  const { effects, downstream, order } = await simulate(randomOf(seed), off);
  return effects && downstream && order;
};

describe('the kernel, over a simulated log and store', () => {
  it(`gives every input its effect exactly once and in order, in ${SCHEDULES} schedules with crashes, zombies and republished records`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        expect(await simulate(randomOf(seed), null)).toEqual({ effects: true, downstream: true, order: true });
      }),
      { numRuns: SCHEDULES },
    );
  }, 300_000);

  it.each(RULES)(
    'goes wrong without the rule "%s", so the rule is needed and this test can see it',
    async (rule) => {
      let wrong = 0;
      let schedules = 0;
      while (wrong === 0 && schedules < 2_000) if (!(await holds(++schedules, rule))) wrong++;
      expect({ rule, wrong }).toEqual({ rule, wrong: 1 });
    },
    300_000,
  );
});
