import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What is known about a customer, what was asked for, what was decided, and what the dispatcher has to hand over. */
export class Decisions1700000100000 implements MigrationInterface {
  readonly name = 'Decisions1700000100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [
      PROFILES,
      PROJECTIONS,
      CAPS,
      JOURNEYS,
      JOURNEY_VERSIONS,
      RUNS,
      RUN_STEPS,
      NOTIFICATIONS,
      DELIVERIES,
      OUTCOMES,
      HEALTH,
      ...INDEXES,
    ]) {
      await queryRunner.query(statement);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of [
      'provider_health',
      'delivery_outcomes',
      'deliveries',
      'notifications',
      'journey_run_steps',
      'journey_runs',
      'journey_versions',
      'journeys',
      'frequency_caps',
      'profile_projections',
      'profiles',
    ]) {
      await queryRunner.query(`DROP TABLE ${table}`);
    }
  }
}

// The lock of a customer, and nothing wide: its version moves with every fact, the projection beside it hardly ever.
const PROFILES = `
  CREATE TABLE profiles (
    profile_id uuid CONSTRAINT profiles_pkey PRIMARY KEY,
    merged_into uuid,
    version integer NOT NULL DEFAULT 0,
    digest text NOT NULL DEFAULT ''
  ) WITH (fillfactor = 60, autovacuum_vacuum_scale_factor = 0.05)`;

// Three parts with three origins: profiles.updated, customer-classified, and what came back on earlier notifications.
const PROJECTIONS = `
  CREATE TABLE profile_projections (
    profile_id uuid CONSTRAINT profile_projections_pkey PRIMARY KEY,
    snapshot json,
    classification json,
    feedback json,
    updated_at timestamptz NOT NULL DEFAULT now()
  ) WITH (fillfactor = 80)`;

// Every contact of the longest window, one row per customer. Written by compare-and-set on revision, so that no two writers count from the same state.
const CAPS = `
  CREATE TABLE frequency_caps (
    profile_id uuid CONSTRAINT frequency_caps_pkey PRIMARY KEY,
    revision integer NOT NULL,
    touches json NOT NULL
  ) WITH (fillfactor = 80)`;

const JOURNEYS = `
  CREATE TABLE journeys (
    id uuid CONSTRAINT journeys_pkey PRIMARY KEY,
    name text NOT NULL,
    state text NOT NULL CONSTRAINT journeys_state CHECK (state IN ('draft', 'live', 'paused', 'archived')),
    version integer NOT NULL,
    live_version integer,
    trigger_segment_id uuid,
    trigger_on text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`;

const JOURNEY_VERSIONS = `
  CREATE TABLE journey_versions (
    journey_id uuid NOT NULL REFERENCES journeys (id),
    version integer NOT NULL,
    definition jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT journey_versions_pkey PRIMARY KEY (journey_id, version)
  )`;

// A run stays on the version that it began with; trigger_key names the one fact that started it, so a redelivery starts nothing.
const RUNS = `
  CREATE TABLE journey_runs (
    id uuid CONSTRAINT journey_runs_pkey PRIMARY KEY,
    journey_id uuid NOT NULL,
    journey_version integer NOT NULL,
    profile_id uuid NOT NULL,
    partition integer NOT NULL,
    trigger_key text NOT NULL,
    state text NOT NULL CONSTRAINT journey_runs_state CHECK (state IN ('active', 'completed', 'exited')),
    step integer NOT NULL,
    due_at timestamptz,
    cause jsonb NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz,
    CONSTRAINT journey_runs_trigger UNIQUE (journey_id, trigger_key)
  )`;

const RUN_STEPS = `
  CREATE TABLE journey_run_steps (
    run_id uuid NOT NULL,
    step integer NOT NULL,
    kind text NOT NULL,
    notification_id uuid,
    at timestamptz NOT NULL,
    CONSTRAINT journey_run_steps_pkey PRIMARY KEY (run_id, step)
  )`;

const NOTIFICATIONS = `
  CREATE TABLE notifications (
    id uuid CONSTRAINT notifications_pkey PRIMARY KEY,
    profile_id uuid NOT NULL,
    partition integer NOT NULL,
    purpose text NOT NULL,
    status text NOT NULL,
    reason text,
    request json NOT NULL,
    cause json NOT NULL,
    decision json,
    tried text[] NOT NULL DEFAULT '{}',
    delivery_id uuid,
    due_at timestamptz,
    traceparent text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  ) WITH (fillfactor = 70)`;

// The hand-over to the dispatcher. It claims a queued row whose not_before is past (status dispatching, lease, the rendered body frozen), calls the
// provider with idempotency_key, and in one transaction writes the status and one delivery_outcomes row. An expired lease is an outcome, too:
// 'ambiguous'. Only the pipeline puts a row back to 'queued' or takes it out ('cancelled').
const DELIVERIES = `
  CREATE TABLE deliveries (
    id uuid CONSTRAINT deliveries_pkey PRIMARY KEY,
    notification_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    partition integer NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    purpose text NOT NULL,
    template text,
    content json,
    locale text NOT NULL,
    label text,
    data json NOT NULL DEFAULT '{}',
    customer json NOT NULL DEFAULT '{}',
    context json NOT NULL DEFAULT '{}',
    status text NOT NULL CONSTRAINT deliveries_status
      CHECK (status IN ('queued', 'dispatching', 'sent', 'delivered', 'failed', 'bounced', 'ambiguous', 'cancelled')),
    attempt integer NOT NULL DEFAULT 1,
    not_before timestamptz NOT NULL,
    expires_at timestamptz,
    lease_until timestamptz,
    lease_owner text,
    idempotency_key text NOT NULL,
    rendered json,
    provider text,
    provider_message_id text,
    reason text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT deliveries_idempotency UNIQUE (idempotency_key)
  ) WITH (fillfactor = 70)`;

// What the provider (or the loss of a lease) said. The partition's clock reads and deletes these in order.
const OUTCOMES = `
  CREATE TABLE delivery_outcomes (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT delivery_outcomes_pkey PRIMARY KEY,
    delivery_id uuid NOT NULL,
    partition integer NOT NULL,
    status text NOT NULL CONSTRAINT delivery_outcomes_status CHECK (status IN ('sent', 'delivered', 'failed', 'bounced', 'ambiguous')),
    provider_message_id text,
    reason text,
    retryable boolean NOT NULL DEFAULT false,
    at timestamptz NOT NULL
  ) WITH (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 2000)`;

// The dispatcher's circuit breaker: a channel is not chosen before down_until.
const HEALTH = `
  CREATE TABLE provider_health (
    channel text CONSTRAINT provider_health_pkey PRIMARY KEY,
    down_until timestamptz NOT NULL,
    reason text,
    updated_at timestamptz NOT NULL
  )`;

const INDEXES = [
  `CREATE INDEX journeys_trigger ON journeys (trigger_segment_id, trigger_on) WHERE state = 'live'`,
  'CREATE INDEX journey_runs_profile ON journey_runs (profile_id, journey_id)',
  'CREATE INDEX journey_runs_due ON journey_runs (partition, due_at) WHERE due_at IS NOT NULL',
  'CREATE INDEX notifications_profile ON notifications (profile_id, id DESC)',
  'CREATE INDEX notifications_due ON notifications (partition, due_at) WHERE due_at IS NOT NULL',
  `CREATE INDEX notifications_queued ON notifications (profile_id) WHERE status = 'queued'`,
  'CREATE INDEX deliveries_notification ON deliveries (notification_id)',
  'CREATE INDEX deliveries_profile ON deliveries (profile_id)',
  `CREATE INDEX deliveries_queued ON deliveries (not_before) WHERE status = 'queued'`,
  `CREATE INDEX deliveries_leased ON deliveries (lease_until) WHERE status = 'dispatching'`,
  'CREATE INDEX delivery_outcomes_due ON delivery_outcomes (partition, id)',
];
