import type { BatchContext, Sql } from '@rapport/platform';
import type { Interaction } from '@rapport/contracts';
import type { AskedProfile, ClosedRequest, IdentityRequest, Unmerge } from '../domain/identity-request.js';
import { type AskedProfiles, survivorOf } from '../domain/plan-request.js';
import type { ProfileState } from '../domain/profile-state.js';

const DUE = `
  SELECT request_id AS id, kind, reason, profile_id AS "profileId", other_id AS "otherId", attempts, interactions
  FROM identity_requests WHERE partition = $1 AND state = 'due' ORDER BY requested_at, request_id LIMIT 1`;
const COLUMNS = `
  SELECT p.profile_id, p.version, p.state, p.merged_into, m.recorded_at AS merged_at, coalesce(m.reason <> 'identifiers', false) AS is_stated
  FROM profiles p LEFT JOIN merges m ON m.merged_id = p.profile_id AND m.unmerged_at IS NULL`;
// The whole chain above both, found without locks and then locked in sorted order like any batch.
const LOCK = `
  WITH RECURSIVE chain AS (
    SELECT profile_id, merged_into FROM profiles WHERE profile_id = ANY($1::uuid[])
    UNION SELECT p.profile_id, p.merged_into FROM chain JOIN profiles p ON p.profile_id = chain.merged_into
  )
  ${COLUMNS} WHERE p.profile_id IN (SELECT profile_id FROM chain) ORDER BY p.profile_id FOR NO KEY UPDATE OF p`;
// Whoever was merged away is changed by nobody who does not hold its survivor.
const ANCESTORS = `${COLUMNS} WHERE p.profile_id = ANY($1::uuid[])`;
const CLOSE = `UPDATE identity_requests SET state = 'done', outcome = $2, decided_at = $3, interactions = NULL WHERE request_id = $1`;
const READ_AGAIN = `
  UPDATE identity_requests SET state = 'reading', attempts = attempts + 1, next_at = $2::timestamptz + interval '500 milliseconds', interactions = NULL
  WHERE request_id = $1`;
const ABANDON = `
  UPDATE identity_requests SET state = 'done', outcome = '{"kind": "refused", "code": "UNDECIDABLE"}', interactions = NULL WHERE request_id = $1`;
const UNMERGED = `UPDATE merges SET unmerged_at = $2 WHERE merged_id = $1 AND unmerged_at IS NULL`;
const LIVE_AGAIN = `UPDATE profiles SET merged_into = NULL WHERE profile_id = $1`;
// A redirect (and its entry in the lineage) that leads to the other side of the cut leads to its own side's living profile instead.
const REDIRECT = `
  WITH sides AS (SELECT * FROM unnest($1::uuid[], $2::uuid[]) AS s (id, root_id)), moved AS (
    UPDATE profiles p SET merged_into = s.root_id FROM sides s WHERE p.profile_id = s.id AND p.merged_into <> s.root_id
      AND NOT EXISTS (SELECT FROM sides beside WHERE beside.id = p.merged_into AND beside.root_id = s.root_id)
    RETURNING p.profile_id, p.merged_into
  )
  UPDATE merges m SET survivor_id = moved.merged_into FROM moved WHERE m.merged_id = moved.profile_id AND m.unmerged_at IS NULL`;
const STAY_MERGED = `UPDATE profiles SET version = version + 1 WHERE profile_id = ANY($1::uuid[])`;
const MOVE_CONSENTS = `
  UPDATE consent_evidence SET profile_id = $1 WHERE profile_id = $2 AND interaction_id = ANY($3::uuid[])`;
const TRIM = `
  UPDATE profiles p SET state = new.state::json FROM unnest($1::uuid[], $2::text[]) AS new (profile_id, state) WHERE p.profile_id = new.profile_id`;
const SETTLE_REVIEW = `
  UPDATE merge_reviews SET state = CASE WHEN $2 THEN 'approved' ELSE 'rejected' END, decided_at = $3 WHERE request_id = $1`;
const REOPEN_REVIEW = `UPDATE merge_reviews SET request_id = NULL WHERE request_id = $1`;

interface DueRow {
  readonly id: string;
  readonly kind: IdentityRequest['kind'];
  readonly reason: 'manual' | 'review';
  readonly profileId: string;
  readonly otherId: string;
  readonly attempts: number;
  readonly interactions: Interaction[] | null;
}

interface LockedRow {
  readonly profile_id: string;
  readonly version: number;
  readonly state: ProfileState;
  readonly merged_into: string | null;
  readonly merged_at: Date | null;
  readonly is_stated: boolean;
}

/** One request at a time: each locks people on its own. */
export async function dueRequests(sql: Sql, { partition }: BatchContext): Promise<IdentityRequest[]> {
  const rows = await sql.query<DueRow>('identity-requests-due', DUE, [partition]);
  return rows.map(({ kind, id, reason, profileId, otherId, attempts, interactions }): IdentityRequest => {
    const asked = { id, profileId, otherId };
    if (kind === 'merge') return { ...asked, kind, reason };
    return kind === 'separate' ? { ...asked, kind } : { ...asked, kind, attempts, interactions: interactions ?? [] };
  });
}

/** @throws to begin again when the chain grew between looking and locking: a fault of the world */
export async function lockAsked(sql: Sql, request: IdentityRequest): Promise<AskedProfiles> {
  const rows = await sql.query<LockedRow>('identity-requests-lock', LOCK, [[request.profileId, request.otherId]]);
  const profiles = new Map(rows.map((row): [string, AskedProfile] => [row.profile_id, askedProfile(row)]));
  for (const { mergedInto } of profiles.values())
    if (mergedInto !== undefined && !profiles.has(mergedInto)) throw new Error('a merge won the race for a profile of the request');
  if (request.kind !== 'unmerge') return profiles;
  const { mergedFrom } = survivorOf(request.otherId, profiles).state;
  const ancestors = await sql.query<LockedRow>('identity-requests-ancestors', ANCESTORS, [mergedFrom]);
  return new Map([...ancestors.map((row): [string, AskedProfile] => [row.profile_id, askedProfile(row)]), ...profiles]);
}

const askedProfile = ({ profile_id: id, version, state, merged_into, merged_at, is_stated: isStated }: LockedRow): AskedProfile => ({
  id,
  version,
  state,
  mergedInto: merged_into ?? undefined,
  mergedAt: merged_at?.toISOString(),
  isStated,
  isInLog: false, // nobody's word is news: what follows from it is read in any case
});

export async function closeRequest(sql: Sql, { id, outcome, unmerge }: ClosedRequest, now: Date): Promise<void> {
  if (outcome === undefined) {
    await sql.query('identity-requests-read-again', READ_AGAIN, [id, now]);
    return;
  }
  if (unmerge !== undefined) await recordUnmerge(sql, unmerge, now);
  await sql.query('identity-requests-close', CLOSE, [id, JSON.stringify(outcome), now]);
  if (outcome.kind === 'unmerged') return;
  if (outcome.kind === 'refused') await sql.query('merge-reviews-reopen', REOPEN_REVIEW, [id]);
  else await sql.query('merge-reviews-settle', SETTLE_REVIEW, [id, outcome.kind === 'merged', now]);
}

export async function abandonRequest(sql: Sql, id: string): Promise<void> {
  await sql.query('identity-requests-abandon', ABANDON, [id]);
}

async function recordUnmerge(sql: Sql, { backId, livingId, interactionIds, redirects, trimmed }: Unmerge, now: Date): Promise<void> {
  await sql.query('merges-unmerged', UNMERGED, [backId, now]);
  await sql.query('profiles-live-again', LIVE_AGAIN, [backId]);
  await sql.query('profiles-redirect', REDIRECT, [redirects.map(({ id }) => id), redirects.map(({ rootId }) => rootId)]);
  await sql.query('profiles-stay-merged', STAY_MERGED, [redirects.map(({ id }) => id)]);
  await sql.query('consents-move', MOVE_CONSENTS, [backId, livingId, interactionIds]);
  if (trimmed.length > 0)
    await sql.query('profiles-trim', TRIM, [trimmed.map(({ id }) => id), trimmed.map(({ state }) => JSON.stringify(state))]);
}
