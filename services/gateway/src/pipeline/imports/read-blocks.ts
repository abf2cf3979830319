import { BLOCK_ROWS, ROW_BYTES_MAX } from '../../domain/imports/import-limits.js';
import { readHeader } from '../../domain/imports/read-header.js';
import type { RowMapping } from '../../domain/imports/read-mapping.js';
import type { RowReader } from '../../domain/imports/read-row.js';
import { type RawRow, RowSplitter } from '../../domain/imports/split-records.js';
import { ImportFault } from './import-fault.js';

/** Rows that are accepted and counted together. Cut by their number, so that a corrected row leaves the blocks around its own as they are. */
export interface Block {
  readonly reader: RowReader;
  readonly rows: readonly RawRow[];
  /** Of CSV: the first line as it stands. */
  readonly headerText: string | null;
  /** Of the file, inflated, when the block was complete. */
  readonly bytesRead: number;
}

export const MAPPING_POINTER = '/mapping';

/** The rows of a file, block by block. @throws {ImportFault} when its header is not what the mapping says */
export async function* readBlocks(source: AsyncIterable<Buffer>, name: string, mapping: RowMapping): AsyncGenerator<Block> {
  const splitter = new RowSplitter(mapping.format === 'csv' ? mapping.delimiter : undefined, ROW_BYTES_MAX);
  let reader: RowReader | undefined = mapping.format === 'csv' ? undefined : { name, mapping, header: undefined };
  let headerText: string | null = null;
  let bytesRead = 0;
  const rows: RawRow[] = [];
  for await (const chunk of withEnd(source)) {
    bytesRead += chunk?.length ?? 0;
    rows.push(...(chunk ? splitter.push(chunk) : splitter.end()));
    if (reader === undefined && rows.length > 0) {
      const first = rows.shift()!;
      headerText = first.text;
      reader = { name, mapping, header: headerOf(first, mapping) };
    }
    while (reader && rows.length >= BLOCK_ROWS) yield { reader, headerText, rows: rows.splice(0, BLOCK_ROWS), bytesRead };
  }
  if (reader === undefined) throw new ImportFault('GATEWAY_IMPORT_EMPTY', 'The file is empty: its first line must name the columns.');
  if (rows.length > 0) yield { reader, headerText, rows, bytesRead };
}

async function* withEnd(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer | undefined> {
  yield* source;
  yield undefined;
}

function headerOf(row: RawRow, mapping: RowMapping): readonly string[] {
  const header = readHeader(row, mapping, MAPPING_POINTER);
  if ('errors' in header) throw new ImportFault('GATEWAY_IMPORT_COLUMNS', 'The file and the mapping do not fit.', header.errors);
  return header;
}
