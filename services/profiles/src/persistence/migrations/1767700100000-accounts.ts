import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Companies: what is known about them, who belongs to them, and which e-mail domains are theirs. */
export class Accounts1767700100000 implements MigrationInterface {
  readonly name = 'Accounts1767700100000';

  async up(queryRunner: QueryRunner): Promise<void> {
    for (const statement of [ACCOUNTS, TRAITS, MEMBERS, MEMBERS_OF_PROFILE, DOMAINS]) await queryRunner.query(statement);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['company_domains', 'account_members', 'account_traits', 'accounts'])
      await queryRunner.query(`DROP TABLE ${table}`);
  }
}

const ACCOUNTS = `
  CREATE TABLE accounts (
    account_id text COLLATE "C" CONSTRAINT accounts_pkey PRIMARY KEY,
    first_seen_at timestamptz NOT NULL
  )`;
const TRAITS = `
  CREATE TABLE account_traits (
    account_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    value text COLLATE "C" NOT NULL,
    source text COLLATE "C" NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT account_traits_pkey PRIMARY KEY (account_id, name)
  )`;
const MEMBERS = `
  CREATE TABLE account_members (
    account_id text COLLATE "C" NOT NULL,
    profile_id uuid NOT NULL,
    role text,
    since timestamptz NOT NULL,
    CONSTRAINT account_members_pkey PRIMARY KEY (account_id, profile_id)
  )`;
const MEMBERS_OF_PROFILE = 'CREATE INDEX account_members_profile_id ON account_members (profile_id)';
const DOMAINS = `
  CREATE TABLE company_domains (
    domain text COLLATE "C" CONSTRAINT company_domains_pkey PRIMARY KEY,
    account_id text NOT NULL,
    updated_at timestamptz NOT NULL
  )`;
