import { IDENTIFIER_RULES } from '@rapport/identifiers';
import { createTestDatabase, type TestDatabase } from '@rapport/testkit';
import type pg from 'pg';
import type { ProfileState } from '../domain/profile-state.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { PostgresProfileStore } from '../persistence/postgres-profile-store.js';
import { ResolveProfilesPipeline } from '../pipeline/resolve-profiles.pipeline.js';

export const store = new PostgresProfileStore({ searchableTraits: ['*'] });
export const pipeline = new ResolveProfilesPipeline({ identifierRules: IDENTIFIER_RULES }, store);
/** Races and random data differ from run to run; `SEED=…` repeats one. */
export const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

export const createProfilesDatabase = (): Promise<TestDatabase> => createTestDatabase({ service: 'profiles', migrations: MIGRATIONS });

export interface StoredProfileRow {
  id: string;
  version: number;
  state: ProfileState;
  merged_into: string | null;
}

export async function storedProfiles(pool: pg.Pool): Promise<StoredProfileRow[]> {
  return (await pool.query<StoredProfileRow>('SELECT profile_id AS id, version, state, merged_into FROM profiles ORDER BY profile_id'))
    .rows;
}

/** `type:value owner`, as the table of identifiers has it. */
export async function ownersInTable(pool: pg.Pool): Promise<string[]> {
  const { rows } = await pool.query<{ type: string; value: string; profile_id: string }>('SELECT type, value, profile_id FROM identifiers');
  return rows.map((row) => `${row.type}:${row.value} ${row.profile_id}`).sort();
}

/** The same, as the living profiles themselves have it. */
export function ownersInStates(profiles: readonly StoredProfileRow[]): string[] {
  return profiles
    .filter(({ merged_into }) => merged_into === null)
    .flatMap(({ id, state }) => state.identifiers.map(({ type, value }) => `${type}:${value} ${id}`))
    .sort();
}
