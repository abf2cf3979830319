import type { Sql } from '@rapport/platform';

/** Tables whose rows belong to a profile, and are run by the clock of its partition. */
const CLOCKED = ['journey_runs', 'notifications', 'deliveries'] as const;
/** Tables whose rows only belong to a profile. */
const OWNED: readonly string[] = [];

export interface MovedProfile {
  readonly loserId: string;
  /** Whom the fact named; it may have been merged further in the same batch. */
  readonly intoId: string;
  readonly survivorId: string;
  readonly partition: number;
}

/** Gives everything of the losers to their survivors. What counted for the losers has been folded into the survivors' own rows. */
export async function moveRows(sql: Sql, moves: readonly MovedProfile[]): Promise<void> {
  const losers = moves.map(({ loserId }) => loserId);
  const survivors = moves.map(({ survivorId }) => survivorId);
  const merged = `UPDATE profiles p SET merged_into = m.into_id FROM unnest($1::uuid[], $2::uuid[]) AS m(loser, into_id) WHERE p.profile_id = m.loser`;
  await sql.query('merge-profiles', merged, [losers, moves.map(({ intoId }) => intoId)]);
  for (const table of ['profile_projections', 'frequency_caps']) await sql.query(`drop-merged-${table}`, `DELETE FROM ${table} WHERE profile_id = ANY($1::uuid[])`, [losers]);
  for (const table of CLOCKED) {
    const move = `UPDATE ${table} t SET profile_id = m.survivor, partition = m.partition FROM unnest($1::uuid[], $2::uuid[], $3::int[]) AS m(loser, survivor, partition) WHERE t.profile_id = m.loser`;
    await sql.query(`move-${table}`, move, [losers, survivors, moves.map(({ partition }) => partition)]);
  }
  for (const table of OWNED) {
    await sql.query(`move-${table}`, `UPDATE ${table} t SET profile_id = m.survivor FROM unnest($1::uuid[], $2::uuid[]) AS m(loser, survivor) WHERE t.profile_id = m.loser`, [losers, survivors]);
  }
}

/** Forgets these profiles entirely. */
export async function eraseProfiles(sql: Sql, ids: readonly string[]): Promise<void> {
  await sql.query('erase-run-steps', 'DELETE FROM journey_run_steps WHERE run_id IN (SELECT id FROM journey_runs WHERE profile_id = ANY($1::uuid[]))', [ids]);
  for (const table of [...OWNED, ...CLOCKED, 'frequency_caps', 'profile_projections', 'profiles']) {
    await sql.query(`erase-${table}`, `DELETE FROM ${table} WHERE profile_id = ANY($1::uuid[])`, [ids]);
  }
}
