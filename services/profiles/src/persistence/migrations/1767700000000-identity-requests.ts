import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What people decide about who is who, merges that wait for them, and merges that were undone. */
export class IdentityRequests1767700000000 implements MigrationInterface {
  readonly name = 'IdentityRequests1767700000000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [
      'ALTER TABLE merges ADD COLUMN unmerged_at timestamptz',
      REQUESTS,
      REQUESTS_DUE,
      REQUESTS_READING,
      REVIEWS,
      REVIEWS_OPEN,
      REVIEWS_OF_IDENTIFIER,
    ])
      await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE merge_reviews');
    await queryRunner.query('DROP TABLE identity_requests');
    await queryRunner.query('ALTER TABLE merges DROP COLUMN unmerged_at');
  }
}

// `reading`: the recorded interactions are to be fetched; `due`: the clock of the partition decides it; `done`: the outcome stands.
const REQUESTS = `
  CREATE TABLE identity_requests (
    request_id uuid CONSTRAINT identity_requests_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT identity_requests_kind CHECK (kind IN ('merge', 'separate', 'unmerge')),
    reason text NOT NULL,
    profile_id uuid NOT NULL,
    other_id uuid NOT NULL,
    partition integer NOT NULL,
    state text NOT NULL CONSTRAINT identity_requests_state CHECK (state IN ('reading', 'due', 'done')),
    attempts integer NOT NULL DEFAULT 0,
    next_at timestamptz NOT NULL,
    interactions json,
    outcome json,
    requested_at timestamptz NOT NULL,
    decided_at timestamptz
  )`;
const REQUESTS_DUE = `CREATE INDEX identity_requests_due ON identity_requests (partition, requested_at) WHERE state = 'due'`;
const REQUESTS_READING = `CREATE INDEX identity_requests_reading ON identity_requests (next_at) WHERE state = 'reading'`;

const REVIEWS = `
  CREATE TABLE merge_reviews (
    review_id uuid CONSTRAINT merge_reviews_pkey PRIMARY KEY,
    profile_id uuid NOT NULL,
    other_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    obstacle text NOT NULL,
    interaction_id uuid NOT NULL,
    times integer NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    state text NOT NULL CONSTRAINT merge_reviews_state CHECK (state IN ('open', 'approved', 'rejected')),
    request_id uuid,
    decided_at timestamptz
  )`;
const REVIEWS_OPEN = 'CREATE INDEX merge_reviews_state_id ON merge_reviews (state, review_id)';
const REVIEWS_OF_IDENTIFIER = 'CREATE INDEX merge_reviews_identifier ON merge_reviews (type, value)';
