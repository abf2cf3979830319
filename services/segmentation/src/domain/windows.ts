/**
 * When an event counts, by event time. `within`: at the instant t exactly the events in (t − ms, t], so that one leaves at its own time + ms.
 * `between`: those in [from, to), once their time has come. `ever`: all whose time has come.
 */
export type Window =
  | { readonly kind: 'within'; readonly ms: number }
  | { readonly kind: 'between'; readonly from: number; readonly to: number }
  | { readonly kind: 'ever' };

export const EVER: Window = { kind: 'ever' };
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
const UNIT_MS: Readonly<Record<string, number>> = { minutes: MINUTE_MS, hours: 60 * MINUTE_MS, days: DAY_MS };
const LONGEST_MS = 3660 * DAY_MS;

/** `{minutes|hours|days: number}` as milliseconds; undefined when it is anything else, not positive, or longer than ten years. */
export function durationMs(value: unknown): number | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const [entry, ...others] = Object.entries(value);
  if (!entry || others.length > 0) return undefined;
  const unit = Object.hasOwn(UNIT_MS, entry[0]) ? UNIT_MS[entry[0]] : undefined;
  if (unit === undefined || typeof entry[1] !== 'number') return undefined;
  const ms = Math.round(entry[1] * unit);
  return ms > 0 && ms <= LONGEST_MS ? ms : undefined;
}

const ISO = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** An RFC 3339 time, or a date (its midnight in UTC), as epoch milliseconds; undefined for a time without a zone, which would mean the server's. */
export function instantOf(value: unknown): number | undefined {
  if (typeof value !== 'string' || !ISO.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

export const iso = (ms: number): string => new Date(ms).toISOString();
