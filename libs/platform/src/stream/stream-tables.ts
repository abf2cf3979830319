import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The kernel's two tables, in every service's own schema. */
export class StreamTables implements MigrationInterface {
  readonly name = 'StreamTables1700000000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE stream_positions (
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        next_offset bigint NOT NULL DEFAULT 0,
        sequence bigint NOT NULL DEFAULT 0,
        origins jsonb NOT NULL DEFAULT '{}',
        updated_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT stream_positions_pkey PRIMARY KEY (consumer, topic, partition)
      ) WITH (fillfactor = 50)`);
    await queryRunner.query(`
      CREATE TABLE stream_outbox (
        id bigint GENERATED ALWAYS AS IDENTITY,
        consumer text NOT NULL,
        topic text NOT NULL,
        partition integer NOT NULL,
        records bytea NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT stream_outbox_pkey PRIMARY KEY (id)
      )`);
    // JSON in rows that live for milliseconds: not worth the processor's time to compress.
    await queryRunner.query('ALTER TABLE stream_outbox ALTER COLUMN records SET STORAGE EXTERNAL');
    // The table is empty most of the time and written all the time: clean it early, or dead rows make every look slow.
    await queryRunner.query('ALTER TABLE stream_outbox SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)');
    await queryRunner.query('CREATE INDEX stream_outbox_source ON stream_outbox (consumer, topic, partition, id)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE stream_outbox');
    await queryRunner.query('DROP TABLE stream_positions');
  }
}
