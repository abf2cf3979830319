import { type Import, isOpen, type Reject } from '../domain/imports/import.js';

/** Nobody has worked on it for so long: its gateway is down, or Kafka or the database is. */
const INTERRUPTED_MS = 60_000;

/** An import as people see it. `rowsPerSecond` and `secondsLeft` are of the stretch since it was last begun. */
export function shownImport(row: Import, now: Date): object {
  const { id, name, source, mapping, fileBytes, progress, problem, createdAt, updatedAt, endedAt } = row;
  const { linesDone, bytesDone, accepted, unchanged, rejected, rejectsKept, share } = progress;
  return {
    id,
    name,
    source,
    state: row.state === 'running' && now.getTime() - updatedAt.getTime() > INTERRUPTED_MS ? 'interrupted' : row.state,
    mapping,
    fileBytes,
    progress: {
      share: Math.round(share * 1_000) / 1_000,
      lines: linesDone,
      bytes: bytesDone,
      rows: accepted + unchanged + rejected,
      accepted,
      unchanged,
      rejected,
      ...paceOf(row, now),
    },
    rejects: { kept: rejectsKept, path: `/v1/imports/${id}/rejects` },
    problem,
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
  };
}

function paceOf(row: Import, now: Date): { readonly linesPerSecond: number | null; readonly secondsLeft: number | null } {
  const { begunAt, begunLines, progress } = row;
  const lines = progress.linesDone - begunLines;
  if (begunAt === null || lines <= 0) return { linesPerSecond: null, secondsLeft: null };
  const seconds = Math.max(0.001, ((row.endedAt ?? now).getTime() - begunAt.getTime()) / 1_000);
  const linesPerSecond = lines / seconds;
  const linesLeft = progress.share > 0 ? progress.linesDone / progress.share - progress.linesDone : undefined;
  return {
    linesPerSecond: Math.round(linesPerSecond),
    secondsLeft: !isOpen(row) || linesLeft === undefined ? null : Math.ceil(linesLeft / linesPerSecond),
  };
}

export type RejectsFormat = 'csv' | 'jsonl';

/** One rejected row of the download: as it stood in the file, so that it can be corrected and sent again (columns that a mapping does not name are ignored). */
export const REJECT_LINES: Readonly<Record<RejectsFormat, (reject: Reject, delimiter: string) => string>> = {
  csv: ({ line, errors, row }, delimiter) => {
    const reasons = errors.map(({ column, reason }) => (column === undefined ? reason : `${column} ${reason}`)).join('; ');
    return `${line}${delimiter}${quoted(reasons)}${delimiter}${row}\r\n`;
  },
  jsonl: ({ line, errors, row }) => `${JSON.stringify({ line, errors, row })}\n`,
};

/** The head of the download. Lines of JSON have no header: the row is one cell. */
export const rejectsHead = (format: RejectsFormat, header: string | null, delimiter: string): string =>
  format === 'csv' ? `rejectLine${delimiter}rejectReason${delimiter}${header ?? 'row'}\r\n` : '';

export const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
