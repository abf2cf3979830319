import { CASE_PRIORITIES, type Interaction } from '@rapport/contracts';
import { heirsOf, type Parting } from '@rapport/identifiers';
import { type BatchContext, lockProfiles, type Sql, textArray } from '@rapport/platform';
import type { Case, CaseEntry } from '../domain/cases/case.js';
import type { KnownEntry } from '../domain/cases/case-members.js';
import type { Promised } from '../domain/cases/promise.js';
import type { CaseChanges, CaseQuestion, CaseStore, LoadedCases, SpokenBy } from '../pipeline/case-store.js';

// Customers are locked before, so whoever wants these rows for the same customer waits there; the order is for cases that somebody else names. What is named
// leads on to the case that it is part of, though that be closed.
const LOAD = `
  SELECT state FROM cases WHERE id IN (
    SELECT id FROM cases WHERE profile_id = ANY($1::uuid[]) AND status IN ('open', 'resolved')
    UNION SELECT id FROM cases WHERE profile_id = ANY($2::uuid[])
    UNION (
      WITH RECURSIVE named AS (
        SELECT id, state->>'mergedInto' AS into_id FROM cases WHERE id = ANY($3::uuid[])
        UNION SELECT id, state->>'mergedInto' FROM cases WHERE profile_id = ANY($1::uuid[]) AND reference = ANY($4::text[])
        UNION SELECT c.id, c.state->>'mergedInto' FROM named JOIN cases c ON c.id = named.into_id::uuid
      ) SELECT id FROM named
    )
  ) ORDER BY id FOR UPDATE`;

// Two customers may state one id that nobody has yet: the second one has to see that the first one took it.
const LOCK_NAMES = `SELECT pg_advisory_xact_lock(hashtextextended('interactions.case ' || id, 0)) FROM unnest($1::text[]) AS id`;

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
    switch_from, switch_reason, told_of)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[],
    $10::real[], $11::text[], $12::text[], $13::text[], $14::text[], $15::uuid[])
  ON CONFLICT DO NOTHING`;

const SAVE_PROMISES = `
  INSERT INTO promises (id, profile_id, reference, case_id, made_at, due_at, gist, agent_id, state, settled_at)
  SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::uuid[], $5::timestamptz[], $6::timestamptz[], $7::text[], $8::text[], $9::text[],
    $10::timestamptz[])
  ON CONFLICT ON CONSTRAINT promises_pkey DO UPDATE SET profile_id = excluded.profile_id, state = excluded.state, settled_at = excluded.settled_at`;

const MERGE_CASES = `
  UPDATE case_interactions SET case_id = merged.into_id FROM unnest($1::uuid[], $2::uuid[]) AS merged (from_id, into_id)
  WHERE case_interactions.case_id = merged.from_id`;

const STAND = `
  UPDATE case_customers c SET merged_into = u.merged_into, standing_version = u.version
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS u (profile_id, merged_into, version) WHERE c.profile_id = u.profile_id`;

// Of whom these are part, and all that are part of those: also who is named by nobody may belong to one of two who are told apart.
const STANDINGS = `
  WITH RECURSIVE up AS (
    SELECT profile_id, merged_into FROM case_customers WHERE profile_id = ANY($1::uuid[])
    UNION SELECT c.profile_id, c.merged_into FROM up JOIN case_customers c ON c.profile_id = up.merged_into
  ), people AS (
    SELECT profile_id FROM up
    UNION SELECT c.profile_id FROM people JOIN case_customers c ON c.merged_into = people.profile_id
  )
  SELECT profile_id, merged_into, standing_version, partings FROM case_customers WHERE profile_id IN (SELECT profile_id FROM people)`;
const PART = `
  UPDATE case_customers c SET partings = u.partings::json FROM unnest($1::uuid[], $2::text[]) AS u (profile_id, partings) WHERE c.profile_id = u.profile_id`;

const ENTRIES = `
  SELECT case_id, interaction_id, joined_by, told_of FROM case_interactions WHERE case_id = ANY($1::uuid[]) ORDER BY case_id, interaction_id`;

const RECORDED = `
  SELECT found.record FROM unnest($1::text[]) AS asked (subject)
  JOIN interactions found ON found.subject = asked.subject COLLATE "C" AND found.id = ANY($2::uuid[])`;

const RETELL = `
  UPDATE case_interactions c SET told_of = u.told_of FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS u (case_id, interaction_id, told_of)
  WHERE c.case_id = u.case_id AND c.interaction_id = u.interaction_id`;

const LEAVE = `
  DELETE FROM case_interactions c USING unnest($1::uuid[], $2::uuid[]) AS gone (case_id, interaction_id)
  WHERE c.case_id = gone.case_id AND c.interaction_id = gone.interaction_id`;

const ERASE = `
  WITH RECURSIVE people AS (
      SELECT profile_id FROM case_customers WHERE profile_id = ANY($1::uuid[])
      UNION SELECT c.profile_id FROM people JOIN case_customers c ON c.merged_into = people.profile_id
    ),
    gone AS (DELETE FROM cases WHERE profile_id = ANY($1::uuid[]) RETURNING id),
    said AS (DELETE FROM case_interactions WHERE case_id IN (SELECT id FROM gone)),
    promised AS (DELETE FROM promises WHERE profile_id = ANY($1::uuid[]))
  DELETE FROM case_customers WHERE profile_id IN (SELECT profile_id FROM people)`;

const DUE = `
  SELECT id AS "caseId", profile_id AS "profileId" FROM cases
  WHERE partition = $1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3`;

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
export const rankOf = (priority: Case['priority']): number => CASE_PRIORITIES.indexOf(priority);

const NO_ENTRIES: Pick<LoadedCases, 'entries' | 'interactions'> = { entries: new Map(), interactions: new Map() };

/** Un-merges whose lists overlap may lead on so often. */
const STEPS_MAX = 5;

interface CustomerRow {
  readonly profile_id: string;
  readonly merged_into: string | null;
  readonly standing_version: number;
  readonly partings: readonly Parting<SpokenBy>[] | null;
}
interface EntryRow {
  readonly case_id: string;
  readonly interaction_id: string;
  readonly joined_by: CaseEntry['joinedBy'];
  readonly told_of: string | null;
}

export class PostgresCaseStore implements CaseStore {
  async load(sql: Sql, question: CaseQuestion): Promise<LoadedCases> {
    const { moved, split, stated, promises } = question;
    const { survivors, known, partings } = await this.lock(sql, question);
    const owners = [...new Set(survivors.values())].sort();
    const whole = split.length > 0 ? owners : moved.flatMap((id) => [id, survivors.get(id)!]);
    const ids = [...new Set(stated.filter((id) => UUID.test(id)))].sort();
    if (ids.length > 0) await sql.query('cases-lock-names', LOCK_NAMES, [ids]);
    const found = await sql.query<{ state: Case }>('cases-load', LOAD, [owners, whole, ids, stated]);
    const cases = found.map(({ state }) => state);
    return {
      survivors,
      standings: new Map(known.map((row) => [row.profile_id, { mergedInto: row.merged_into, version: row.standing_version }])),
      partings,
      cases,
      promises: promises ? (await sql.query<PromiseRow>('promises-load', LOAD_PROMISES, [owners])).map(promisedOf) : [],
      ...(split.length === 0 ? NO_ENTRIES : await this.entries(sql, cases, split)),
    };
  }

  /** What is told late of a profile may be another's: then that one is locked, too. */
  private async lock(
    sql: Sql,
    { profileIds, told, moved }: CaseQuestion,
  ): Promise<Pick<LoadedCases, 'survivors' | 'partings'> & { readonly known: readonly CustomerRow[] }> {
    let asked = profileIds;
    for (let step = 0; ; step++) {
      const { survivors, rows } = await lockProfiles<Pick<CustomerRow, 'partings'>>(sql, 'case_customers', ['partings'], asked);
      const isSimple = moved.length === 0 && [...survivors].every(([id, survivor]) => id === survivor);
      if (isSimple && [...rows.values()].every(({ partings }) => partings === null)) return { survivors, known: [], partings: new Map() };
      const known = await sql.query<CustomerRow>('case-customers-standings', STANDINGS, [asked]);
      const partings = new Map(known.map((row) => [row.profile_id, row.partings ?? []]));
      const others = heirsOf(partings, told).filter((id) => !survivors.has(id));
      if (others.length === 0 || step >= STEPS_MAX) return { survivors, known, partings };
      asked = [...new Set([...asked, ...others])];
    }
  }

  /** What the cases are made of, and the interactions themselves, because they may have to be heard again. */
  private async entries(
    sql: Sql,
    cases: readonly Case[],
    split: CaseQuestion['split'],
  ): Promise<Pick<LoadedCases, 'entries' | 'interactions'>> {
    const entries = new Map<string, KnownEntry[]>();
    const rows = await sql.query<EntryRow>('cases-entries', ENTRIES, [cases.map(({ id }) => id)]);
    for (const { case_id, interaction_id, joined_by, told_of } of rows) {
      const entry = { interactionId: interaction_id, joinedBy: joined_by, toldOf: told_of, storedIn: case_id };
      const known = entries.get(case_id);
      if (known) known.push(entry);
      else entries.set(case_id, [entry]);
    }
    const subjects = [...new Set(split.flatMap((one) => one.subjects))];
    const wanted = rows.map(({ interaction_id }) => interaction_id);
    const recorded = await sql.query<{ record: Interaction }>('cases-recorded', RECORDED, [subjects, wanted]);
    return { entries, interactions: new Map(recorded.map(({ record }) => [record.id, record])) };
  }

  async save(sql: Sql, changes: CaseChanges, { partition }: BatchContext): Promise<void> {
    const { cases, entries, promises, mergedCases, left, retold, standings, partings, erased } = changes;
    if (cases.length > 0) await this.saveCases(sql, partition, [...cases].sort(byId));
    if (left.length > 0)
      await sql.query('cases-leave', LEAVE, [left.map(({ caseId }) => caseId), left.map(({ interactionId }) => interactionId)]);
    if (retold.length > 0)
      await sql.query('cases-retell', RETELL, [
        retold.map(({ caseId }) => caseId),
        retold.map(({ interactionId }) => interactionId),
        retold.map(({ toldOf }) => toldOf),
      ]);
    if (mergedCases.size > 0) await sql.query('cases-merge', MERGE_CASES, [[...mergedCases.keys()], [...mergedCases.values()]]);
    if (entries.length > 0) await this.enter(sql, entries);
    if (promises.length > 0) await this.savePromises(sql, [...promises].sort(byId));
    if (standings.length > 0)
      await sql.query('case-customers-stand', STAND, [
        standings.map(({ profileId }) => profileId),
        standings.map(({ mergedInto }) => mergedInto),
        standings.map(({ version }) => version),
      ]);
    if (partings.size > 0)
      await sql.query('case-customers-part', PART, [
        [...partings.keys()],
        textArray([...partings.values()].map((all) => JSON.stringify(all))),
      ]);
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
      column((entry) => entry.toldOf),
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
