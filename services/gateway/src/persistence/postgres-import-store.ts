import { textArray } from '@rapport/platform';
import type pg from 'pg';
import { bytesOf } from '../domain/imports/fit-rejects.js';
import type { Import, ImportProblem, ImportState, Reject } from '../domain/imports/import.js';
import { type BlockOutcome, ImportStore } from '../pipeline/imports/import-store.js';
import { COLUMNS, type ImportRow, importOf } from './import-row.js';

const FORGOTTEN_AT_ONCE_MAX = 10_000;

export class PostgresImportStore extends ImportStore {
  constructor(private readonly pool: pg.Pool) {
    super();
  }

  async add(row: Import, openMax: number): Promise<Import | 'full'> {
    const { id, name, source, keyId, mapping, header, fileBytes, fileDigest, createdAt } = row;
    await this.pool.query({
      name: 'add-import',
      text: `INSERT INTO imports (id, name, source, key_id, mapping, header, file_bytes, file_digest, state, created_at, updated_at)
             SELECT $1::uuid, $2::text, $3::text, $4::text, $5::jsonb, $6::text, $7::bigint, $8::text, 'waiting', $9::timestamptz, $9::timestamptz
             WHERE (SELECT count(*) FROM imports WHERE state IN ('waiting', 'running')) < $10
             ON CONFLICT (id) DO NOTHING`,
      values: [id, name, source, keyId, JSON.stringify(mapping), header, fileBytes, fileDigest, createdAt, openMax],
    });
    return (await this.find(id)) ?? 'full';
  }

  async find(id: string): Promise<Import | undefined> {
    const { rows } = await this.pool.query<ImportRow>({
      name: 'find-import',
      text: `SELECT ${COLUMNS} FROM imports WHERE id = $1`,
      values: [id],
    });
    return rows[0] && importOf(rows[0]);
  }

  async list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<Import[]> {
    const { rows } = await this.pool.query<ImportRow>({
      name: 'list-imports',
      text: `SELECT ${COLUMNS} FROM imports
             WHERE $2::timestamptz IS NULL OR (created_at, id) < ($2::timestamptz, $3::uuid)
             ORDER BY created_at DESC, id DESC LIMIT $1`,
      values: [limit, before?.createdAt ?? null, before?.id ?? null],
    });
    return rows.map(importOf);
  }

  async begin(id: string, worker: string, at: Date): Promise<Import | undefined> {
    const { rows } = await this.pool.query<ImportRow>({
      name: 'begin-import',
      text: `UPDATE imports SET state = 'running', worker = $2, begun_at = $3, begun_lines = lines_done, updated_at = $3
             WHERE id = $1 AND state IN ('waiting', 'running') RETURNING ${COLUMNS}`,
      values: [id, worker, at],
    });
    return rows[0] && importOf(rows[0]);
  }

  async isKnown(digest: Buffer): Promise<boolean> {
    const { rows } = await this.pool.query({
      name: 'find-import-block',
      text: 'SELECT FROM import_blocks WHERE digest = $1',
      values: [digest],
    });
    return rows.length > 0;
  }

  async commit(outcome: BlockOutcome): Promise<Import | undefined> {
    const { id, worker, expectedLine, lastLine, bytesDone, share, accepted, unchanged, rejected, rejects, digest, at } = outcome;
    const { rows } = await this.pool.query<ImportRow>({
      name: 'commit-import-block',
      text: COMMIT,
      values: [
        id,
        worker,
        expectedLine,
        lastLine,
        bytesDone,
        share,
        accepted,
        unchanged,
        rejected,
        rejects.length,
        rejects.reduce((sum, reject) => sum + bytesOf(reject), 0),
        rejects.map(({ line }) => line),
        textArray(rejects.map(({ errors }) => JSON.stringify(errors))),
        // what the database has no place for is why some rows were rejected
        textArray(rejects.map(({ row }) => row.replaceAll('\u0000', '\uFFFD').toWellFormed())),
        digest,
        at,
      ],
    });
    return rows[0] && importOf(rows[0]);
  }

  async end(id: string, worker: string, state: ImportState, problem: ImportProblem | null, at: Date): Promise<void> {
    await this.pool.query({
      name: 'end-import',
      text: `UPDATE imports SET state = $3, problem = $4, ended_at = $5, updated_at = $5, share = CASE WHEN $3 = 'completed' THEN 1 ELSE share END
             WHERE id = $1 AND worker = $2 AND state = 'running'`,
      values: [id, worker, state, problem === null ? null : JSON.stringify(problem), at],
    });
  }

  async cancel(id: string, at: Date): Promise<Import | undefined> {
    await this.pool.query({
      name: 'cancel-import',
      text: `UPDATE imports SET state = 'cancelled', ended_at = $2, updated_at = $2 WHERE id = $1 AND state IN ('waiting', 'running')`,
      values: [id, at],
    });
    return this.find(id);
  }

  async rejects(id: string, afterLine: number, limit: number): Promise<Reject[]> {
    const { rows } = await this.pool.query<{ line: string; errors: Reject['errors']; row_text: string }>({
      name: 'list-import-rejects',
      text: 'SELECT line, errors, row_text FROM import_rejects WHERE import_id = $1 AND line > $2 ORDER BY line LIMIT $3',
      values: [id, afterLine, limit],
    });
    return rows.map(({ line, errors, row_text }) => ({ line: Number(line), errors, row: row_text }));
  }

  async forget(rejectsBefore: Date, importsBefore: Date): Promise<void> {
    for (const [text, before] of [
      [`DELETE FROM import_rejects WHERE ctid IN (SELECT ctid FROM import_rejects WHERE rejected_at < $1 LIMIT $2)`, rejectsBefore],
      [`DELETE FROM import_blocks WHERE ctid IN (SELECT ctid FROM import_blocks WHERE done_at < $1 LIMIT $2)`, importsBefore],
      [
        `DELETE FROM imports WHERE id IN (
           SELECT id FROM imports WHERE created_at < $1 AND state NOT IN ('waiting', 'running') LIMIT $2)`,
        importsBefore,
      ],
    ] as const) {
      let forgotten: number | null;
      do ({ rowCount: forgotten } = await this.pool.query(text, [before, FORGOTTEN_AT_ONCE_MAX]));
      while (forgotten === FORGOTTEN_AT_ONCE_MAX);
    }
  }
}

/** The position is the condition: a block counts once, and only for the worker that the import belongs to. */
const COMMIT = `
  WITH moved AS (
    UPDATE imports SET lines_done = $4, bytes_done = $5, share = $6, accepted = accepted + $7, unchanged = unchanged + $8, rejected = rejected + $9,
           rejects_kept = rejects_kept + $10, reject_bytes_kept = reject_bytes_kept + $11, updated_at = $16
    WHERE id = $1 AND worker = $2 AND lines_done = $3 AND state = 'running' RETURNING ${COLUMNS}),
  marked AS (
    INSERT INTO import_blocks (digest, done_at) SELECT $15::bytea, $16::timestamptz FROM moved
    ON CONFLICT (digest) DO UPDATE SET done_at = EXCLUDED.done_at),
  kept AS (
    INSERT INTO import_rejects (import_id, line, errors, row_text, rejected_at)
    SELECT moved.id, reject.line, reject.errors::jsonb, reject.row_text, $16::timestamptz
    FROM moved, unnest($12::bigint[], $13::text[], $14::text[]) AS reject (line, errors, row_text))
  SELECT * FROM moved`;
