import { type BatchContext, type Sql, textArray, uuidArray } from '@rapport/platform';
import type { ConsentEvidence, Plan, PlannedProfile } from '../domain/plan-batch.js';
import type { LockedIdentities } from '../pipeline/profile-store.js';
import { holdMerges } from './merge-reviews.js';
import { writeAccounts } from './write-accounts.js';
import { type TraitChanges, traitChanges } from './searchable-traits.js';

const CREATE = `
  INSERT INTO profiles (profile_id, version, state, merged_into, created_at, updated_at)
  SELECT profile_id, version, state::json, merged_into, $5::timestamptz, $5::timestamptz
  FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::uuid[]) AS new (profile_id, version, state, merged_into)`;
const UPDATE = `
  UPDATE profiles p SET version = new.version, state = new.state::json, merged_into = new.merged_into, updated_at = $5
  FROM unnest($1::uuid[], $2::integer[], $3::text[], $4::uuid[]) AS new (profile_id, version, state, merged_into) WHERE p.profile_id = new.profile_id`;
const ASSIGN = `
  UPDATE identifiers i SET profile_id = new.profile_id, interaction_id = coalesce(new.interaction_id, i.interaction_id), linked_at = coalesce(new.linked_at, i.linked_at)
  FROM unnest($1::text[], $2::text[], $3::uuid[], $4::uuid[], $5::timestamptz[]) AS new (type, value, profile_id, interaction_id, linked_at)
  WHERE i.type = new.type AND i.value = new.value`;
const RELEASE =
  'DELETE FROM identifiers i USING unnest($1::text[], $2::text[]) AS old (type, value) WHERE i.type = old.type AND i.value = old.value';
const MERGE = `
  INSERT INTO merges (merged_id, survivor_id, interaction_id, reason, identifiers, at, recorded_at)
  SELECT merged_id, survivor_id, interaction_id, reason, identifiers::json, at, $7::timestamptz
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[], $6::timestamptz[]) AS new (merged_id, survivor_id, interaction_id, reason, identifiers, at)`;
const CONSENT = `
  INSERT INTO consent_evidence (interaction_id, profile_id, purpose, channel, state, at, source, wording, wording_version, actor, recorded_at)
  SELECT *, $11::timestamptz FROM unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[], $10::text[])`;
const FORGET_TRAITS = `
  DELETE FROM searchable_traits t USING unnest($1::text[], $2::text[], $3::uuid[]) AS old (name, value, profile_id)
  WHERE t.name = old.name AND t.value = old.value AND t.profile_id = old.profile_id`;
const LEARN_TRAITS = `
  INSERT INTO searchable_traits (name, value, profile_id) SELECT * FROM unnest($1::text[], $2::text[], $3::uuid[]) ON CONFLICT DO NOTHING`;

/** Writes a plan (of a request, if `requestId` says so), table by table; a statement that has nothing to write is not sent. Only rows that this transaction holds are touched. */
export async function writePlan(
  sql: Sql,
  locked: LockedIdentities,
  plan: Plan,
  { now }: BatchContext,
  isSearchable: (trait: string) => boolean,
  requestId?: string,
): Promise<void> {
  const { profiles } = plan;
  await writeProfiles(
    sql,
    'profiles-create',
    CREATE,
    profiles.filter(({ before }) => before === undefined),
    now,
  );
  await writeProfiles(
    sql,
    'profiles-update',
    UPDATE,
    profiles.filter(({ before }) => before !== undefined),
    now,
  );
  await assignIdentifiers(sql, locked, plan);
  await recordMerges(
    sql,
    profiles.filter(({ mergedInto }) => mergedInto !== undefined),
    requestId,
    now,
  );
  await recordConsents(sql, plan.consents, now);
  await writeTraits(sql, traitChanges(profiles, isSearchable));
  await holdMerges(sql, plan.heldMerges);
  await writeAccounts(sql, plan);
}

async function writeProfiles(sql: Sql, name: string, text: string, profiles: readonly PlannedProfile[], now: Date): Promise<void> {
  if (profiles.length === 0) return;
  await sql.query(name, text, [
    uuidArray(profiles.map(({ id }) => id)),
    profiles.map(({ version }) => version),
    textArray(profiles.map(({ state }) => JSON.stringify(state))),
    uuidArray(profiles.map(({ mergedInto }) => mergedInto?.profileId ?? null)),
    now,
  ]);
}

async function assignIdentifiers(sql: Sql, { claims }: LockedIdentities, plan: Plan): Promise<void> {
  const assigned = [...plan.owners].filter(([key, { profileId }]) => {
    const claim = claims.get(key);
    return claim === undefined || claim.profileId !== profileId || claim.interactionId !== plan.linked.get(key)?.interactionId;
  });
  if (assigned.length > 0) {
    const links = assigned.map(([key]) => plan.linked.get(key));
    await sql.query('identifiers-assign', ASSIGN, [
      assigned.map(([, { type }]) => type),
      assigned.map(([, { value }]) => value),
      assigned.map(([, { profileId }]) => profileId),
      links.map((link) => link?.interactionId ?? null),
      links.map((link) => link?.at ?? null),
    ]);
  }
  // claimed, and then dropped because a limit would have been broken
  const released = [...claims].filter(([key]) => !plan.owners.has(key)).map(([, claim]) => claim);
  if (released.length > 0)
    await sql.query('identifiers-release', RELEASE, [released.map(({ type }) => type), released.map(({ value }) => value)]);
}

async function recordMerges(sql: Sql, merged: readonly PlannedProfile[], requestId: string | undefined, now: Date): Promise<void> {
  if (merged.length === 0) return;
  const reasons = merged.map(({ mergedInto }) => mergedInto!);
  await sql.query('merges-record', MERGE, [
    merged.map(({ id }) => id),
    reasons.map(({ profileId }) => profileId),
    reasons.map(({ interactionId }) => interactionId ?? requestId),
    reasons.map(({ reason }) => reason),
    reasons.map(({ identifiers }) => JSON.stringify(identifiers)),
    reasons.map(({ at }) => at),
    now,
  ]);
}

async function recordConsents(sql: Sql, consents: readonly ConsentEvidence[], now: Date): Promise<void> {
  if (consents.length === 0) return;
  const column = <K extends keyof ConsentEvidence>(key: K) => consents.map((consent) => consent[key] ?? null);
  await sql.query('consents-record', CONSENT, [
    column('interactionId'),
    column('profileId'),
    column('purpose'),
    column('channel'),
    column('state'),
    column('at'),
    column('source'),
    column('wording'),
    column('wordingVersion'),
    column('actor'),
    now,
  ]);
}

async function writeTraits(sql: Sql, { forgotten, learned }: TraitChanges): Promise<void> {
  for (const [name, text, rows] of [
    ['traits-forget', FORGET_TRAITS, forgotten],
    ['traits-learn', LEARN_TRAITS, learned],
  ] as const) {
    if (rows.length > 0)
      await sql.query(name, text, [rows.map((row) => row.name), rows.map((row) => row.value), rows.map(({ profileId }) => profileId)]);
  }
}
