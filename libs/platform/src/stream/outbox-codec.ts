import type { OutgoingRecord } from './store.js';

type Meta = [topic: string, key: string | null, headers: Record<string, string>, valueBytes: number];

/** One outbox row: a JSON line that describes the records, then their values end to end, untouched (no second JSON escaping of what is JSON already). */
export function encodeOutboxRow(records: readonly OutgoingRecord[]): Buffer {
  const meta: Meta[] = records.map((r) => [r.topic, r.key, r.headers, r.value === null ? -1 : r.value.length]);
  const head = Buffer.from(`${JSON.stringify(meta)}\n`);
  return Buffer.concat([head, ...records.flatMap((r) => (r.value === null ? [] : [r.value]))]);
}

/** @throws SyntaxError when the row was not written by {@link encodeOutboxRow}. */
export function decodeOutboxRow(row: Buffer): OutgoingRecord[] {
  const end = row.indexOf(0x0a);
  const meta = JSON.parse(row.toString('utf8', 0, end)) as Meta[];
  let at = end + 1;
  return meta.map(([topic, key, headers, valueBytes]) => {
    if (valueBytes < 0) return { topic, key, headers, value: null };
    const value = row.subarray(at, (at += valueBytes));
    return { topic, key, headers, value };
  });
}
