import { hash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { childTrace, formatTraceparent } from '@rapport/platform';
import { decideBlock } from '../../domain/imports/decide-block.js';
import { fitRejects } from '../../domain/imports/fit-rejects.js';
import { type Import, isOpen } from '../../domain/imports/import.js';
import { readMapping } from '../../domain/imports/read-mapping.js';
import type { RawRow } from '../../domain/imports/split-records.js';
import type { Acceptance } from '../acceptance.js';
import { ImportFault } from './import-fault.js';
import { countRows } from './import-metrics.js';
import type { ImportPace } from './import-pace.js';
import type { ImportSpool } from './import-spool.js';
import type { ImportStore } from './import-store.js';
import { type Block, MAPPING_POINTER, readBlocks } from './read-blocks.js';
import { retry } from './retry.js';
import { unpacked } from './unpacked.js';

export interface ImportParts {
  readonly store: ImportStore;
  readonly spool: ImportSpool;
  readonly acceptance: Acceptance;
  readonly pace: ImportPace;
  /** Whose blocks count: this process. */
  readonly worker: string;
  /** Inflated. */
  readonly bytesMax: number;
}

/** It was cancelled, or another process works on it. */
class NotOurs extends Error {}

/**
 * Works a file off, block by block: Kafka has a block's records, then position, counts, rejects and the block's mark move in one statement. Cut off
 * between the two, the block is sent again with the same message ids, and counted once.
 *
 * @returns when it has ended, or was taken away @throws for a fault of this gateway's disk, and when `signal` stops it: it goes on later
 */
export async function runImport(parts: ImportParts, id: string, signal: AbortSignal): Promise<void> {
  const { store, spool, worker } = parts;
  const begun = await retry(() => store.begin(id, worker, new Date()), signal);
  if (begun !== undefined) {
    const fault = await workOff(parts, begun, signal);
    if (fault !== 'not_ours') {
      const problem = fault && { code: fault.code, detail: fault.detail, errors: fault.errors };
      await retry(() => store.end(id, worker, problem ? 'failed' : 'completed', problem ?? null, new Date()), signal);
    } else if (isOpen((await retry(() => store.find(id), signal)) ?? begun)) return;
  }
  await spool.remove(id);
}

async function workOff(parts: ImportParts, begun: Import, signal: AbortSignal): Promise<ImportFault | 'not_ours' | undefined> {
  const mapping = readMapping(begun.mapping, MAPPING_POINTER);
  if ('errors' in mapping)
    return new ImportFault('GATEWAY_MAPPING_INVALID', 'The mapping is not one that this version reads.', mapping.errors);
  const file = parts.spool.read(begun.id);
  let at = begun;
  try {
    for await (const block of readBlocks(unpacked(file, parts.bytesMax), begun.name, mapping)) {
      signal.throwIfAborted();
      const rows = block.rows.filter(({ line }) => line > begun.progress.linesDone);
      const share = begun.fileBytes === 0 ? 1 : Math.min(1, (file as { bytesRead?: number }).bytesRead! / begun.fileBytes);
      if (rows.length > 0) at = await workOffBlock(parts, at, { ...block, rows }, share, signal);
      // requests come first
      await turn();
    }
    return undefined;
  } catch (error) {
    if (error instanceof ImportFault) return error;
    if (error instanceof NotOurs) return 'not_ours';
    throw error;
  } finally {
    file.destroy();
  }
}

async function workOffBlock(parts: ImportParts, at: Import, block: Block, share: number, signal: AbortSignal): Promise<Import> {
  const { store, acceptance, pace, worker } = parts;
  const { id, source, keyId, progress } = at;
  const traceparent = formatTraceparent(childTrace());
  const facts = { protocol: 'rapport', source, keyId, receivedAt: new Date().toISOString(), traceparent } as const;
  const { records, rejects } = decideBlock(block.reader, block.rows, facts);
  const digest = digestOf(at, block.rows);
  const known = await retry(() => store.isKnown(digest), signal);
  if (!known) {
    await pace.wait(records.length, signal);
    await retry(() => acceptance.accept(records), signal);
  }
  const lastLine = block.rows.at(-1)!.line;
  const outcome = {
    id,
    worker,
    expectedLine: progress.linesDone,
    lastLine,
    bytesDone: block.bytesRead,
    share,
    accepted: known ? 0 : records.length,
    unchanged: known ? records.length : 0,
    rejected: rejects.length,
    rejects: fitRejects(rejects, progress),
    digest,
    at: new Date(),
  };
  return retry(async () => {
    const counted = await store.commit(outcome);
    if (counted) {
      countRows(outcome);
      return counted;
    }
    // an answer may have been lost: then the try before has counted it
    const now = await store.find(id);
    if (now?.state === 'running' && now.progress.linesDone === lastLine) return now;
    throw new NotOurs();
  }, signal);
}

/** These rows, at this place, under this name, from this sender, read in this way. */
function digestOf({ source, name, mapping }: Import, rows: readonly RawRow[]): Buffer {
  const head = JSON.stringify([source, name, mapping, rows[0]!.line]);
  return hash('sha256', `${head}\n${rows.map(({ text }) => text).join('\n')}`, 'buffer');
}
