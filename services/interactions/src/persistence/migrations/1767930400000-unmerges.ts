import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Facts about who is part of whom travel in several partitions: the newest one counts, so its version is kept. */
export class Unmerges1767930400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const table of ['customer_paths', 'case_customers'])
      await runner.query(`ALTER TABLE ${table} ADD COLUMN standing_version integer NOT NULL DEFAULT 0`);
    await runner.query('ALTER TABLE case_customers ADD COLUMN partings json');
    await runner.query('ALTER TABLE case_interactions ADD COLUMN told_of uuid');
    // whether other profiles are part of this one: only then are their rows looked for
    await runner.query('ALTER TABLE customer_paths ADD COLUMN has_parts boolean NOT NULL DEFAULT false');
    await runner.query('UPDATE customer_paths SET has_parts = true WHERE profile_id IN (SELECT merged_into FROM customer_paths)');
    await runner.query('CREATE INDEX case_customers_merged_into ON case_customers (merged_into) WHERE merged_into IS NOT NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX case_customers_merged_into');
    await runner.query('ALTER TABLE customer_paths DROP COLUMN has_parts');
    await runner.query('ALTER TABLE case_interactions DROP COLUMN told_of');
    await runner.query('ALTER TABLE case_customers DROP COLUMN partings');
    for (const table of ['customer_paths', 'case_customers']) await runner.query(`ALTER TABLE ${table} DROP COLUMN standing_version`);
  }
}
