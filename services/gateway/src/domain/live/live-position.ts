/**
 * How far a listener has been told: per topic and partition the next offset, and the time up to which departures were told (they come from the clock,
 * not from the log). It means the same to every gateway, so that any of them can go on where another stopped.
 */
export interface LivePosition {
  readonly clockMs: number;
  /** By the letter of the topic, then by partition. */
  readonly offsets: Readonly<Record<string, readonly number[]>>;
}

/** What moved the position: a record, or the clock. */
export type LiveSource = { readonly topic: string; readonly partition: number; readonly offset: number } | { readonly clockMs: number };

const VERSION = '1';
const RADIX = 36;
export const POSITION_CHARS_MAX = 16_384;

/** `1-<clock>-p.0.a3-m.…`: opaque to listeners. */
export function encodePosition({ clockMs, offsets }: LivePosition): string {
  let text = `${VERSION}-${clockMs.toString(RADIX)}`;
  for (const topic in offsets) {
    text += `-${topic}`;
    for (const offset of offsets[topic] as readonly number[]) text += `.${offset.toString(RADIX)}`;
  }
  return text;
}

/** @returns undefined for what is no position (of this version) */
export function decodePosition(text: string): LivePosition | undefined {
  if (text.length > POSITION_CHARS_MAX || !/^1-[0-9a-z]{1,10}(?:-[a-z](?:\.[0-9a-z]{1,10})+)*$/.test(text)) return undefined;
  const [, clock, ...topics] = text.split('-') as [string, string, ...string[]];
  const offsets: Record<string, readonly number[]> = {};
  for (const topic of topics) {
    const [letter, ...numbers] = topic.split('.') as [string, ...string[]];
    offsets[letter] = numbers.map((number) => Number.parseInt(number, RADIX));
  }
  return { clockMs: Number.parseInt(clock, RADIX), offsets };
}

/** Whether whoever stands at `position` has been told everything before `other`. A topic that `position` does not name began after it. */
export function hasReached(position: LivePosition, other: LivePosition): boolean {
  if (position.clockMs < other.clockMs) return false;
  for (const topic in other.offsets) {
    const own = position.offsets[topic];
    if (own !== undefined && (other.offsets[topic] as readonly number[]).some((offset, partition) => (own[partition] ?? 0) < offset))
      return false;
  }
  return true;
}

/** Whether whoever stands at `position` was told what came from `source`. */
export function wasTold(position: LivePosition, source: LiveSource): boolean {
  if ('clockMs' in source) return source.clockMs <= position.clockMs;
  return source.offset < (position.offsets[source.topic]?.[source.partition] ?? 0);
}

/** The position of somebody who was told all that both were told. */
export function furthest(a: LivePosition, b: LivePosition): LivePosition {
  const topics = new Set([...Object.keys(a.offsets), ...Object.keys(b.offsets)]);
  const offsets: Record<string, readonly number[]> = {};
  for (const topic of topics) {
    const [one, other] = [a.offsets[topic] ?? [], b.offsets[topic] ?? []];
    offsets[topic] = Array.from({ length: Math.max(one.length, other.length) }, (_, n) => Math.max(one[n] ?? 0, other[n] ?? 0));
  }
  return { clockMs: Math.max(a.clockMs, b.clockMs), offsets };
}
