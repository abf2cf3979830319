import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Segmentation1700000200000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // One row, written at every change of a definition: its lock puts definition writers in a row.
    await runner.query(`
      CREATE TABLE rulebook (
        one boolean NOT NULL DEFAULT true,
        epoch integer NOT NULL,
        CONSTRAINT rulebook_pkey PRIMARY KEY (one),
        CONSTRAINT rulebook_one CHECK (one)
      )`);
    await runner.query(`INSERT INTO rulebook (epoch) VALUES (1)`);
    await runner.query(`
      CREATE TABLE segments (
        segment_id uuid NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        version integer NOT NULL,
        epoch integer NOT NULL,
        rule json NOT NULL,
        "references" json NOT NULL,
        created_at timestamptz NOT NULL,
        updated_at timestamptz NOT NULL,
        archived_at timestamptz,
        CONSTRAINT segments_pkey PRIMARY KEY (segment_id)
      )`);
    await runner.query(`CREATE UNIQUE INDEX segments_name ON segments (name) WHERE archived_at IS NULL`);
    await runner.query(`
      CREATE TABLE segment_versions (
        segment_id uuid NOT NULL,
        version integer NOT NULL,
        name text NOT NULL,
        description text NOT NULL,
        rule json NOT NULL,
        created_at timestamptz NOT NULL,
        CONSTRAINT segment_versions_pkey PRIMARY KEY (segment_id, version),
        CONSTRAINT segment_versions_segment_fkey FOREIGN KEY (segment_id) REFERENCES segments (segment_id)
      )`);
    // Partitions in which customers may still stand at an older epoch; without a row the segment is live.
    await runner.query(`
      CREATE TABLE backfills (
        segment_id uuid NOT NULL,
        partition integer NOT NULL,
        epoch integer NOT NULL,
        CONSTRAINT backfills_pkey PRIMARY KEY (segment_id, partition),
        CONSTRAINT backfills_segment_fkey FOREIGN KEY (segment_id) REFERENCES segments (segment_id)
      )`);
    // snapshot and state are JSON that nobody queries: text is the cheapest to write. Every interaction updates a row, in place (HOT): no index names
    // a column that an interaction changes.
    await runner.query(`
      CREATE TABLE customers (
        profile_id uuid NOT NULL,
        merged_into uuid,
        partition integer,
        version integer NOT NULL DEFAULT 0,
        epoch integer,
        snapshot text,
        state text,
        CONSTRAINT customers_pkey PRIMARY KEY (profile_id)
      ) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05)`);
    await runner.query(`CREATE INDEX customers_epoch ON customers (partition, epoch)`);
    await runner.query(`CREATE INDEX customers_merged_into ON customers (merged_into) WHERE merged_into IS NOT NULL`);
    await runner.query(`
      CREATE TABLE due_customers (
        profile_id uuid NOT NULL,
        partition integer NOT NULL,
        due_at timestamptz NOT NULL,
        CONSTRAINT due_customers_pkey PRIMARY KEY (profile_id)
      )`);
    await runner.query(`CREATE INDEX due_customers_due ON due_customers (partition, due_at)`);
    await runner.query(`
      CREATE TABLE memberships (
        segment_id uuid NOT NULL,
        profile_id uuid NOT NULL,
        sequence integer NOT NULL,
        since timestamptz NOT NULL,
        CONSTRAINT memberships_pkey PRIMARY KEY (segment_id, profile_id)
      )`);
    await runner.query(`CREATE INDEX memberships_profile ON memberships (profile_id)`);
    // The history that rules can ask, append-only. Windows may reach back for ever ("ever", "between"), so nothing is dropped by time; the key leads
    // with the customer, by whom it is read and could be distributed.
    await runner.query(`
      CREATE TABLE behaviours (
        profile_id uuid NOT NULL,
        at timestamptz NOT NULL,
        interaction_id uuid NOT NULL,
        event text NOT NULL,
        body text NOT NULL,
        CONSTRAINT behaviours_pkey PRIMARY KEY (profile_id, at, interaction_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [
      'behaviours',
      'memberships',
      'due_customers',
      'customers',
      'backfills',
      'segment_versions',
      'segments',
      'rulebook',
    ])
      await runner.query(`DROP TABLE ${table}`);
  }
}
