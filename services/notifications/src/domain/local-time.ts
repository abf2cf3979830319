const DAY_MINUTES = 1_440;
const MINUTE_MS = 60_000;

/** A daily window on the customer's own clock, in minutes after midnight; `from > to` runs over midnight. */
export interface DailyWindow {
  readonly from: number;
  readonly to: number;
}

const formats = new Map<string, Intl.DateTimeFormat | null>();

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  let format = formats.get(timeZone);
  if (format === undefined) {
    try {
      format = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
    } catch {
      format = null;
    }
    if (formats.size > 1_000) formats.clear();
    formats.set(timeZone, format);
  }
  return format;
}

/** Whether this name is a time zone (IANA, or an offset such as +07:00). */
export const isTimeZone = (timeZone: string): boolean => timeZone.length <= 64 && formatOf(timeZone) !== null;

/** Minutes after midnight on the clocks of `timeZone`. @throws RangeError when it is no time zone: check with {@link isTimeZone} where it comes in. */
export function localMinute(at: Date, timeZone: string): number {
  const format = formatOf(timeZone);
  if (format === null) throw new RangeError(`not a time zone: ${timeZone}`);
  const [hour, minute] = format.format(at).split(':');
  return Number(hour) * 60 + Number(minute);
}

export function isWithin(minute: number, { from, to }: DailyWindow): boolean {
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}

/**
 * The moment after `at` when the local clock next shows `minute`. Where the clocks change in between, the answer is corrected by what the clock
 * then really shows; a minute that the change leaves out ends an hour late rather than early.
 */
export function nextLocalMinute(at: Date, minute: number, timeZone: string): Date {
  const ahead = (minute - localMinute(at, timeZone) + DAY_MINUTES) % DAY_MINUTES || DAY_MINUTES;
  const start = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  const guess = new Date(start + ahead * MINUTE_MS);
  const off = (minute - localMinute(guess, timeZone) + DAY_MINUTES) % DAY_MINUTES;
  if (off === 0) return guess;
  const corrected = new Date(guess.getTime() + (off > DAY_MINUTES / 2 ? off - DAY_MINUTES : off) * MINUTE_MS);
  return corrected.getTime() > at.getTime() ? corrected : guess;
}

/** `22:00` → 1320; undefined when it is no time of day. `24:00` is the end of the day. */
export function minuteOfDay(text: string): number | undefined {
  const match = /^(\d{1,2}):(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const minute = Number(match[1]) * 60 + Number(match[2]);
  return Number(match[2]) < 60 && minute <= DAY_MINUTES ? minute % DAY_MINUTES : undefined;
}
