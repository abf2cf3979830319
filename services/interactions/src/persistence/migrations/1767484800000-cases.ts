import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Needs that are followed across channels (docs/adr: cases hold profile ids). */
export class Cases1767484800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE case_customers (
        profile_id uuid NOT NULL,
        merged_into uuid,
        CONSTRAINT case_customers_pkey PRIMARY KEY (profile_id)
      )`);
    // The state is what the domain reads and writes; the columns beside it are what is asked for.
    await queryRunner.query(`
      CREATE TABLE cases (
        id uuid NOT NULL,
        profile_id uuid NOT NULL,
        partition integer NOT NULL,
        version integer NOT NULL,
        status text COLLATE "C" NOT NULL,
        priority smallint NOT NULL,
        assignee_id text COLLATE "C",
        reference text COLLATE "C",
        subject text COLLATE "C" NOT NULL,
        last_at timestamptz(3) NOT NULL,
        due_at timestamptz(3),
        state json NOT NULL,
        CONSTRAINT cases_pkey PRIMARY KEY (id)
      ) WITH (fillfactor = 80)`);
    await queryRunner.query('CREATE INDEX cases_profile ON cases (profile_id, status)');
    await queryRunner.query('CREATE INDEX cases_subject ON cases (subject)');
    await queryRunner.query('CREATE INDEX cases_work ON cases (status, priority DESC, id)');
    await queryRunner.query('CREATE INDEX cases_assignee ON cases (assignee_id, status, priority DESC, id) WHERE assignee_id IS NOT NULL');
    await queryRunner.query('CREATE INDEX cases_due ON cases (partition, due_at, id) WHERE due_at IS NOT NULL');
    await queryRunner.query(`
      CREATE TABLE case_interactions (
        case_id uuid NOT NULL,
        interaction_id uuid NOT NULL,
        at timestamptz(3) NOT NULL,
        event text NOT NULL,
        channel text NOT NULL,
        direction text NOT NULL,
        agent_id text,
        gist text,
        joined_by text NOT NULL,
        doubt real NOT NULL,
        reason text NOT NULL,
        switch_kind text,
        switch_from text,
        switch_reason text,
        CONSTRAINT case_interactions_pkey PRIMARY KEY (case_id, interaction_id)
      )`);
    await queryRunner.query(`
      CREATE TABLE promises (
        id uuid NOT NULL,
        profile_id uuid NOT NULL,
        reference text COLLATE "C",
        case_id uuid,
        made_at timestamptz(3) NOT NULL,
        due_at timestamptz(3),
        gist text,
        agent_id text,
        state text NOT NULL,
        settled_at timestamptz(3),
        CONSTRAINT promises_pkey PRIMARY KEY (id)
      )`);
    await queryRunner.query('CREATE INDEX promises_profile ON promises (profile_id, made_at DESC)');
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['promises', 'case_interactions', 'cases', 'case_customers']) await queryRunner.query(`DROP TABLE ${table}`);
  }
}
