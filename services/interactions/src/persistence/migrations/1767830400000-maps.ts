import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the journey map and the channel report are read from. */
export class Maps1767830400000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    // `path` is JSON that nobody queries: text is the cheapest to write, in place (HOT).
    await runner.query(`
      CREATE TABLE customer_paths (
        profile_id uuid NOT NULL,
        merged_into uuid,
        path text,
        CONSTRAINT customer_paths_pkey PRIMARY KEY (profile_id)
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05)`);
    await runner.query('CREATE INDEX customer_paths_merged_into ON customer_paths (merged_into) WHERE merged_into IS NOT NULL');
    // `writer`: each partition of each topic adds to rows of its own, and readers sum over them. So a single row may well be negative (a merge takes away
    // where another partition had added); the sum over the writers never is, but for money.
    await runner.query(`
      CREATE TABLE journey_counts (
        segment_id uuid NOT NULL,
        starts_on date NOT NULL,
        n bigint NOT NULL,
        bucket smallint NOT NULL,
        writer smallint NOT NULL,
        span text COLLATE "C" NOT NULL,
        measure text COLLATE "C" NOT NULL,
        place text COLLATE "C" NOT NULL,
        next text COLLATE "C" NOT NULL,
        CONSTRAINT journey_counts_pkey PRIMARY KEY (segment_id, span, starts_on, measure, place, next, bucket, writer),
        CONSTRAINT journey_counts_span CHECK (span IN ('day', 'month'))
      ) WITH (fillfactor = 80)`);
    await runner.query(`
      CREATE TABLE channel_counts (
        starts_on date NOT NULL,
        writer smallint NOT NULL,
        span text COLLATE "C" NOT NULL,
        channel text COLLATE "C" NOT NULL,
        complexity text COLLATE "C" NOT NULL,
        sensitivity text COLLATE "C" NOT NULL,
        measure text COLLATE "C" NOT NULL,
        detail text COLLATE "C" NOT NULL,
        n numeric NOT NULL,
        CONSTRAINT channel_counts_pkey PRIMARY KEY (span, starts_on, channel, complexity, sensitivity, measure, detail, writer),
        CONSTRAINT channel_counts_span CHECK (span IN ('day', 'month'))
      ) WITH (fillfactor = 80)`);
    // One row: the price table as it was put last. None: the default one.
    await runner.query(`
      CREATE TABLE contact_prices (
        one boolean NOT NULL DEFAULT true,
        prices json NOT NULL,
        updated_at timestamptz(3) NOT NULL,
        CONSTRAINT contact_prices_pkey PRIMARY KEY (one),
        CONSTRAINT contact_prices_one CHECK (one)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of ['contact_prices', 'channel_counts', 'journey_counts', 'customer_paths']) await runner.query(`DROP TABLE ${table}`);
  }
}
