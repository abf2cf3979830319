import type { Import, ImportProblem, ImportState, Reject } from '../../domain/imports/import.js';

/** A block's outcome. `expectedLine`: where the import must stand for it to count. */
export interface BlockOutcome {
  readonly id: string;
  readonly worker: string;
  readonly expectedLine: number;
  readonly lastLine: number;
  readonly bytesDone: number;
  readonly share: number;
  readonly accepted: number;
  readonly unchanged: number;
  readonly rejected: number;
  /** Those that are kept. */
  readonly rejects: readonly Reject[];
  /** Under which the block is known from now on. */
  readonly digest: Buffer;
  readonly at: Date;
}

/** Where imports are kept, beside their files. Every call may fail while the database is down. */
export abstract class ImportStore {
  /** @returns the import that has this id from now on, or had it before; `full`: as many are open as may be */
  abstract add(row: Import, openMax: number): Promise<Import | 'full'>;
  abstract find(id: string): Promise<Import | undefined>;
  /** Newest first. */
  abstract list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<Import[]>;
  /** From now on this worker's blocks count and no other's. @returns undefined when it has ended or is unknown */
  abstract begin(id: string, worker: string, at: Date): Promise<Import | undefined>;
  /** Whether these rows at this place were brought in under this name and mapping before. */
  abstract isKnown(digest: Buffer): Promise<boolean>;
  /** Position, counts, rejects and the block's mark, all or none. @returns undefined when the import is not where the outcome expects it */
  abstract commit(outcome: BlockOutcome): Promise<Import | undefined>;
  abstract end(id: string, worker: string, state: ImportState, problem: ImportProblem | null, at: Date): Promise<void>;
  /** @returns the import as it is now, or undefined when there is none; one that has ended stays as it is */
  abstract cancel(id: string, at: Date): Promise<Import | undefined>;
  /** By line, after `afterLine`. */
  abstract rejects(id: string, afterLine: number, limit: number): Promise<Reject[]>;
  /** Forgets rejected rows, ended imports and marks that are older. */
  abstract forget(rejectsBefore: Date, importsBefore: Date): Promise<void>;
}
