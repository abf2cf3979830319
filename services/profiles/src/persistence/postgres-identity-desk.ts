import { Inject, Injectable } from '@nestjs/common';
import type { Identifier, Interaction } from '@rapport/contracts';
import { partitionOf, PG_POOL, SERVICE_CONFIG, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import type { ProfilesConfig } from '../config.js';
import type { Outcome, Refusal } from '../domain/identity-request.js';
import type {
  IdentityDesk,
  IdentityRequestView,
  MergeReview,
  NewIdentityRequest,
  Reading,
  ReviewState,
} from '../pipeline/identity-desk.js';

const ASK = `
  INSERT INTO identity_requests (request_id, kind, reason, profile_id, other_id, partition, state, next_at, requested_at)
  VALUES ($1, $2, $3, $4, $5, $6, CASE WHEN $2 = 'unmerge' THEN 'reading' ELSE 'due' END, $7, $7)
  ON CONFLICT ON CONSTRAINT identity_requests_pkey DO NOTHING`;
const FIND = `
  SELECT request_id AS id, kind, state, outcome, requested_at AS "requestedAt", decided_at AS "decidedAt" FROM identity_requests WHERE request_id = $1`;
const TAKE = `
  WITH taken AS (
    UPDATE identity_requests SET next_at = now() + $2 * interval '1 millisecond' WHERE request_id IN (
      SELECT request_id FROM identity_requests WHERE state = 'reading' AND next_at <= now() ORDER BY next_at LIMIT $1 FOR UPDATE SKIP LOCKED)
    RETURNING request_id, other_id
  )
  SELECT request_id AS id, (
    WITH RECURSIVE chain AS (
      SELECT profile_id, merged_into FROM profiles WHERE profile_id = taken.other_id
      UNION SELECT p.profile_id, p.merged_into FROM chain JOIN profiles p ON p.profile_id = chain.merged_into
    )
    SELECT p.state -> 'identifiers' FROM chain JOIN profiles p USING (profile_id) WHERE chain.merged_into IS NULL
  ) AS identifiers FROM taken`;
const GAVE = `UPDATE identity_requests SET state = 'due', interactions = $2 WHERE request_id = $1 AND state = 'reading'`;
const REFUSE = `
  UPDATE identity_requests SET state = 'done', outcome = $2, decided_at = now(), interactions = NULL WHERE request_id = $1 AND state = 'reading'`;
const REVIEW = `
  SELECT review_id AS id, state, profile_id AS "profileId", other_id AS "otherId", type, value, obstacle, interaction_id AS "interactionId", times,
    first_at AS "firstAt", last_at AS "lastAt", request_id AS "requestId", decided_at AS "decidedAt" FROM merge_reviews`;
const DECIDE_REVIEW = `
  WITH taken AS (
    UPDATE merge_reviews SET request_id = $2 WHERE review_id = $1 AND state = 'open' AND (request_id IS NULL OR request_id = $2) RETURNING review_id
  )
  INSERT INTO identity_requests (request_id, kind, reason, profile_id, other_id, partition, state, next_at, requested_at)
  SELECT $2, $3, $4, $5, $6, $7, 'due', $8, $8 FROM taken
  ON CONFLICT ON CONSTRAINT identity_requests_pkey DO UPDATE SET reason = excluded.reason RETURNING request_id`;

interface RequestRow {
  readonly id: string;
  readonly kind: IdentityRequestView['kind'];
  readonly state: 'reading' | 'due' | 'done';
  readonly outcome: Outcome | null;
  readonly requestedAt: Date;
  readonly decidedAt: Date | null;
}

type ReviewRow = Omit<MergeReview, 'identifier' | 'firstAt' | 'lastAt' | 'decidedAt'> &
  Identifier & { readonly firstAt: Date; readonly lastAt: Date; readonly decidedAt: Date | null };

@Injectable()
export class PostgresIdentityDesk implements IdentityDesk {
  private readonly sql: Sql;
  private readonly partitions: number;

  constructor(@Inject(PG_POOL) pool: pg.Pool, @Inject(SERVICE_CONFIG) { topicPartitions }: Pick<ProfilesConfig, 'topicPartitions'>) {
    this.sql = sqlOf(pool);
    this.partitions = topicPartitions;
  }

  async ask(request: NewIdentityRequest, now: Date): Promise<void> {
    await this.sql.query('identity-ask', ASK, this.valuesOf(request, now));
  }

  async find(id: string): Promise<IdentityRequestView | undefined> {
    const [row] = await this.sql.query<RequestRow>('identity-find', FIND, [id]);
    if (row === undefined) return undefined;
    const { kind, state, outcome, requestedAt, decidedAt } = row;
    const status = state !== 'done' ? 'waiting' : outcome?.kind === 'refused' ? 'refused' : 'done';
    return { id, kind, status, outcome, requestedAt: requestedAt.toISOString(), decidedAt: decidedAt?.toISOString() ?? null };
  }

  async takeReadings(limit: number, leaseMs: number): Promise<Reading[]> {
    const rows = await this.sql.query<{ id: string; identifiers: Identifier[] | null }>('identity-take-readings', TAKE, [limit, leaseMs]);
    return rows.map(({ id, identifiers }) => ({ id, identifiers: identifiers ?? [] }));
  }

  async gave(id: string, interactions: readonly Interaction[]): Promise<void> {
    await this.sql.query('identity-gave', GAVE, [id, JSON.stringify(interactions)]);
  }

  async refuse(id: string, code: Refusal): Promise<void> {
    await this.sql.query('identity-refuse', REFUSE, [id, JSON.stringify({ kind: 'refused', code })]);
  }

  async reviews(state: ReviewState, after: string | undefined, limit: number): Promise<MergeReview[]> {
    const rows = await this.sql.query<ReviewRow>(
      'merge-reviews-list',
      `${REVIEW} WHERE state = $1 AND ($2::uuid IS NULL OR review_id > $2) ORDER BY review_id LIMIT $3`,
      [state, after ?? null, limit],
    );
    return rows.map(reviewOf);
  }

  async review(id: string): Promise<MergeReview | undefined> {
    const [row] = await this.sql.query<ReviewRow>('merge-review', `${REVIEW} WHERE review_id = $1`, [id]);
    return row && reviewOf(row);
  }

  async decideReview(id: string, request: NewIdentityRequest, now: Date): Promise<boolean> {
    return (await this.sql.query('merge-review-decide', DECIDE_REVIEW, [id, ...this.valuesOf(request, now)])).length > 0;
  }

  private valuesOf({ id, kind, reason, profileId, otherId }: NewIdentityRequest, now: Date): unknown[] {
    return [id, kind, reason, profileId, otherId, partitionOf(profileId, this.partitions), now];
  }
}

const reviewOf = ({ type, value, firstAt, lastAt, decidedAt, ...row }: ReviewRow): MergeReview => ({
  ...row,
  identifier: { type, value },
  firstAt: firstAt.toISOString(),
  lastAt: lastAt.toISOString(),
  decidedAt: decidedAt?.toISOString() ?? null,
});
