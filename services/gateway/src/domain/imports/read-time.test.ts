import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type ReadTime, timeReader } from './read-time.js';

function read(format: string, zone: string, text: string): string | undefined {
  const reader = timeReader({ format, zone }) as ReadTime;
  const ms = reader(text);
  return ms === undefined ? undefined : new Date(ms).toISOString();
}

describe('the times of a file', () => {
  it.each([
    ['iso', 'UTC', '2026-01-15T09:30:00.25Z', '2026-01-15T09:30:00.250Z'],
    ['iso', 'Asia/Ho_Chi_Minh', '2026-01-15 09:30', '2026-01-15T02:30:00.000Z'],
    ['iso', 'Asia/Ho_Chi_Minh', '2026-01-15T09:30:00+01:00', '2026-01-15T08:30:00.000Z'],
    ['iso', '-05:30', '2026-01-15', '2026-01-15T05:30:00.000Z'],
    ['dd/MM/yyyy HH:mm', 'Asia/Ho_Chi_Minh', '15/01/2026 09:30', '2026-01-15T02:30:00.000Z'],
    ['d.M.yyyy', 'Europe/Berlin', '5.7.2026', '2026-07-04T22:00:00.000Z'],
    ['yyyyMMddTHHmmss', 'UTC', '20260115T093001', '2026-01-15T09:30:01.000Z'],
    ['epoch_s', 'UTC', '1768469400', '2026-01-15T09:30:00.000Z'],
    ['epoch_ms', 'UTC', '1768469400250', '2026-01-15T09:30:00.250Z'],
    // the hour before and the hour after the clocks go back are one on the wall: the later one is taken
    ['iso', 'Europe/Berlin', '2026-03-29 01:59', '2026-03-29T00:59:00.000Z'],
    ['iso', 'Europe/Berlin', '2026-03-29 03:00', '2026-03-29T01:00:00.000Z'],
    ['iso', 'America/New_York', '2026-11-01 00:59', '2026-11-01T04:59:00.000Z'],
    ['iso', 'America/New_York', '2026-11-01 02:00', '2026-11-01T07:00:00.000Z'],
  ])('%s in %s: %s', (format, zone, text, expected) => {
    expect(read(format, zone, text)).toBe(expected);
  });

  it.each([
    ['dd/MM/yyyy', '31/02/2026'],
    ['dd/MM/yyyy', '2026-01-15'],
    ['dd/MM/yyyy HH:mm', '15/01/2026 24:00'],
    ['iso', '15 January 2026'],
    ['iso', '2026-13-01'],
    ['epoch_s', 'soon'],
    ['epoch_ms', '99999999999999999999'],
  ])('%s is not %s', (format, text) => {
    expect(read(format, 'UTC', text)).toBeUndefined();
  });

  it.each([
    ['dd/mm', 'UTC', 'format'],
    ['dd/MM/yyyy dd', 'UTC', 'format'],
    ['MMM d, yyyy', 'UTC', 'format'],
    ['iso', 'Nowhere', 'zone'],
  ])('%s in %s is refused', (format, zone, member) => {
    expect(timeReader({ format, zone })).toMatchObject({ member });
  });

  it('come back from what a calendar in that zone writes', () => {
    const zones = ['Asia/Ho_Chi_Minh', 'Europe/Berlin', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe'];
    const moments = fc.integer({ min: Date.UTC(2000, 0, 1), max: Date.UTC(2037, 0, 1) }).map((ms) => ms - (ms % 1_000));
    fc.assert(
      fc.property(fc.constantFrom(...zones), moments, (zone, ms) => {
        const wall = (at: number) =>
          new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }).format(at);
        const back = (timeReader({ format: 'yyyy-MM-dd HH:mm:ss', zone }) as ReadTime)(wall(ms))!;
        // the same wall, also in the hour that there is twice
        expect(wall(back)).toBe(wall(ms));
      }),
      { numRuns: 300 },
    );
  });
});
