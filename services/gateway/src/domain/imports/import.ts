import type { ItemError } from '../item-error.js';
import type { ImportMapping } from './import-mapping.js';
import type { RowError } from './map-row.js';

/** `waiting`: others of this gateway come first. Only `waiting` and `running` end by themselves. */
export const IMPORT_STATES = ['waiting', 'running', 'completed', 'failed', 'cancelled'] as const;
export type ImportState = (typeof IMPORT_STATES)[number];

/** How far an import has come. Every count moves in one statement with the position, so that they are right wherever it is cut off. */
export interface ImportProgress {
  /** Number of the last line that is done; where it goes on. */
  readonly linesDone: number;
  /** Inflated. */
  readonly bytesDone: number;
  /** Rows that Kafka has because of this import. */
  readonly accepted: number;
  /** Rows that an earlier import of the same rows had brought in: they were not sent again. */
  readonly unchanged: number;
  readonly rejected: number;
  /** Of the rejects that are kept. */
  readonly rejectsKept: number;
  readonly rejectBytesKept: number;
  /** 0 to 1, of the file as it was sent. */
  readonly share: number;
}

/** Why an import ended without reaching the end of its file. */
export interface ImportProblem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ItemError[] | undefined;
}

/** A file that is brought in under a name. */
export interface Import {
  readonly id: string;
  readonly name: string;
  /** Of the key: who sends it. */
  readonly source: string;
  readonly keyId: string;
  readonly mapping: ImportMapping;
  readonly fileBytes: number;
  /** SHA-256 of the file as it was sent. */
  readonly fileDigest: string;
  readonly header: string | null;
  readonly state: ImportState;
  readonly progress: ImportProgress;
  readonly problem: ImportProblem | null;
  readonly createdAt: Date;
  /** Of the gateway that works on it last began to, and with how many lines done: what the rate is counted from. */
  readonly begunAt: Date | null;
  readonly begunLines: number;
  readonly updatedAt: Date;
  readonly endedAt: Date | null;
}

/** It has not ended. */
export const isOpen = ({ state }: Pick<Import, 'state'>): boolean => state === 'waiting' || state === 'running';

/** A row that was not accepted, as it stood in the file. */
export interface Reject {
  readonly line: number;
  readonly errors: readonly RowError[];
  readonly row: string;
}
