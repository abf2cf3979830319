import { type ReceivedRecord, type RequestFacts, recordWriter } from '../received-record.js';
import type { Reject } from './import.js';
import { type ReadRow, readRow, type RowReader } from './read-row.js';
import type { RawRow } from './split-records.js';

export interface DecidedBlock {
  readonly records: readonly ReceivedRecord[];
  readonly rejects: readonly Reject[];
}

/** What becomes of the rows of a block: records for Kafka, or rejects. */
export function decideBlock(reader: RowReader, rows: readonly RawRow[], facts: RequestFacts): DecidedBlock {
  const write = recordWriter(facts);
  const records: ReceivedRecord[] = [];
  const rejects: Reject[] = [];
  for (const row of rows) {
    const read: ReadRow = readRow(reader, row);
    if ('errors' in read) rejects.push({ line: row.line, errors: read.errors, row: row.text });
    else records.push(write(read.parts));
  }
  return { records, rejects };
}
