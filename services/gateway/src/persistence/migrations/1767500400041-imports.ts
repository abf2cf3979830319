import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Imports1767500400041 implements MigrationInterface {
  readonly name = 'Imports1767500400041';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE imports (
        id uuid NOT NULL CONSTRAINT imports_pkey PRIMARY KEY,
        name text NOT NULL,
        source text NOT NULL,
        key_id text NOT NULL,
        mapping jsonb NOT NULL,
        header text,
        file_bytes bigint NOT NULL,
        file_digest text NOT NULL,
        state text NOT NULL CONSTRAINT imports_state_check CHECK (state IN ('waiting', 'running', 'completed', 'failed', 'cancelled')),
        worker uuid,
        lines_done bigint NOT NULL DEFAULT 0,
        bytes_done bigint NOT NULL DEFAULT 0,
        accepted bigint NOT NULL DEFAULT 0,
        unchanged bigint NOT NULL DEFAULT 0,
        rejected bigint NOT NULL DEFAULT 0,
        rejects_kept int NOT NULL DEFAULT 0,
        reject_bytes_kept bigint NOT NULL DEFAULT 0,
        share double precision NOT NULL DEFAULT 0,
        problem jsonb,
        created_at timestamptz NOT NULL,
        begun_at timestamptz,
        begun_lines bigint NOT NULL DEFAULT 0,
        updated_at timestamptz NOT NULL,
        ended_at timestamptz
      ) WITH (fillfactor = 50)`);
    await runner.query('CREATE INDEX imports_created_at ON imports (created_at, id)');
    await runner.query(`
      CREATE TABLE import_rejects (
        import_id uuid NOT NULL CONSTRAINT import_rejects_import_fkey REFERENCES imports ON DELETE CASCADE,
        line bigint NOT NULL,
        errors jsonb NOT NULL,
        row_text text NOT NULL,
        rejected_at timestamptz NOT NULL,
        CONSTRAINT import_rejects_pkey PRIMARY KEY (import_id, line)
      )`);
    await runner.query('CREATE INDEX import_rejects_rejected_at ON import_rejects (rejected_at)');
    await runner.query(`
      CREATE TABLE import_blocks (
        digest bytea NOT NULL CONSTRAINT import_blocks_pkey PRIMARY KEY,
        done_at timestamptz NOT NULL
      )`);
    await runner.query('CREATE INDEX import_blocks_done_at ON import_blocks (done_at)');
    // a key that may administer everything goes on doing so
    await runner.query(`
      UPDATE api_keys SET scopes = array_append(scopes, 'imports')
      WHERE kind = 'server' AND scopes @> ARRAY['keys', 'webhooks', 'connections'] AND NOT scopes @> ARRAY['imports']`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE api_keys SET scopes = array_remove(scopes, 'imports')`);
    await runner.query('DROP TABLE import_blocks, import_rejects, imports');
  }
}
