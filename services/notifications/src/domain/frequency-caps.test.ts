import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { checkCaps, mergeTouches, releaseTouch, settleTouch, type Touch } from './frequency-caps.js';
import type { CapRule } from './legal-defaults.js';

const HOUR = 3_600_000;
const NOW = new Date('2026-03-10T12:00:00.000Z');
const RULE: CapRule = { channel: 'email', class: 'advertising', limit: 3, windowMs: 24 * HOUR };
const touch = (deliveryId: string, hoursAgo: number | null, channel: Touch['channel'] = 'email'): Touch => ({
  deliveryId,
  channel,
  class: 'advertising',
  at: hoursAgo === null ? null : new Date(NOW.getTime() - hoursAgo * HOUR).toISOString(),
});
const check = (touches: Touch[], rules = [RULE]) => checkCaps(touches, rules, 'email', 'advertising', NOW);

describe('frequency caps', () => {
  it('counts the contacts of the window that slides, and says when there is room again', () => {
    expect(check([touch('a', 30), touch('b', 23), touch('c', 1)])).toEqual({ reached: false });
    expect(check([touch('a', 20), touch('b', 10), touch('c', 1)])).toEqual({ reached: true, until: new Date(NOW.getTime() + 4 * HOUR) });
  });

  it('counts a contact under way as one of this moment, until it is settled or given back', () => {
    const under = [touch('a', null), touch('b', null), touch('c', null)];
    expect(check(under)).toEqual({ reached: true, until: undefined });
    expect(check(settleTouch(under, 'a', new Date(NOW.getTime() - 25 * HOUR)))).toEqual({ reached: false });
    expect(check(releaseTouch(under, 'a'))).toEqual({ reached: false });
  });

  it('counts all channels together where the rule says so', () => {
    const rule: CapRule = { ...RULE, channel: '*' };
    expect(check([touch('a', 1, 'phone'), touch('b', 1, 'sms'), touch('c', 1)], [rule]).reached).toBe(true);
    expect(check([touch('a', 1, 'phone'), touch('b', 1, 'sms'), touch('c', 1)]).reached).toBe(false);
  });

  it('is never exceeded in any window, whenever contacts are tried, taken late or merged', () => {
    const step = fc.record({
      afterMinutes: fc.integer({ min: 0, max: 600 }),
      takenAfterMinutes: fc.integer({ min: 0, max: 900 }),
      side: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        let now = NOW.getTime();
        let touches: Touch[] = [];
        const pending: { id: string; takenAt: number }[] = [];
        const taken: number[] = [];
        for (const [index, { afterMinutes, takenAfterMinutes }] of steps.entries()) {
          now += afterMinutes * 60_000;
          for (const due of pending.filter(({ takenAt }) => takenAt <= now)) {
            touches = settleTouch(touches, due.id, new Date(due.takenAt));
            taken.push(due.takenAt);
            pending.splice(pending.indexOf(due), 1);
          }
          if (checkCaps(touches, [RULE], 'email', 'advertising', new Date(now)).reached) continue;
          touches = [...touches, { deliveryId: String(index), channel: 'email', class: 'advertising', at: null }];
          pending.push({ id: String(index), takenAt: now + takenAfterMinutes * 60_000 });
        }
        taken.push(...pending.map(({ takenAt }) => takenAt));
        for (const end of taken) expect(taken.filter((at) => at > end - RULE.windowMs && at <= end).length).toBeLessThanOrEqual(RULE.limit);
      }),
      { numRuns: 1_000 },
    );
  });

  it('survives a merge: contacts of both count, in either order of merging', () => {
    const [a, b] = [
      [touch('1', 1), touch('2', 2)],
      [touch('2', 2), touch('3', 3)],
    ];
    expect(mergeTouches(a, b)).toEqual(mergeTouches(b, a));
    expect(check(mergeTouches(a, b)).reached).toBe(true);
  });
});
