import { CASE_PRIORITIES } from '@rapport/contracts';
import { type BatchContext, lockProfiles, type Sql, textArray } from '@rapport/platform';
import type { Case, CaseEntry } from '../domain/cases/case.js';
import type { Promised } from '../domain/cases/promise.js';
import type { CaseChanges, CaseQuestion, CaseStore, LoadedCases } from '../pipeline/case-store.js';

// Customers are locked before, so whoever wants these rows for the same customer waits there; the order is for cases that somebody else names.
const LOAD = `
  SELECT state FROM cases WHERE id IN (
    SELECT id FROM cases WHERE profile_id = ANY($1::uuid[]) AND status IN ('open', 'resolved')
    UNION SELECT id FROM cases WHERE profile_id = ANY($2::uuid[])
    UNION SELECT id FROM cases WHERE id = ANY($3::uuid[])
    UNION SELECT id FROM cases WHERE profile_id = ANY($1::uuid[]) AND reference = ANY($4::text[])
  ) ORDER BY id FOR UPDATE`;

const LOAD_PROMISES = `
  SELECT id, profile_id, reference, case_id, made_at, due_at, gist, agent_id, state, settled_at
  FROM promises WHERE profile_id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`;

const SAVE = `
  INSERT INTO cases (id, profile_id, partition, version, status, priority, assignee_id, reference, subject, last_at, due_at, state)
  SELECT id, profile_id, $1, version, status, priority, assignee_id, reference, subject, last_at, due_at, state::json
  FROM unnest($2::uuid[], $3::uuid[], $4::integer[], $5::text[], $6::smallint[], $7::text[], $8::text[], $9::text[], $10::timestamptz[],
    $11::timestamptz[], $12::text[])
    AS new (id, profile_id, version, status, priority, assignee_id, reference, subject, last_at, due_at, state)
  ON CONFLICT ON CONSTRAINT cases_pkey DO UPDATE SET
    profile_id = excluded.profile_id, partition = excluded.partition, version = excluded.version, status = excluded.status,
    priority = excluded.priority, assignee_id = excluded.assignee_id, reference = excluded.reference, last_at = excluded.last_at,
    due_at = excluded.due_at, state = excluded.state`;

const ENTER = `
  INSERT INTO case_interactions (case_id, interaction_id, at, event, channel, direction, agent_id, gist, joined_by, doubt, reason, switch_kind,
    switch_from, switch_reason)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::real[], $11::text[], $12::text[], $13::text[], $14::text[])
  ON CONFLICT DO NOTHING`;

const SAVE_PROMISES = `
  INSERT INTO promises (id, profile_id, reference, case_id, made_at, due_at, gist, agent_id, state, settled_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[])
  ON CONFLICT ON CONSTRAINT promises_pkey DO UPDATE SET profile_id = excluded.profile_id, state = excluded.state, settled_at = excluded.settled_at`;

const MERGE_CASES = `
  UPDATE case_interactions SET case_id = merged.into_id FROM unnest($1::uuid[], $2::uuid[]) AS merged (from_id, into_id)
  WHERE case_interactions.case_id = merged.from_id`;

const MERGE_CUSTOMERS = `
  UPDATE case_customers SET merged_into = merged.into_id FROM unnest($1::uuid[], $2::uuid[]) AS merged (from_id, into_id)
  WHERE case_customers.profile_id = merged.from_id`;

const ERASE = `
  WITH gone AS (DELETE FROM cases WHERE profile_id = ANY($1::uuid[]) RETURNING id),
    said AS (DELETE FROM case_interactions WHERE case_id IN (SELECT id FROM gone)),
    promised AS (DELETE FROM promises WHERE profile_id = ANY($1::uuid[]))
  DELETE FROM case_customers WHERE profile_id = ANY($1::uuid[]) OR merged_into = ANY($1::uuid[])`;

const DUE = `
  SELECT id AS "caseId", profile_id AS "profileId" FROM cases
  WHERE partition = $1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const rankOf = (priority: Case['priority']): number => CASE_PRIORITIES.indexOf(priority);

export class PostgresCaseStore implements CaseStore {
  async load(sql: Sql, { profileIds, mergedAway, stated, promises }: CaseQuestion): Promise<LoadedCases> {
    const { survivors } = await lockProfiles<object>(sql, 'case_customers', [], profileIds);
    const owners = [...new Set(survivors.values())].sort();
    const ids = stated.filter((id) => UUID.test(id));
    const rows = await sql.query<{ state: Case }>('cases-load', LOAD, [owners, mergedAway, ids, stated]);
    return {
      survivors,
      cases: rows.map(({ state }) => state),
      promises: promises ? (await sql.query<PromiseRow>('promises-load', LOAD_PROMISES, [owners])).map(promisedOf) : [],
    };
  }

  async save(sql: Sql, changes: CaseChanges, { partition }: BatchContext): Promise<void> {
    const { cases, entries, promises, mergedCases, mergedCustomers, erased } = changes;
    if (cases.length > 0) await this.saveCases(sql, partition, [...cases].sort(byId));
    if (entries.length > 0) await this.enter(sql, entries);
    if (mergedCases.size > 0) await sql.query('cases-merge', MERGE_CASES, [[...mergedCases.keys()], [...mergedCases.values()]]);
    if (promises.length > 0) await this.savePromises(sql, [...promises].sort(byId));
    if (mergedCustomers.size > 0)
      await sql.query('case-customers-merge', MERGE_CUSTOMERS, [[...mergedCustomers.keys()], [...mergedCustomers.values()]]);
    if (erased.length > 0) await sql.query('cases-erase', ERASE, [erased]);
  }

  async due(sql: Sql, { partition, now }: BatchContext, limit: number): Promise<{ caseId: string; profileId: string }[]> {
    return sql.query('cases-due', DUE, [partition, now, limit]);
  }

  async setAside(sql: Sql, caseId: string): Promise<void> {
    await sql.query('case-set-aside', 'UPDATE cases SET due_at = NULL WHERE id = $1', [caseId]);
  }

  private async saveCases(sql: Sql, partition: number, cases: readonly Case[]): Promise<void> {
    const column = <T>(read: (one: Case) => T): T[] => cases.map(read);
    await sql.query('cases-save', SAVE, [
      partition,
      column((one) => one.id),
      column((one) => one.profileId),
      column((one) => one.version),
      column((one) => one.status),
      column((one) => rankOf(one.priority)),
      column((one) => one.assigneeId),
      column((one) => one.reference),
      column((one) => one.subject),
      column((one) => one.lastAt),
      column((one) => one.dueAt),
      textArray(column((one) => JSON.stringify(one))),
    ]);
  }

  private async enter(sql: Sql, entries: readonly CaseEntry[]): Promise<void> {
    const column = <T>(read: (entry: CaseEntry) => T): T[] => entries.map(read);
    await sql.query('case-interactions-enter', ENTER, [
      column((entry) => entry.caseId),
      column(({ heard }) => heard.id),
      column(({ heard }) => heard.at),
      column(({ heard }) => heard.event),
      column(({ heard }) => heard.channel),
      column(({ heard }) => heard.direction),
      column(({ heard }) => heard.agentId ?? null),
      column(({ heard }) => heard.gist ?? null),
      column((entry) => entry.joinedBy),
      column((entry) => entry.doubt),
      column((entry) => entry.reason),
      column((entry) => entry.change?.kind ?? null),
      column((entry) => entry.change?.from ?? null),
      column((entry) => entry.change?.reason ?? null),
    ]);
  }

  private async savePromises(sql: Sql, promises: readonly Promised[]): Promise<void> {
    const column = <T>(read: (one: Promised) => T): T[] => promises.map(read);
    await sql.query('promises-save', SAVE_PROMISES, [
      column((one) => one.id),
      column((one) => one.profileId),
      column((one) => one.reference),
      column((one) => one.caseId),
      column((one) => one.madeAt),
      column((one) => one.dueAt),
      column((one) => one.gist),
      column((one) => one.agentId),
      column((one) => one.state),
      column((one) => one.settledAt),
    ]);
  }
}

const byId = (a: { readonly id: string }, b: { readonly id: string }): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

export interface PromiseRow {
  id: string;
  profile_id: string;
  reference: string | null;
  case_id: string | null;
  made_at: Date;
  due_at: Date | null;
  gist: string | null;
  agent_id: string | null;
  state: Promised['state'];
  settled_at: Date | null;
}

export const promisedOf = (row: PromiseRow): Promised => ({
  id: row.id,
  profileId: row.profile_id,
  reference: row.reference,
  caseId: row.case_id,
  madeAt: row.made_at.toISOString(),
  dueAt: row.due_at?.toISOString() ?? null,
  gist: row.gist,
  agentId: row.agent_id,
  state: row.state,
  settledAt: row.settled_at?.toISOString() ?? null,
});
