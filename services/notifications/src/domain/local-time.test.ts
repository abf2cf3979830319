import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTimeZone, isWithin, localMinute, minuteOfDay, nextLocalMinute } from './local-time.js';

describe('the customer’s own clock', () => {
  it('reads the minute of the day where the customer is', () => {
    expect(localMinute(new Date('2026-03-10T18:30:00.000Z'), 'Asia/Ho_Chi_Minh')).toBe(90);
    expect(localMinute(new Date('2026-07-10T18:30:00.000Z'), 'Europe/London')).toBe(19 * 60 + 30);
  });

  it('knows windows that run over midnight', () => {
    const night = { from: 22 * 60, to: 7 * 60 };
    expect([21 * 60, 22 * 60, 0, 7 * 60 - 1, 7 * 60].map((minute) => isWithin(minute, night))).toEqual([false, true, true, true, false]);
  });

  it('waits over a change of the clocks: 07:00 in London is 07:00 UTC before, 06:00 UTC after', () => {
    expect(nextLocalMinute(new Date('2026-03-28T23:00:00.000Z'), 420, 'Europe/London').toISOString()).toBe('2026-03-29T06:00:00.000Z');
    expect(nextLocalMinute(new Date('2026-10-24T23:30:00.000Z'), 420, 'Europe/London').toISOString()).toBe('2026-10-25T07:00:00.000Z');
  });

  it('always answers a moment within the next 25 hours at which the clock shows what was asked, unless the clocks leave it out', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2024-01-01'), max: new Date('2030-01-01'), noInvalidDate: true }),
        fc.integer({ min: 0, max: 1439 }),
        fc.constantFrom('Asia/Ho_Chi_Minh', 'Europe/London', 'America/New_York', 'Australia/Lord_Howe'),
        (at, minute, zone) => {
          const next = nextLocalMinute(at, minute, zone);
          const ahead = next.getTime() - at.getTime();
          expect(ahead).toBeGreaterThan(0);
          expect(ahead).toBeLessThanOrEqual(25 * 3_600_000);
          const off = Math.abs(localMinute(next, zone) - minute);
          expect([0, 30, 60, 1380, 1410]).toContain(off);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it('refuses what is no time', () => {
    expect([minuteOfDay('07:30'), minuteOfDay('24:00'), minuteOfDay('7.30'), minuteOfDay('25:00'), minuteOfDay('12:60')]).toEqual([
      450,
      0,
      undefined,
      undefined,
      undefined,
    ]);
    expect([isTimeZone('Asia/Ho_Chi_Minh'), isTimeZone('Mars/Olympus')]).toEqual([true, false]);
  });
});
