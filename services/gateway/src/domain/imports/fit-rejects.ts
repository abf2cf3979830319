import type { ImportProgress, Reject } from './import.js';
import { REJECT_BYTES_KEPT_MAX, REJECTS_KEPT_MAX } from './import-limits.js';

/** Those that still fit into what is kept of one import: the first ones. */
export function fitRejects(rejects: readonly Reject[], { rejectsKept, rejectBytesKept }: ImportProgress): readonly Reject[] {
  const fitting: Reject[] = [];
  let bytes = rejectBytesKept;
  for (const reject of rejects) {
    bytes += bytesOf(reject);
    if (rejectsKept + fitting.length >= REJECTS_KEPT_MAX || bytes > REJECT_BYTES_KEPT_MAX) break;
    fitting.push(reject);
  }
  return fitting;
}

export const bytesOf = ({ row }: Reject): number => Buffer.byteLength(row);
