/** How a file writes its times. */
export interface TimeForm {
  /** `iso`, `epoch_s`, `epoch_ms`, or a pattern of yyyy MM M dd d HH H mm ss SSS such as `dd/MM/yyyy HH:mm`. */
  readonly format: string;
  /** Of times without an offset: an IANA name or ±hh:mm. */
  readonly zone: string;
}

/** @returns milliseconds since the epoch, or undefined when the text is no such time */
export type ReadTime = (text: string) => number | undefined;

const DIGITS: Readonly<Record<string, string>> = {
  yyyy: '(?<y>\\d{4})',
  MM: '(?<M>\\d{2})',
  M: '(?<M>\\d{1,2})',
  dd: '(?<d>\\d{2})',
  d: '(?<d>\\d{1,2})',
  HH: '(?<H>\\d{2})',
  H: '(?<H>\\d{1,2})',
  mm: '(?<m>\\d{2})',
  ss: '(?<s>\\d{2})',
  SSS: '(?<S>\\d{3})',
};
const TOKEN = /yyyy|MM?|dd?|HH?|mm|ss|SSS|T|[A-Za-z]+|[^A-Za-z]+/g;
const ISO =
  /^(?<y>\d{4})-(?<M>\d{2})-(?<d>\d{2})(?:[T ](?<H>\d{2}):(?<m>\d{2})(?::(?<s>\d{2})(?:[.,](?<S>\d{1,3})\d*)?)?)?(?<offset>Z|[+-]\d{2}:?\d{2})?$/;
const OFFSET = /^([+-])(\d{2}):?(\d{2})$/;
const GMT = /^GMT(?:([+-]\d{2}):(\d{2}))?/;
const QUARTER_MS = 15 * 60_000;
const OFFSETS_REMEMBERED_MAX = 5_000;

/** @returns what is wrong with the form instead, in words, with the member that is */
export function timeReader({ format, zone }: TimeForm): ReadTime | { readonly member: 'format' | 'zone'; readonly detail: string } {
  const offset = offsetOf(zone);
  if (offset === undefined) return { member: 'zone', detail: 'must be a time zone such as Asia/Ho_Chi_Minh or +07:00' };
  if (format === 'epoch_s') return (text) => epoch(text, 1_000);
  if (format === 'epoch_ms') return (text) => epoch(text, 1);
  const pattern = format === 'iso' ? ISO : patternOf(format);
  if (pattern === undefined)
    return { member: 'format', detail: 'must be iso, epoch_s, epoch_ms, or a pattern of yyyy, MM, dd, HH, mm, ss, SSS' };
  return (text) => read(pattern.exec(text)?.groups, offset);
}

function epoch(text: string, factor: number): number | undefined {
  const ms = /^\d{1,15}(?:\.\d{1,9})?$/.test(text) ? Math.trunc(Number(text) * factor) : Number.NaN;
  return ms <= 8.64e15 ? ms : undefined;
}

function patternOf(format: string): RegExp | undefined {
  let source = '';
  for (const token of format.match(TOKEN) ?? []) {
    const digits = Object.hasOwn(DIGITS, token) ? DIGITS[token] : undefined;
    // the T of 2026-01-15T09:00 is the one letter that stands for itself
    if (digits === undefined && token !== 'T' && /[A-Za-z]/.test(token)) return undefined;
    source += digits ?? token.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  }
  if (!['(?<y>', '(?<M>', '(?<d>'].every((part) => source.includes(part))) return undefined;
  try {
    return new RegExp(`^${source}$`);
  } catch {
    return undefined; // the same part twice
  }
}

function read(parts: Readonly<Record<string, string | undefined>> | undefined, offsetAt: (ms: number) => number): number | undefined {
  if (parts === undefined) return undefined;
  const [y, M, d] = [Number(parts['y']), Number(parts['M']), Number(parts['d'])];
  const [H, m, s] = [Number(parts['H'] ?? 0), Number(parts['m'] ?? 0), Number(parts['s'] ?? 0)];
  if (H > 23 || m > 59 || s > 59) return undefined;
  const local = Date.UTC(y, M - 1, d, H, m, s, Number((parts['S'] ?? '0').padEnd(3, '0')));
  const date = new Date(local);
  // the 30th of February would roll on to March
  if (date.getUTCFullYear() !== y || date.getUTCMonth() !== M - 1 || date.getUTCDate() !== d) return undefined;
  if (parts['offset'] !== undefined) return local - fixedOffset(parts['offset'])!;
  // the offset depends on the moment that is asked for: the second look is right, but in the hour that a change of clocks leaves out
  return local - offsetAt(local - offsetAt(local));
}

const fixedOffset = (text: string): number | undefined => {
  if (text === 'Z' || text === 'UTC') return 0;
  const [, sign, hours, minutes] = OFFSET.exec(text) ?? [];
  return sign === undefined ? undefined : (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
};

/** The zone's offset from UTC in milliseconds, by the moment. Asking the calendar takes microseconds, and rows are alike: answers are remembered. */
function offsetOf(zone: string): ((ms: number) => number) | undefined {
  const fixed = fixedOffset(zone);
  if (fixed !== undefined) return () => fixed;
  let calendar: Intl.DateTimeFormat;
  try {
    calendar = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset', year: 'numeric' });
  } catch {
    return undefined;
  }
  const known = new Map<number, number>();
  return (ms) => {
    const quarter = Math.floor(ms / QUARTER_MS);
    const remembered = known.get(quarter);
    if (remembered !== undefined) return remembered;
    if (known.size >= OFFSETS_REMEMBERED_MAX) known.clear();
    const name = calendar.formatToParts(quarter * QUARTER_MS).find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, hours = '+00', minutes = '00'] = GMT.exec(name) ?? [];
    const offset = fixedOffset(`${hours}:${minutes}`) ?? 0;
    known.set(quarter, offset);
    return offset;
  };
}
