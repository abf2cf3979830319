import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the delivering half keeps: templates, tasks for people, inboxes, webhook endpoints. */
export class Delivering1700000200000 implements MigrationInterface {
  readonly name = 'Delivering1700000200000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [TEMPLATES, TASKS, INBOX_POSITIONS, INBOX, WEBHOOKS, ...INDEXES]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP INDEX deliveries_queued_channel');
    for (const table of ['webhook_endpoints', 'inbox_messages', 'inbox_positions', 'tasks', 'templates'])
      await queryRunner.query(`DROP TABLE ${table}`);
  }
}

// Versions are only ever added: what was sent can always be explained.
const TEMPLATES = `
  CREATE TABLE templates (
    name text NOT NULL,
    version integer NOT NULL,
    purpose text NOT NULL,
    default_locale text NOT NULL,
    locales json NOT NULL,
    created_at timestamptz NOT NULL,
    CONSTRAINT templates_pkey PRIMARY KEY (name, version)
  )`;

const TASKS = `
  CREATE TABLE tasks (
    id uuid CONSTRAINT tasks_pkey PRIMARY KEY,
    delivery_id uuid NOT NULL CONSTRAINT tasks_delivery UNIQUE,
    notification_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    channel text NOT NULL,
    address text NOT NULL,
    purpose text NOT NULL,
    title text,
    script text NOT NULL,
    locale text NOT NULL,
    status text NOT NULL CONSTRAINT tasks_status CHECK (status IN ('open', 'claimed', 'completed', 'expired')),
    escalation integer NOT NULL DEFAULT 0,
    escalate_at timestamptz,
    agent_id text,
    claimed_at timestamptz,
    claim_until timestamptz,
    expires_at timestamptz,
    outcome text,
    notes text,
    completed_at timestamptz,
    created_at timestamptz NOT NULL
  )`;

// The last number given out in a customer's inbox. Its row lock lasts until the message is committed: numbers become visible in their order.
const INBOX_POSITIONS = `
  CREATE TABLE inbox_positions (
    profile_id uuid CONSTRAINT inbox_positions_pkey PRIMARY KEY,
    last_sequence bigint NOT NULL
  ) WITH (fillfactor = 70)`;

const INBOX = `
  CREATE TABLE inbox_messages (
    id uuid CONSTRAINT inbox_messages_pkey PRIMARY KEY,
    delivery_id uuid NOT NULL CONSTRAINT inbox_messages_delivery UNIQUE,
    notification_id uuid NOT NULL,
    profile_id uuid NOT NULL,
    sequence bigint NOT NULL,
    address text NOT NULL,
    purpose text NOT NULL,
    locale text NOT NULL,
    title text NOT NULL,
    text text NOT NULL,
    url text,
    created_at timestamptz NOT NULL,
    read_at timestamptz,
    CONSTRAINT inbox_messages_sequence UNIQUE (profile_id, sequence)
  )`;

const WEBHOOKS = `
  CREATE TABLE webhook_endpoints (
    id uuid CONSTRAINT webhook_endpoints_pkey PRIMARY KEY,
    url text NOT NULL,
    description text NOT NULL DEFAULT '',
    secret text NOT NULL,
    previous_secret text,
    previous_secret_until timestamptz,
    enabled boolean NOT NULL DEFAULT true,
    disabled_reason text,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
  )`;

const INDEXES = [
  // Each channel claims its own rows: the backlog of one that is down is not in the way of the others.
  `CREATE INDEX deliveries_queued_channel ON deliveries (channel, not_before, id) WHERE status = 'queued'`,
  'CREATE INDEX tasks_waiting ON tasks (status, escalation DESC, id)',
  'CREATE INDEX tasks_profile ON tasks (profile_id, id)',
  `CREATE INDEX tasks_due ON tasks (LEAST(expires_at, escalate_at, claim_until)) WHERE status IN ('open', 'claimed')`,
  'CREATE INDEX inbox_messages_unread ON inbox_messages (profile_id) WHERE read_at IS NULL',
];
