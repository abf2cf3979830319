import type { Import, ImportProblem, ImportState } from '../domain/imports/import.js';
import type { ImportMapping } from '../domain/imports/import-mapping.js';

/** A row of `imports`; the driver gives bigint as text. */
export interface ImportRow {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  readonly key_id: string;
  readonly mapping: ImportMapping;
  readonly header: string | null;
  readonly file_bytes: string;
  readonly file_digest: string;
  readonly state: ImportState;
  readonly lines_done: string;
  readonly bytes_done: string;
  readonly accepted: string;
  readonly unchanged: string;
  readonly rejected: string;
  readonly rejects_kept: number;
  readonly reject_bytes_kept: string;
  readonly share: number;
  readonly problem: ImportProblem | null;
  readonly created_at: Date;
  readonly begun_at: Date | null;
  readonly begun_lines: string;
  readonly updated_at: Date;
  readonly ended_at: Date | null;
}

export const COLUMNS = `id, name, source, key_id, mapping, header, file_bytes, file_digest, state, lines_done, bytes_done, accepted, unchanged, rejected,
  rejects_kept, reject_bytes_kept, share, problem, created_at, begun_at, begun_lines, updated_at, ended_at`;

export function importOf(row: ImportRow): Import {
  return {
    id: row.id,
    name: row.name,
    source: row.source,
    keyId: row.key_id,
    mapping: row.mapping,
    header: row.header,
    fileBytes: Number(row.file_bytes),
    fileDigest: row.file_digest,
    state: row.state,
    progress: {
      linesDone: Number(row.lines_done),
      bytesDone: Number(row.bytes_done),
      accepted: Number(row.accepted),
      unchanged: Number(row.unchanged),
      rejected: Number(row.rejected),
      rejectsKept: row.rejects_kept,
      rejectBytesKept: Number(row.reject_bytes_kept),
      share: row.share,
    },
    problem: row.problem,
    createdAt: row.created_at,
    begunAt: row.begun_at,
    begunLines: Number(row.begun_lines),
    updatedAt: row.updated_at,
    endedAt: row.ended_at,
  };
}
