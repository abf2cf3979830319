import { type Identifier, type Interaction, TOPICS } from '@rapport/contracts';
import { type Sql, textArray, uuidArray } from '@rapport/platform';
import { identifierKey } from '../domain/identifier-key.js';
import { newProfileId, type StoredProfile } from '../domain/plan-batch.js';
import type { ProfileState } from '../domain/profile-state.js';
import type { Claim, LockedIdentities } from '../pipeline/profile-store.js';

const FIND = `
  SELECT i.type, i.value, i.profile_id FROM unnest($1::text[], $2::text[]) AS wanted (type, value) JOIN identifiers i USING (type, value)`;
// In sorted order, so that two batches which claim the same strangers wait for each other in one direction only.
const CLAIM = `
  INSERT INTO identifiers (type, value, profile_id, interaction_id, linked_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[]) AS new (type, value, profile_id, interaction_id, linked_at)
  ORDER BY type COLLATE "C", value COLLATE "C"
  ON CONFLICT (type, value) DO NOTHING RETURNING type, value`;
const LOCK = `
  SELECT profile_id, version, state, merged_into, updated_at > $2 AS is_in_log FROM profiles WHERE profile_id = ANY($1::uuid[]) ORDER BY profile_id FOR NO KEY UPDATE`;
// A survivor is older and so sorts before what is held already: to wait for it could deadlock, and PostgreSQL takes a second to notice.
const LOCK_SURVIVORS = `${LOCK} NOWAIT`;

/** Chains of merges are at most this long: each step was a merge that won a race against this very transaction. */
const CHAIN_LENGTH_MAX = 32;

interface OwnedRow extends Identifier {
  profile_id: string;
}

/** A day less than what the topic promises not to compact: a fact is published a moment after it is decided. */
const IN_LOG_MS = (TOPICS.profilesUpdated.minCompactionLagMs ?? 0) - 86_400_000;

interface ProfileRow {
  profile_id: string;
  version: number;
  state: ProfileState;
  merged_into: string | null;
  is_in_log: boolean;
}

/**
 * First the identifiers, then the profiles, each in sorted order; a transaction that holds a profile never waits for an identifier, so neither
 * order can form a circle with the other. What was merged away between the two steps leads on to its survivor.
 * @throws SQLSTATE 55P03 when that survivor is locked by yet another transaction: a fault of the world, so the kernel begins again.
 */
export async function lockIdentities(sql: Sql, interactions: readonly Interaction[], now: Date): Promise<LockedIdentities> {
  const wanted = firstMentions(interactions);
  const owners = new Map<string, string>();
  await find(sql, [...wanted.values()], owners);
  const claims = await claim(
    sql,
    [...wanted].filter(([key]) => !owners.has(key)).map(([, mention]) => mention),
    owners,
  );
  const { profiles, survivors } = await lockProfiles(sql, new Set(owners.values()), new Date(now.getTime() - IN_LOG_MS));
  for (const [key, owner] of owners) if (survivors.has(owner)) owners.set(key, survivors.get(owner)!);
  for (const [key, owner] of owners) mustStillOwn(profiles.get(owner)!, key);
  return { owners, profiles, claims };
}

/** An un-merge may have given the identifier back while this transaction waited for the profile. @throws to begin again: a fault of the world */
function mustStillOwn({ state }: StoredProfile, key: string): void {
  if (state.separatedFrom !== undefined && !state.identifiers.some((identifier) => identifierKey(identifier) === key))
    throw new Error('an identifier changed its owner while its profile was waited for');
}

interface Mention extends Claim {
  readonly at: string;
}

function firstMentions(interactions: readonly Interaction[]): Map<string, Mention> {
  const mentions = new Map<string, Mention>();
  for (const interaction of interactions) {
    let profileId: string | undefined;
    for (const identifier of interaction.identifiers) {
      const key = identifierKey(identifier);
      if (mentions.has(key)) continue;
      profileId ??= newProfileId(interaction);
      mentions.set(key, { type: identifier.type, value: identifier.value, profileId, interactionId: interaction.id, at: interaction.at });
    }
  }
  return mentions;
}

async function find(sql: Sql, identifiers: readonly Identifier[], owners: Map<string, string>): Promise<void> {
  const rows = await sql.query<OwnedRow>('identifiers-find', FIND, [
    textArray(identifiers.map(({ type }) => type)),
    textArray(identifiers.map(({ value }) => value)),
  ]);
  for (const row of rows) owners.set(identifierKey(row), row.profile_id);
}

/** @returns what is ours now; what another transaction has claimed and committed since is added to `owners`. */
async function claim(sql: Sql, mentions: readonly Mention[], owners: Map<string, string>): Promise<Map<string, Claim>> {
  if (mentions.length === 0) return new Map();
  const claimed = await sql.query<Identifier>('identifiers-claim', CLAIM, [
    textArray(mentions.map(({ type }) => type)),
    textArray(mentions.map(({ value }) => value)),
    uuidArray(mentions.map(({ profileId }) => profileId)),
    uuidArray(mentions.map(({ interactionId }) => interactionId)),
    mentions.map(({ at }) => at),
  ]);
  const ours = new Set(claimed.map(identifierKey));
  const lost = mentions.filter((mention) => !ours.has(identifierKey(mention)));
  if (lost.length > 0) await find(sql, lost, owners);
  return new Map(mentions.filter((mention) => ours.has(identifierKey(mention))).map((mention) => [identifierKey(mention), mention]));
}

async function lockProfiles(
  sql: Sql,
  ids: ReadonlySet<string>,
  inLogSince: Date,
): Promise<{ profiles: Map<string, StoredProfile>; survivors: Map<string, string> }> {
  const profiles = new Map<string, StoredProfile>();
  const redirects = new Map<string, string>();
  let asked = [...ids];
  for (let step = 0; asked.length > 0; step++) {
    if (step >= CHAIN_LENGTH_MAX) throw new Error(`a chain of merges is longer than ${CHAIN_LENGTH_MAX}`);
    const rows = await sql.query<ProfileRow>(step === 0 ? 'profiles-lock' : 'profiles-lock-survivors', step === 0 ? LOCK : LOCK_SURVIVORS, [
      uuidArray(asked),
      inLogSince,
    ]);
    if (rows.length < asked.length) throw new Error('an identifier leads to a profile that does not exist');
    for (const { profile_id: id, version, state, merged_into: mergedInto, is_in_log: isInLog } of rows) {
      if (mergedInto === null) profiles.set(id, { id, version, state, isInLog });
      else redirects.set(id, mergedInto);
    }
    asked = [...new Set(redirects.values())].filter((id) => !profiles.has(id) && !redirects.has(id));
  }
  return { profiles, survivors: survivorsOf(redirects) };
}

function survivorsOf(redirects: ReadonlyMap<string, string>): Map<string, string> {
  const survivors = new Map<string, string>();
  for (let [id, survivor] of redirects) {
    while (redirects.has(survivor)) survivor = redirects.get(survivor)!;
    survivors.set(id, survivor);
  }
  return survivors;
}
