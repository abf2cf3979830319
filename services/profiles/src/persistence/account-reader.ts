import { Inject, Injectable } from '@nestjs/common';
import type { TraitValue } from '@rapport/contracts';
import { PG_POOL, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import type { Account, AccountMember, AccountQueries } from '../pipeline/account-queries.js';

const ACCOUNT = `
  SELECT a.account_id AS id, a.first_seen_at AS "firstSeenAt",
    (SELECT count(*)::integer FROM account_members m WHERE m.account_id = a.account_id) AS members,
    (SELECT coalesce(json_agg(domain ORDER BY domain), '[]') FROM company_domains d WHERE d.account_id = a.account_id) AS domains,
    (SELECT coalesce(json_object_agg(name, json_build_object('value', value::json, 'source', source, 'at', at)), '{}')
     FROM account_traits t WHERE t.account_id = a.account_id) AS traits
  FROM accounts a`;
const MEMBERS = `
  SELECT profile_id AS "profileId", role, since FROM account_members
  WHERE account_id = $1 AND ($2::uuid IS NULL OR profile_id > $2) ORDER BY profile_id LIMIT $3`;
const ASSIGN = `
  INSERT INTO company_domains (domain, account_id, updated_at) VALUES ($1, $2, now())
  ON CONFLICT ON CONSTRAINT company_domains_pkey DO UPDATE SET account_id = excluded.account_id, updated_at = excluded.updated_at`;

type AccountRow = Omit<Account, 'firstSeenAt'> & { readonly firstSeenAt: Date };

@Injectable()
export class AccountReader implements AccountQueries {
  private readonly sql: Sql;

  constructor(@Inject(PG_POOL) pool: pg.Pool) {
    this.sql = sqlOf(pool);
  }

  async list(after: string | undefined, limit: number): Promise<Account[]> {
    const text = `${ACCOUNT} WHERE ($1::text IS NULL OR a.account_id > $1) ORDER BY a.account_id LIMIT $2`;
    return (await this.sql.query<AccountRow>('accounts-list', text, [after ?? null, limit])).map(accountOf);
  }

  async find(id: string): Promise<Account | undefined> {
    const [row] = await this.sql.query<AccountRow>('accounts-find', `${ACCOUNT} WHERE a.account_id = $1`, [id]);
    return row && accountOf(row);
  }

  async members(id: string, after: string | undefined, limit: number): Promise<AccountMember[]> {
    const rows = await this.sql.query<Omit<AccountMember, 'since'> & { since: Date }>('accounts-members', MEMBERS, [
      id,
      after ?? null,
      limit,
    ]);
    return rows.map(({ since, ...row }) => ({ ...row, since: since.toISOString() }));
  }

  async assignDomain(domain: string, accountId: string | undefined): Promise<void> {
    if (accountId === undefined) await this.sql.query('company-domains-drop', 'DELETE FROM company_domains WHERE domain = $1', [domain]);
    else await this.sql.query('company-domains-assign', ASSIGN, [domain, accountId]);
  }
}

const accountOf = ({ firstSeenAt, traits, ...row }: AccountRow): Account => ({
  ...row,
  firstSeenAt: firstSeenAt.toISOString(),
  traits: Object.fromEntries(
    Object.entries(traits).map(([name, trait]): [string, TraitValue] => [name, { ...trait, at: new Date(trait.at).toISOString() }]),
  ),
});
