import { describe, expect, it } from '@jest/globals';
import { HOLIDAYS } from './working-calendar.js';

const DAY_MS = 86_400_000;
const date = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
const isFree = (country: string, day: string): boolean => HOLIDAYS[country]!.includes(day) || HOLIDAYS[country]!.includes(day.slice(5));
const daysOf = (year: number): number[] => {
  const first = Date.UTC(year, 0, 1);
  return Array.from({ length: (Date.UTC(year + 1, 0, 1) - first) / DAY_MS }, (_, day) => first + day * DAY_MS);
};

describe('holidays of Vietnam', () => {
  // The runtime's own lunar calendar is China's, an hour ahead; in these years both begin the months in question on the same day.
  const lunar = new Intl.DateTimeFormat('en-u-ca-chinese', { month: 'numeric', day: 'numeric', timeZone: 'UTC' });

  it.each([2025, 2026, 2027])('of %i have Tết with its eve, and the Hùng Kings, where the moon has them', (year) => {
    const of = (month: number, day: number): number => daysOf(year).find((ms) => lunar.format(ms) === `${month}/${day}`)!;
    const newYear = of(1, 1);
    for (const day of [-1, 0, 1, 2, 3])
      expect([date(newYear + day * DAY_MS), isFree('VN', date(newYear + day * DAY_MS))]).toEqual([expect.anything(), true]);
    expect(isFree('VN', date(of(3, 10)))).toBe(true);
  });
});

describe('holidays of England', () => {
  /** Anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, chapter 8). */
  const easter = (year: number): number => {
    const [a, b, c] = [year % 19, Math.floor(year / 100), year % 100];
    const g = Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3);
    const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
    const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
    const m = Math.floor((a + 11 * h + 22 * l) / 451);
    const days = h + l - 7 * m + 114;
    return Date.UTC(year, Math.floor(days / 31) - 1, (days % 31) + 1);
  };

  it.each([2025, 2026, 2027])('of %i follow Easter and the Mondays, and a weekend’s is made up for', (year) => {
    const mondays = (month: number): number[] =>
      daysOf(year).filter((ms) => new Date(ms).getUTCDay() === 1 && new Date(ms).getUTCMonth() === month);
    const expected = [easter(year) - 2 * DAY_MS, easter(year) + DAY_MS, mondays(4)[0]!, mondays(4).at(-1)!, mondays(7).at(-1)!].map(date);
    for (const fixed of [Date.UTC(year, 0, 1), Date.UTC(year, 11, 25), Date.UTC(year, 11, 26)]) {
      let day = fixed;
      while ([0, 6].includes(new Date(day).getUTCDay()) || expected.includes(date(day))) day += DAY_MS;
      expected.push(date(day));
    }
    expect(expected.filter((day) => !isFree('GB', day))).toEqual([]);
    const named = HOLIDAYS['GB']!.filter((day) => day.startsWith(`${year}-`));
    expect(named.filter((day) => !expected.includes(day))).toEqual([]);
  });
});
