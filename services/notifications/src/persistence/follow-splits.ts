import { partitionOf, type Sql } from '@rapport/platform';
import { splitInbox } from '../inbox/move-inboxes.js';
import type { Input, ProfileInput } from '../pipeline/inputs.js';

// Both facts of an un-merge say that the profile lives again, and which contacts are its own: which one comes first is open. What is told below `version` is from
// before it; who was merged again since stays merged.
const REVIVE = `
  INSERT INTO profiles (profile_id, version) SELECT profile_id, max(version) FROM unnest($1::uuid[], $2::integer[]) AS r (profile_id, version)
  GROUP BY profile_id ORDER BY profile_id
  ON CONFLICT ON CONSTRAINT profiles_pkey DO UPDATE SET merged_into = NULL, digest = '', version = greatest(profiles.version, excluded.version)
  WHERE profiles.merged_into IS NULL OR profiles.version <= excluded.version`;
const IS_PART = 'SELECT FROM profiles WHERE profile_id = $1 AND merged_into IS NOT NULL';
const LOCK = 'SELECT FROM profiles WHERE profile_id = ANY($1::uuid[]) ORDER BY profile_id FOR UPDATE';
// A notification is whose address it was sent to; one that has no delivery yet stays, and is judged by what is known when it falls due.
const MOVE_DELIVERIES = `
  UPDATE deliveries SET profile_id = $2, partition = $3,
    lease_owner = CASE WHEN status = 'queued' THEN NULL ELSE lease_owner END, lease_until = CASE WHEN status = 'queued' THEN NULL ELSE lease_until END
  WHERE profile_id = $1 AND address = ANY($4::text[]) RETURNING id, notification_id`;
const MOVE_NOTIFICATIONS = 'UPDATE notifications SET profile_id = $2, partition = $3 WHERE profile_id = $1 AND id = ANY($4::uuid[])';
const MOVE_RUNS = `
  UPDATE journey_runs SET profile_id = $2, partition = $3
  WHERE profile_id = $1 AND id IN (SELECT run_id FROM journey_run_steps WHERE notification_id = ANY($4::uuid[]))`;
// Caps: a contact counts against whom it reached.
const SPLIT_CAPS = `
  WITH before AS (SELECT touches, revision FROM frequency_caps WHERE profile_id = $1), parted AS (
    SELECT revision, coalesce(json_agg(touch) FILTER (WHERE touch ->> 'deliveryId' = ANY($3::text[])), '[]') AS moved,
      coalesce(json_agg(touch) FILTER (WHERE touch ->> 'deliveryId' <> ALL($3::text[])), '[]') AS kept
    FROM before, json_array_elements(touches) AS touch GROUP BY revision
  ), own AS (UPDATE frequency_caps SET touches = parted.kept, revision = frequency_caps.revision + 1 FROM parted WHERE profile_id = $1)
  INSERT INTO frequency_caps AS c (profile_id, revision, touches) SELECT $2::uuid, 1, moved FROM parted
  ON CONFLICT ON CONSTRAINT frequency_caps_pkey DO UPDATE SET revision = c.revision + 1,
    touches = (SELECT coalesce(json_agg(touch), '[]') FROM (SELECT json_array_elements(c.touches) AS touch UNION ALL SELECT json_array_elements(excluded.touches)) AS both_)`;
// What came back on earlier contacts cannot be told apart by person, only by address: both keep it, so that nobody is written to who said no.
const COPY_FEEDBACK = `
  INSERT INTO profile_projections AS p (profile_id, classification, feedback) SELECT $2::uuid, classification, feedback FROM profile_projections WHERE profile_id = $1
  ON CONFLICT ON CONSTRAINT profile_projections_pkey DO UPDATE SET feedback = coalesce(p.feedback, excluded.feedback)`;

/**
 * Gives back what a merge had moved, before anything of the batch is loaded. Rare: a batch without an un-merge sends no statement.
 * @param partitions of the topics: rows belong to the clock of their profile's partition
 */
export async function followSplits(sql: Sql, inputs: readonly Input[], partitions: number): Promise<void> {
  const facts = inputs.filter(
    (input): input is ProfileInput => input.kind === 'profile' && (input.split !== null || input.unmergedFrom !== null),
  );
  if (facts.length === 0) return;
  const partings = facts.flatMap(({ profileId, version, split, unmergedFrom }): Parting[] => [
    ...(split === null ? [] : [{ from: profileId, into: split.profileId, version: split.version, addresses: split.addresses }]),
    ...(unmergedFrom === null ? [] : [{ from: unmergedFrom.profileId, into: profileId, version, addresses: unmergedFrom.addresses }]),
  ]);
  const ids = [...new Set(partings.flatMap(({ from, into }) => [from, into]))].sort();
  await sql.query('split-lock', LOCK, [ids]);
  await sql.query('split-revive', REVIVE, [partings.map(({ into }) => into), partings.map(({ version }) => version - 1)]);
  for (const parting of partings) await part(sql, parting, partitions);
}

interface Parting {
  /** The profile that had both, and the one that lives again from this version on. */
  readonly from: string;
  readonly into: string;
  readonly version: number;
  readonly addresses: readonly string[];
}

async function part(sql: Sql, { from, into, addresses }: Parting, partitions: number): Promise<void> {
  if ((await sql.query('split-is-one', IS_PART, [into])).length > 0) return; // merged again since
  const partition = partitionOf(into, partitions);
  const moved = await sql.query<{ id: string; notification_id: string }>('split-deliveries', MOVE_DELIVERIES, [
    from,
    into,
    partition,
    [...addresses, into], // the inbox in the app is addressed by the profile itself
  ]);
  await sql.query('split-feedback', COPY_FEEDBACK, [from, into]);
  if (moved.length === 0) return;
  const notificationIds = moved.map(({ notification_id }) => notification_id);
  await splitInbox(
    sql,
    { from, to: into },
    moved.map(({ id }) => id),
  );
  await sql.query('split-notifications', MOVE_NOTIFICATIONS, [from, into, partition, notificationIds]);
  await sql.query('split-runs', MOVE_RUNS, [from, into, partition, notificationIds]);
  await sql.query('split-caps', SPLIT_CAPS, [from, into, moved.map(({ id }) => id)]);
}
