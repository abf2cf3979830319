import { calendarOf, type WorkingCalendar } from './working-calendar.js';

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** A target lies within a year, whatever the calendar says. */
const DAYS_MAX = 400;

/** Clocks change on the quarter of an hour, so one look holds for all of it. */
const SLOT_MS = 15 * MINUTE_MS;
const ZONES_MAX = 500;
const REMEMBERED_MAX = 2_000;

/** What is remembered of a zone: asking Intl costs microseconds, and every case asks for the same few days. */
interface Zone {
  readonly format: Intl.DateTimeFormat;
  readonly offsets: Map<number, number>;
  readonly days: Map<number, readonly (readonly [from: number, to: number])[]>;
}
const zones = new Map<string, Zone | null>();

function remember<K, V>(known: Map<K, V>, key: K, value: V, max: number): V {
  if (known.size >= max) known.clear();
  known.set(key, value);
  return value;
}

function zoneOf(timeZone: string): Zone | null {
  const known = zones.get(timeZone);
  if (known !== undefined) return known;
  return remember(zones, timeZone, makeZone(timeZone), ZONES_MAX);
}

function makeZone(timeZone: string): Zone | null {
  try {
    const two = '2-digit';
    const format = new Intl.DateTimeFormat('en-CA', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: two,
      day: two,
      hour: two,
      minute: two,
      second: two,
    });
    return { format, offsets: new Map(), days: new Map() };
  } catch {
    return null;
  }
}

/** Whether this is the name of a time zone (IANA). */
export const isTimeZone = (name: string): boolean => name.length <= 64 && zoneOf(name) !== null;

/** @throws RangeError for what is no zone: check with {@link isTimeZone} where it comes in. */
function known(timeZone: string): Zone {
  const zone = zoneOf(timeZone);
  if (zone === null) throw new RangeError(`not a time zone: ${timeZone}`);
  return zone;
}

/** How far the clocks of the zone are ahead of UTC (ms). */
function offsetOf(ms: number, { format, offsets }: Zone): number {
  const slot = Math.floor(ms / SLOT_MS);
  const remembered = offsets.get(slot);
  if (remembered !== undefined) return remembered;
  const begin = slot * SLOT_MS;
  const part: Record<string, number> = {};
  for (const { type, value } of format.formatToParts(begin)) part[type] = Number(value);
  const wall = Date.UTC(part['year']!, part['month']! - 1, part['day'], part['hour'], part['minute'], part['second']);
  return remember(offsets, slot, wall - begin, REMEMBERED_MAX);
}

/** The moment at which the clocks of the zone show `wall`; in the hour that a change leaves out, a moment beside it. */
function momentOf(wall: number, zone: Zone): number {
  const guess = wall - offsetOf(wall, zone);
  return wall - offsetOf(guess, zone);
}

/** The working periods of one local day as moments. @param midnight the day's midnight on the local clock, as if it were UTC */
function periodsOf(midnight: number, timeZone: string): readonly (readonly [from: number, to: number])[] {
  const zone = known(timeZone);
  return zone.days.get(midnight) ?? remember(zone.days, midnight, findPeriods(midnight, calendarOf(timeZone), zone), REMEMBERED_MAX);
}

function findPeriods(midnight: number, calendar: WorkingCalendar, zone: Zone): (readonly [from: number, to: number])[] {
  const day = new Date(midnight);
  const date = day.toISOString().slice(0, 10);
  if (calendar.holidays.has(date) || calendar.holidays.has(date.slice(5))) return [];
  return calendar.hours[day.getUTCDay()]!.map(([from, to]) => [
    momentOf(midnight + from * MINUTE_MS, zone),
    momentOf(midnight + to * MINUTE_MS, zone),
  ]);
}

const midnightOf = (ms: number, timeZone: string): number => Math.floor((ms + offsetOf(ms, known(timeZone))) / DAY_MS) * DAY_MS;

/** The moment (ms) at which `workingMs` of working time have passed since `fromMs`. @throws RangeError for what is no zone. */
export function addWorkingTime(fromMs: number, workingMs: number, timeZone: string): number {
  let left = workingMs;
  let midnight = midnightOf(fromMs, timeZone);
  for (let day = 0; day < DAYS_MAX; day++, midnight += DAY_MS) {
    for (const [from, to] of periodsOf(midnight, timeZone)) {
      const begin = Math.max(from, fromMs);
      if (begin >= to) continue;
      if (left <= to - begin) return begin + left;
      left -= to - begin;
    }
  }
  return fromMs + DAYS_MAX * DAY_MS;
}

/** How much working time (ms) lies between two moments; 0 when they stand the wrong way round. */
export function workingTimeBetween(fromMs: number, toMs: number, timeZone: string): number {
  let sum = 0;
  let midnight = midnightOf(fromMs, timeZone);
  for (let day = 0; day < DAYS_MAX; day++, midnight += DAY_MS) {
    const periods = periodsOf(midnight, timeZone);
    for (const [from, to] of periods) sum += Math.max(0, Math.min(to, toMs) - Math.max(from, fromMs));
    if (momentOf(midnight + DAY_MS, known(timeZone)) >= toMs) break;
  }
  return sum;
}
