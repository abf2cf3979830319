import { compressFrameSync, decompressFrameSync } from 'lz4-napi';
import type { OutgoingRecord } from './store.js';

type Meta = [topic: string, key: string | null, headers: Record<string, string>, valueBytes: number];

/**
 * One outbox row: a JSON line that describes the records, then their values end to end, untouched (no second JSON escaping of what is JSON already), all
 * of it as an LZ4 frame. Facts of one batch are alike: a tenth of the bytes to write, log and clean up for the time that copying them takes.
 */
export function encodeOutboxRow(records: readonly OutgoingRecord[]): Buffer {
  const meta: Meta[] = records.map((r) => [r.topic, r.key, r.headers, r.value === null ? -1 : r.value.length]);
  const head = Buffer.from(`${JSON.stringify(meta)}\n`);
  return compressFrameSync(Buffer.concat([head, ...records.flatMap((r) => (r.value === null ? [] : [r.value]))]));
}

/** @throws when the row was not written by {@link encodeOutboxRow}. */
export function decodeOutboxRow(compressed: Buffer): OutgoingRecord[] {
  const row = decompressFrameSync(compressed);
  const end = row.indexOf(0x0a);
  const meta = JSON.parse(row.toString('utf8', 0, end)) as Meta[];
  let at = end + 1;
  return meta.map(([topic, key, headers, valueBytes]) => {
    if (valueBytes < 0) return { topic, key, headers, value: null };
    const value = row.subarray(at, (at += valueBytes));
    return { topic, key, headers, value };
  });
}
