import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Connections1767312000000 implements MigrationInterface {
  readonly name = 'Connections1767312000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE connections (
        id uuid NOT NULL CONSTRAINT connections_pkey PRIMARY KEY,
        provider text NOT NULL,
        name text NOT NULL,
        settings jsonb NOT NULL,
        sealed bytea NOT NULL,
        fingerprint text NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        CONSTRAINT connections_place_key UNIQUE (provider, name)
      )`);
    await runner.query('CREATE INDEX connections_created_at ON connections (created_at, id)');
    // a key that may administer everything goes on doing so
    await runner.query(`
      UPDATE api_keys SET scopes = array_append(scopes, 'connections')
      WHERE kind = 'server' AND scopes @> ARRAY['keys', 'webhooks'] AND NOT scopes @> ARRAY['connections']`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE api_keys SET scopes = array_remove(scopes, 'connections')`);
    await runner.query('DROP TABLE connections');
  }
}
