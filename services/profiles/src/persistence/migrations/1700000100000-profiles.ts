import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Profiles, whose identifiers lead to them, what was merged, and consent as evidence. */
export class Profiles1700000100000 implements MigrationInterface {
  readonly name = 'Profiles1700000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [PROFILES, IDENTIFIERS, MERGES, MERGES_BY_SURVIVOR, CONSENTS, CONSENTS_BY_PROFILE, TRAITS])
      await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['searchable_traits', 'consent_evidence', 'merges', 'identifiers', 'profiles'])
      await queryRunner.query(`DROP TABLE ${table}`);
  }
}

// Every event updates its row: no index but the key and room on the page keep the updates HOT; json is written as it is, nothing queries
// inside it; a state of a few kilobytes stays in the row, uncompressed. A merged row keeps its last own state, from which a merge can be undone.
const PROFILES = `
  CREATE TABLE profiles (
    profile_id uuid CONSTRAINT profiles_pkey PRIMARY KEY,
    version integer NOT NULL CONSTRAINT profiles_version_positive CHECK (version > 0),
    state json NOT NULL,
    merged_into uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  ) WITH (fillfactor = 70, toast_tuple_target = 4080, autovacuum_vacuum_scale_factor = 0.05)`;

// The unique key decides who a stranger is when two partitions meet him at once. Byte order: quicker than a language's, and the same everywhere.
const IDENTIFIERS = `
  CREATE TABLE identifiers (
    type text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    profile_id uuid NOT NULL,
    interaction_id uuid NOT NULL,
    linked_at timestamptz NOT NULL,
    CONSTRAINT identifiers_pkey PRIMARY KEY (type, value)
  )`;

const MERGES = `
  CREATE TABLE merges (
    merged_id uuid NOT NULL,
    survivor_id uuid NOT NULL,
    interaction_id uuid NOT NULL,
    reason text NOT NULL,
    identifiers json NOT NULL,
    at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT merges_pkey PRIMARY KEY (merged_id, interaction_id)
  )`;
const MERGES_BY_SURVIVOR = 'CREATE INDEX merges_survivor_id ON merges (survivor_id)';

const CONSENTS = `
  CREATE TABLE consent_evidence (
    interaction_id uuid CONSTRAINT consent_evidence_pkey PRIMARY KEY,
    profile_id uuid NOT NULL,
    purpose text NOT NULL,
    channel text NOT NULL,
    state text NOT NULL CONSTRAINT consent_evidence_state CHECK (state IN ('granted', 'withdrawn')),
    at timestamptz NOT NULL,
    source text NOT NULL,
    wording text,
    recorded_at timestamptz NOT NULL
  )`;
const CONSENTS_BY_PROFILE = 'CREATE INDEX consent_evidence_profile_id ON consent_evidence (profile_id, at)';

// Finding by a trait must not cost the hot row an index: a trait's row is written only when its value changes.
const TRAITS = `
  CREATE TABLE searchable_traits (
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    profile_id uuid NOT NULL,
    CONSTRAINT searchable_traits_pkey PRIMARY KEY (name, value, profile_id)
  )`;
