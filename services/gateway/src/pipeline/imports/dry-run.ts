import { setImmediate as turn } from 'node:timers/promises';
import { DRY_RUN_ERRORS_MAX, DRY_RUN_SAMPLES } from '../../domain/imports/import-limits.js';
import type { RowError } from '../../domain/imports/map-row.js';
import type { RowMapping } from '../../domain/imports/read-mapping.js';
import { readRow } from '../../domain/imports/read-row.js';
import type { Json } from '../../domain/parse-json.js';
import { readBlocks } from './read-blocks.js';
import { unpacked } from './unpacked.js';

export interface DryRun {
  readonly bytes: number;
  readonly rows: number;
  readonly acceptable: number;
  readonly rejected: number;
  /** The first ones. */
  readonly errors: readonly (RowError & { readonly line: number })[];
  /** The first rows as the interactions that they would be. */
  readonly samples: readonly { readonly line: number; readonly interaction: Json }[];
}

/** Reads a file as an import would, and accepts nothing. @throws {ImportFault} */
export async function dryRun(file: AsyncIterable<Buffer>, name: string, mapping: RowMapping, bytesMax: number): Promise<DryRun> {
  const errors: (RowError & { line: number })[] = [];
  const samples: { line: number; interaction: Json }[] = [];
  let [bytes, rows, rejected] = [0, 0, 0];
  for await (const block of readBlocks(unpacked(file, bytesMax), name, mapping)) {
    for (const row of block.rows) {
      const read = readRow(block.reader, row);
      if ('item' in read) {
        if (samples.length < DRY_RUN_SAMPLES) samples.push({ line: row.line, interaction: read.item });
        continue;
      }
      rejected += 1;
      for (const error of read.errors) if (errors.length < DRY_RUN_ERRORS_MAX) errors.push({ line: row.line, ...error });
    }
    rows += block.rows.length;
    bytes = block.bytesRead;
    // requests come first
    await turn();
  }
  return { bytes, rows, acceptable: rows - rejected, rejected, errors, samples };
}
