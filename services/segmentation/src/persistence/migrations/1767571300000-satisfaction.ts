import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Survey answers: one by one, for segments and exact periods, and counted by day, for everybody. */
export class Satisfaction1767571300000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE satisfaction_answers (
        interaction_id uuid NOT NULL,
        profile_id uuid NOT NULL,
        at timestamptz NOT NULL,
        metric text COLLATE "C" NOT NULL,
        score smallint NOT NULL,
        touchpoint text COLLATE "C" NOT NULL,
        channel text COLLATE "C" NOT NULL,
        handling text COLLATE "C" NOT NULL,
        CONSTRAINT satisfaction_answers_pkey PRIMARY KEY (interaction_id)
      )`);
    await runner.query('CREATE INDEX satisfaction_answers_profile ON satisfaction_answers (profile_id)');
    await runner.query('CREATE INDEX satisfaction_answers_metric_at ON satisfaction_answers (metric, at)');
    // UTC days. Counts hold nobody's data: they stay when a person is forgotten.
    await runner.query(`
      CREATE TABLE satisfaction_counts (
        metric text COLLATE "C" NOT NULL,
        day date NOT NULL,
        touchpoint text COLLATE "C" NOT NULL,
        channel text COLLATE "C" NOT NULL,
        handling text COLLATE "C" NOT NULL,
        score smallint NOT NULL,
        count bigint NOT NULL,
        CONSTRAINT satisfaction_counts_pkey PRIMARY KEY (metric, day, touchpoint, channel, handling, score)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE satisfaction_counts');
    await runner.query('DROP TABLE satisfaction_answers');
  }
}
