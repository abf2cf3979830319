/** Nobody's customer did anything before; what claims to is a clock that was never set. */
const EARLIEST_MS = Date.UTC(2000, 0, 1);
/** A sender's clock may run ahead of ours by this much; anything later is not believed. */
export const CLOCK_SKEW_MAX_MS = 5_000;

const ISO = /^[+-]?\d{4,6}-\d{2}-\d{2}(?:[T ]|$)/;

/** Milliseconds of an ISO 8601 text, or of a number of milliseconds; undefined for anything else. */
export function parseTime(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) <= 8.64e15 ? value : undefined;
  if (typeof value !== 'string' || value.length > 64 || !ISO.test(value)) return undefined;
  const ms = Date.parse(value);
  return Number.isNaN(ms) ? undefined : ms;
}

/**
 * When it really happened: `receivedAt − (sentAt − originalTimestamp)`, which takes out the error of the sender's clock (Segment, "Timestamps in
 * calls"). Without `sentAt` the sender's word counts; without a time of its own, the time of receipt. Clamped to [2000-01-01, receivedAt], with a
 * small allowance for clocks that run ahead.
 */
export function eventTime(receivedAtMs: number, sentAt: unknown, original: unknown): Date {
  const originalMs = parseTime(original);
  if (originalMs === undefined) return new Date(receivedAtMs);
  const sentMs = parseTime(sentAt);
  const at = Math.trunc(sentMs === undefined ? originalMs : receivedAtMs - (sentMs - originalMs));
  if (at > receivedAtMs + CLOCK_SKEW_MAX_MS) return new Date(receivedAtMs);
  return new Date(Math.max(at, EARLIEST_MS));
}
