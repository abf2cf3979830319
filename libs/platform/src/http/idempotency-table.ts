import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Add it to a service's migrations when it has `@Idempotent()` handlers. */
export class IdempotencyTable implements MigrationInterface {
  readonly name = 'IdempotencyTable1700000000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE idempotency_keys (
        scope text NOT NULL,
        key text NOT NULL,
        fingerprint bytea NOT NULL,
        operation_id uuid NOT NULL,
        status smallint,
        answer text,
        lease_until timestamptz NOT NULL,
        expires_at timestamptz NOT NULL,
        CONSTRAINT idempotency_keys_pk PRIMARY KEY (scope, key)
      )`);
    await runner.query(`CREATE INDEX idempotency_keys_expires_at ON idempotency_keys (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE idempotency_keys`);
  }
}
