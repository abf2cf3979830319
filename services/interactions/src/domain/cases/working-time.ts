import type { WorkingCalendar } from './working-calendar.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A target lies within a year, whatever the calendar says. */
const DAYS_MAX = 400;

const formats = new Map<string, Intl.DateTimeFormat | null>();
const FORMATS_MAX = 1_000;

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  let format = formats.get(timeZone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-CA', {
        timeZone,
        hourCycle: 'h23',
        year: 'numeric',
        month: '2-digit',
        day: '2-digit',
        hour: '2-digit',
        minute: '2-digit',
        second: '2-digit',
      });
    } catch {
      format = null;
    }
    if (formats.size >= FORMATS_MAX) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether this is the name of a time zone (IANA). */
export const isTimeZone = (name: string): boolean => name.length <= 64 && formatOf(name) !== null;

/** What the clocks of the zone show, as if it were UTC. @throws RangeError for what is no zone. */
function wallOf(ms: number, timeZone: string): number {
  const format = formatOf(timeZone);
  if (format === null) throw new RangeError(`not a time zone: ${timeZone}`);
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(ms)) part[type] = Number(value);
  return Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
}

/** The moment at which the clocks of the zone show `wall`; in the hour that a change leaves out, the moment of the change. */
function momentOf(wall: number, timeZone: string): number {
  const guess = wall - (wallOf(wall, timeZone) - wall);
  return guess - (wallOf(guess, timeZone) - wall);
}

/** The working periods of one local day as moments. @param midnight the day's midnight on the local clock */
function periodsOf(midnight: number, calendar: WorkingCalendar, timeZone: string): [from: number, to: number][] {
  const day = new Date(midnight);
  const date = day.toISOString().slice(0, 10);
  if (calendar.holidays.has(date) || calendar.holidays.has(date.slice(5))) return [];
  return calendar.hours[day.getUTCDay()]!.map(([from, to]) => [
    momentOf(midnight + from * MINUTE_MS, timeZone),
    momentOf(midnight + to * MINUTE_MS, timeZone),
  ]);
}

const midnightOf = (ms: number, timeZone: string): number => Math.floor(wallOf(ms, timeZone) / DAY_MS) * DAY_MS;

/** The moment (ms) at which `workingMs` of working time have passed since `fromMs`. @throws RangeError for what is no zone. */
export function addWorkingTime(fromMs: number, workingMs: number, calendar: WorkingCalendar, timeZone: string): number {
  let left = workingMs;
  let midnight = midnightOf(fromMs, timeZone);
  for (let day = 0; day < DAYS_MAX; day++, midnight += DAY_MS) {
    for (const [from, to] of periodsOf(midnight, calendar, timeZone)) {
      const begin = Math.max(from, fromMs);
      if (begin >= to) continue;
      if (left <= to - begin) return begin + left;
      left -= to - begin;
    }
  }
  return fromMs + DAYS_MAX * DAY_MS;
}

/** How much working time (ms) lies between two moments; 0 when they stand the wrong way round. */
export function workingTimeBetween(fromMs: number, toMs: number, calendar: WorkingCalendar, timeZone: string): number {
  let sum = 0;
  let midnight = midnightOf(fromMs, timeZone);
  for (let day = 0; day < DAYS_MAX; day++, midnight += DAY_MS) {
    const periods = periodsOf(midnight, calendar, timeZone);
    for (const [from, to] of periods) sum += Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs));
    if (momentOf(midnight + DAY_MS, timeZone) >= toMs) break;
  }
  return sum;
}
