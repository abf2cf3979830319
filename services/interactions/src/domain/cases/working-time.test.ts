import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addWorkingTime, isTimeZone, workingTimeBetween } from './working-time.js';

const HOUR = 3_600_000;
const VN = 'Asia/Ho_Chi_Minh';
const after = (from: string, hours: number, zone = VN): string =>
  new Date(addWorkingTime(Date.parse(from), hours * HOUR, zone)).toISOString();

describe('working time', () => {
  it.each([
    ['runs within the morning', '2026-01-15T08:30+07:00', 1, '2026-01-15T02:30:00.000Z'],
    ['stands still at noon', '2026-01-15T11:30+07:00', 1, '2026-01-15T06:30:00.000Z'],
    ['goes on the next morning', '2026-01-15T17:00+07:00', 1, '2026-01-16T01:30:00.000Z'],
    ['knows Saturday mornings, and leaves out Sundays', '2026-01-17T11:30+07:00', 1, '2026-01-19T01:30:00.000Z'],
    ['begins with the day when it was night', '2026-01-15T02:00+07:00', 0.5, '2026-01-15T01:30:00.000Z'],
    ['leaves out Tết', '2026-02-14T11:00+07:00', 2, '2026-02-21T02:00:00.000Z'],
    ['leaves out 30 April and 1 May', '2026-04-29T17:00+07:00', 1, '2026-05-02T01:30:00.000Z'],
  ])('%s', (_, from, hours, expected) => expect(after(new Date(from).toISOString(), hours)).toBe(expected));

  it('follows the clocks of a zone over their change', () => {
    // 29 March 2026, 01:00 UTC: London goes one hour ahead
    expect(after('2026-03-28T11:00:00.000Z', 2, 'Europe/London')).toBe('2026-03-30T08:00:00.000Z');
    expect(after('2026-03-27T17:00:00.000Z', 1, 'Europe/London')).toBe('2026-03-28T08:30:00.000Z');
  });

  it('between a moment and the one that it leads to lies as much as was asked for', () => {
    const zone = fc.constantFrom(VN, 'Europe/London', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Auckland');
    const from = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2026, 11) });
    fc.assert(
      fc.property(zone, from, fc.integer({ min: 1, max: 60 * 40 }), (timeZone, start, minutes) => {
        const end = addWorkingTime(start, minutes * 60_000, timeZone);
        expect(workingTimeBetween(start, end, timeZone)).toBe(minutes * 60_000);
        // and nothing of it after the last moment
        expect(workingTimeBetween(start, end - 60_000, timeZone)).toBe((minutes - 1) * 60_000);
      }),
      { numRuns: 60 },
    );
  });

  it('knows what is no zone', () => {
    expect(isTimeZone('Asia/Ho_Chi_Minh')).toBe(true);
    expect(isTimeZone('Moon/Tranquility')).toBe(false);
    expect(() => after('2026-01-15T00:00:00.000Z', 1, 'Moon/Tranquility')).toThrow(RangeError);
  });
});
