import { Inject, Injectable } from '@nestjs/common';
import type { Channel, SwitchKind } from '@rapport/contracts';
import { PG_POOL, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import type { Case, JoinedBy } from '../domain/cases/case.js';
import type { Promised } from '../domain/cases/promise.js';
import type { Contact } from '../domain/cases/last-contacts.js';
import { type PromiseRow, promisedOf } from './postgres-case-store.js';

export interface CaseFilter {
  readonly status: string | undefined;
  /** Its rank. */
  readonly priority: number | undefined;
  readonly assigneeId: string | undefined;
  readonly profileId: string | undefined;
}
export interface CasePosition {
  readonly priority: number;
  readonly id: string;
}

const LIST = `
  SELECT state FROM cases
  WHERE ($1::text IS NULL OR status = $1) AND ($2::smallint IS NULL OR priority = $2) AND ($3::text IS NULL OR assignee_id = $3)
    AND ($4::uuid IS NULL OR profile_id = $4) AND ($5::smallint IS NULL OR priority < $5 OR (priority = $5 AND id > $6::uuid))
  ORDER BY priority DESC, id LIMIT $7`;

const ONE = 'SELECT state FROM cases WHERE id = $1';

const INTERACTIONS = `
  SELECT interaction_id, at, event, channel, direction, agent_id, gist, joined_by, doubt, reason, switch_kind, switch_from, switch_reason
  FROM case_interactions WHERE case_id = $1 ORDER BY interaction_id DESC LIMIT $2`;

/** What was not about a case is remembered for so long; the timeline has the rest. */
const LATELY_DAYS = 30;
const LISTED_MAX = 20;
const LATELY_MAX = 30;
const GIST_CHARS = 200;

/**
 * All that this service knows of some customers, in one statement, for readers who wait: one row for each, in the order asked for.
 * What was said in cases: of each of the latest ones the latest words, an index walk of bounded length, however long the history is.
 * What was said lately: as the timeline (see timeline.ts); the record is looked into only where it is the last one of its channel. Partitions of
 * other times, also those made ahead, are not opened.
 *
 * Planning costs more than running. So there is nothing in it that PostgreSQL would plan anew for: the arrays stand in a SELECT, where their length
 * does not count, times follow its own clock, and limits are written out.
 */
const CONTEXTS = `
  SELECT
    (SELECT json_agg(state) FROM (
      SELECT state FROM cases WHERE profile_id = who.profile_id AND status = 'open' ORDER BY priority DESC, id LIMIT ${LISTED_MAX}
    ) AS one) AS cases,
    (SELECT json_agg(said) FROM (
      SELECT DISTINCT ON (channel) channel, at, event, direction, gist, case_id AS "caseId"
      FROM (SELECT id FROM cases WHERE profile_id = who.profile_id ORDER BY last_at DESC LIMIT 20) AS latest CROSS JOIN LATERAL (
        SELECT * FROM case_interactions WHERE case_id = latest.id ORDER BY interaction_id DESC LIMIT 50) AS words
      ORDER BY channel, at DESC) AS said) AS "inCases",
    (SELECT json_agg(one) FROM (
      SELECT * FROM promises WHERE profile_id = who.profile_id ORDER BY made_at DESC LIMIT ${LISTED_MAX}) AS one) AS promises,
    (SELECT json_agg(heard) FROM (
      SELECT channel, at, event, record ->> 'direction' AS direction, left(record ->> 'text', ${GIST_CHARS}) AS gist, NULL AS "caseId"
      FROM (
        SELECT DISTINCT ON (channel) found.* FROM unnest((SELECT $2::text[]), (SELECT $3::int[])) AS asked (subject, n)
        CROSS JOIN LATERAL (
          SELECT channel, at, id, event, record FROM interactions
          WHERE interactions.subject = asked.subject COLLATE "C" AND at >= now() - interval '${LATELY_DAYS} days'
            AND received_at >= now() - interval '${LATELY_DAYS} days' AND received_at < now() + interval '1 minute'
          ORDER BY at DESC, id DESC LIMIT ${LATELY_MAX}
        ) AS found
        WHERE asked.n = who.n
        ORDER BY channel, at DESC, id DESC
      ) AS last) AS heard) AS lately
  FROM unnest((SELECT $1::uuid[])) WITH ORDINALITY AS who (profile_id, n) ORDER BY who.n`;

const WHO = 'SELECT profile_id FROM cases WHERE subject = ANY($1::text[]) ORDER BY last_at DESC LIMIT 1';

/** Who is asked for: `profileId` is undefined when nobody knows who it is. Then it is what was said under the subjects. */
export interface WhoIsAsked {
  readonly profileId?: string | undefined;
  /** `type:value`, normalised. */
  readonly subjects: readonly string[];
}
/** What this service knows of one customer, as whoever serves him next needs it. */
export interface CustomerContext {
  readonly cases: readonly Case[];
  /** Of each channel the last words in cases, and the last ones at all. */
  readonly contacts: readonly Contact[];
  readonly promises: readonly Promised[];
}

/** Questions about cases: nothing is locked or decided. */
@Injectable()
export class CaseReader {
  private readonly sql: Sql;

  constructor(@Inject(PG_POOL) pool: pg.Pool) {
    this.sql = sqlOf(pool);
  }

  /** What matters most first. */
  async list({ status, priority, assigneeId, profileId }: CaseFilter, after: CasePosition | null, limit: number): Promise<Case[]> {
    const values = [
      status ?? null,
      priority ?? null,
      assigneeId ?? null,
      profileId ?? null,
      after?.priority ?? null,
      after?.id ?? null,
      limit,
    ];
    return (await this.sql.query<{ state: Case }>('cases-list', LIST, values)).map(({ state }) => state);
  }

  async find(id: string): Promise<Case | undefined> {
    return (await this.sql.query<{ state: Case }>('case-find', ONE, [id]))[0]?.state;
  }

  /** The latest ones, oldest first. */
  async interactionsOf(caseId: string, limit: number): Promise<CaseInteractionRow[]> {
    return (await this.sql.query<CaseInteractionRow>('case-interactions', INTERACTIONS, [caseId, limit])).reverse();
  }

  /** In the order asked for. */
  async contexts(asked: readonly WhoIsAsked[]): Promise<CustomerContext[]> {
    const rows = await this.sql.query<ContextRow>('customer-contexts', CONTEXTS, [
      asked.map(({ profileId }) => profileId ?? null),
      asked.flatMap(({ subjects }) => subjects),
      asked.flatMap(({ subjects }, index) => subjects.map(() => index + 1)),
    ]);
    return rows.map(contextOf);
  }

  /** Whose cases began under one of these subjects: for when profiles cannot be asked. */
  async whoIs(subjects: readonly string[]): Promise<string | undefined> {
    return (await this.sql.query<{ profile_id: string }>('cases-who', WHO, [subjects]))[0]?.profile_id;
  }
}

interface ContextRow {
  cases: Case[] | null;
  inCases: Contact[] | null;
  lately: Contact[] | null;
  promises: PromiseRow[] | null;
}

const contextOf = ({ cases, inCases, lately, promises }: ContextRow): CustomerContext => ({
  cases: cases ?? [],
  contacts: [...(inCases ?? []), ...(lately ?? [])].map((one) => ({ ...one, at: new Date(one.at).toISOString() })),
  promises: (promises ?? []).map((one) =>
    promisedOf({
      ...one,
      made_at: new Date(one.made_at),
      due_at: one.due_at === null ? null : new Date(one.due_at),
      settled_at: one.settled_at === null ? null : new Date(one.settled_at),
    }),
  ),
});

export interface CaseInteractionRow {
  interaction_id: string;
  at: Date;
  event: string;
  channel: Channel;
  direction: 'inbound' | 'outbound';
  agent_id: string | null;
  gist: string | null;
  joined_by: JoinedBy;
  doubt: number;
  reason: string;
  switch_kind: SwitchKind | null;
  switch_from: Channel | null;
  switch_reason: string | null;
}
