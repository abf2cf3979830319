import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Facts about who is part of whom travel in several partitions: the newest one counts, and what is told late may be another's. */
export class Unmerges1768000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE customers ADD COLUMN standing_version integer NOT NULL DEFAULT 0, ADD COLUMN is_parted boolean NOT NULL DEFAULT false`);
    await runner.query('UPDATE customers SET standing_version = version WHERE merged_into IS NOT NULL');
    // Of which profile it was told, when that is not the one that has it.
    await runner.query('ALTER TABLE behaviours ADD COLUMN told_of uuid');
    // Lists of interactions: too long for a row that every interaction of its customer reads.
    await runner.query(`
      CREATE TABLE partings (
        profile_id uuid NOT NULL,
        partings json NOT NULL,
        CONSTRAINT partings_pkey PRIMARY KEY (profile_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE partings');
    await runner.query('ALTER TABLE behaviours DROP COLUMN told_of');
    await runner.query('ALTER TABLE customers DROP COLUMN is_parted, DROP COLUMN standing_version');
  }
}
