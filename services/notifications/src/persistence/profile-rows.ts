import type { Sql } from '@rapport/platform';
import { eraseDelivered, moveInboxes } from '../inbox/move-inboxes.js';

export interface MovedProfile {
  readonly loserId: string;
  /** Whom the fact named; it may have been merged further in the same batch. */
  readonly intoId: string;
  readonly survivorId: string;
  /** Of the loser's last fact: an un-merge from before it does not end the redirect. */
  readonly version: number;
  readonly partition: number;
}

const MERGE =
  'UPDATE profiles p SET merged_into = m.into_id, version = m.version FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS m (loser, into_id, version) WHERE p.profile_id = m.loser';
const MOVED = 'FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS m (loser, survivor, partition) WHERE t.profile_id = m.loser';
// A delivery that was claimed and not yet sent loses its claim: its claimer knows it under the old profile, and would put it into the wrong inbox.
const MOVES = {
  'move-runs': `UPDATE journey_runs t SET profile_id = m.survivor, partition = m.partition ${MOVED}`,
  'move-notifications': `UPDATE notifications t SET profile_id = m.survivor, partition = m.partition ${MOVED}`,
  'move-deliveries': `UPDATE deliveries t SET profile_id = m.survivor, partition = m.partition,
    lease_owner = CASE WHEN t.status = 'queued' THEN NULL ELSE t.lease_owner END, lease_until = CASE WHEN t.status = 'queued' THEN NULL ELSE t.lease_until END ${MOVED}`,
} as const;

/** Gives everything of the losers to their survivors. What counted against the losers has been folded into the survivors' own rows. */
export async function moveRows(sql: Sql, moves: readonly MovedProfile[]): Promise<void> {
  const losers = moves.map(({ loserId }) => loserId);
  const values = [losers, moves.map(({ survivorId }) => survivorId), moves.map(({ partition }) => partition)];
  await sql.query('merge-profiles', MERGE, [losers, moves.map(({ intoId }) => intoId), moves.map(({ version }) => version)]);
  await sql.query('drop-merged-projections', 'DELETE FROM profile_projections WHERE profile_id = ANY ($1::uuid[])', [losers]);
  await sql.query('drop-merged-caps', 'DELETE FROM frequency_caps WHERE profile_id = ANY ($1::uuid[])', [losers]);
  for (const [name, text] of Object.entries(MOVES)) await sql.query(name, text, values);
  await moveInboxes(
    sql,
    moves.map(({ loserId, survivorId }) => ({ from: loserId, to: survivorId })),
  );
}

const ERASURES = {
  'erase-run-steps': 'DELETE FROM journey_run_steps WHERE run_id IN (SELECT id FROM journey_runs WHERE profile_id = ANY ($1::uuid[]))',
  'erase-runs': 'DELETE FROM journey_runs WHERE profile_id = ANY ($1::uuid[])',
  'erase-notifications': 'DELETE FROM notifications WHERE profile_id = ANY ($1::uuid[])',
  'erase-deliveries': 'DELETE FROM deliveries WHERE profile_id = ANY ($1::uuid[])',
  'erase-caps': 'DELETE FROM frequency_caps WHERE profile_id = ANY ($1::uuid[])',
  'erase-projections': 'DELETE FROM profile_projections WHERE profile_id = ANY ($1::uuid[])',
  'erase-profiles': 'DELETE FROM profiles WHERE profile_id = ANY ($1::uuid[])',
} as const;

/** Forgets these profiles entirely. */
export async function eraseProfiles(sql: Sql, ids: readonly string[]): Promise<void> {
  for (const [name, text] of Object.entries(ERASURES)) await sql.query(name, text, [ids]);
  await eraseDelivered(sql, ids);
}
