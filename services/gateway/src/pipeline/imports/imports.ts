import { v7 as uuidv7 } from 'uuid';
import { type Import, isOpen } from '../../domain/imports/import.js';
import type { ImportMapping } from '../../domain/imports/import-mapping.js';
import type { RowMapping } from '../../domain/imports/read-mapping.js';
import { ImportFault } from './import-fault.js';
import type { ImportQueue } from './import-queue.js';
import type { ImportParts } from './run-import.js';
import { readBlocks } from './read-blocks.js';
import { unpacked } from './unpacked.js';

export interface NewImport {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly keyId: string;
  readonly mapping: ImportMapping;
  readonly read: RowMapping;
}

export type Taken = { readonly kind: 'taken'; readonly row: Import } | { readonly kind: 'different' } | { readonly kind: 'full' };

const NOTHING_DONE: Import['progress'] = {
  linesDone: 0,
  bytesDone: 0,
  accepted: 0,
  unchanged: 0,
  rejected: 0,
  rejectsKept: 0,
  rejectBytesKept: 0,
  share: 0,
};

/** Takes files in. An import is made once its file is on disk and its head can be read; then it goes on by itself. */
export class Imports {
  constructor(
    private readonly parts: Pick<ImportParts, 'store' | 'spool' | 'bytesMax'>,
    private readonly queue: Pick<ImportQueue, 'add'>,
    /** That have not ended, over all gateways. */
    private readonly openMax: number,
  ) {}

  /** @param asked.id the same for every try of one request @throws {ImportFault, SpoolRefused} */
  async take(asked: NewImport, body: AsyncIterable<Buffer>): Promise<Taken> {
    const { spool, store } = this.parts;
    const part = uuidv7();
    try {
      const file = await spool.receive(part, body);
      const header = await this.headerOf(part, asked);
      const { id, name, source, keyId, mapping } = asked;
      const now = new Date();
      const row: Import = {
        id,
        name,
        source,
        keyId,
        mapping,
        header,
        fileBytes: file.bytes,
        fileDigest: file.digest,
        state: 'waiting',
        progress: NOTHING_DONE,
        problem: null,
        createdAt: now,
        begunAt: null,
        begunLines: 0,
        updatedAt: now,
        endedAt: null,
      };
      const kept = await store.add(row, this.openMax);
      if (kept === 'full') return { kind: 'full' };
      if (!isSame(kept, row)) return { kind: 'different' };
      if (isOpen(kept)) {
        // also when it was here before: a gateway that lost its disk gets the file back
        await spool.keep(part, id);
        this.queue.add(id);
      }
      return { kind: 'taken', row: kept };
    } finally {
      await spool.discard(part);
    }
  }

  private async headerOf(part: string, { name, read }: NewImport): Promise<string | null> {
    const file = this.parts.spool.readPart(part);
    try {
      for await (const { headerText } of readBlocks(unpacked(file, this.parts.bytesMax), name, read)) return headerText;
    } finally {
      file.destroy();
    }
    throw new ImportFault('GATEWAY_IMPORT_EMPTY', 'The file has no rows.');
  }
}

/** The same request, under the same Idempotency-Key. */
const isSame = (kept: Import, asked: Import): boolean =>
  kept.name === asked.name && kept.fileDigest === asked.fileDigest && sameJson(kept.mapping, asked.mapping);

/** The database keeps members in an order of its own. */
const sameJson = (a: unknown, b: unknown): boolean => sorted(a) === sorted(b);

const sorted = (value: unknown): string =>
  JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
