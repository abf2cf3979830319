import type { MigrationInterface, QueryRunner } from 'typeorm';

export class ApiKeys1700000000000 implements MigrationInterface {
  readonly name = 'ApiKeys1700000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE api_keys (
        id uuid NOT NULL CONSTRAINT api_keys_pkey PRIMARY KEY,
        kind text NOT NULL CONSTRAINT api_keys_kind_check CHECK (kind IN ('write', 'server')),
        name text NOT NULL,
        source text NOT NULL,
        scopes text[] NOT NULL,
        prefix text NOT NULL,
        hash text NOT NULL CONSTRAINT api_keys_hash_key UNIQUE,
        created_at timestamptz NOT NULL,
        revoked_at timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE api_keys');
  }
}
