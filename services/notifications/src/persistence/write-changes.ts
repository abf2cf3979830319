import { partitionOf, type Sql, uuidArray } from '@rapport/platform';
import { CAP_WINDOW_MAX_MS } from '../domain/legal-defaults.js';
import { isRecent } from '../domain/frequency-caps.js';
import { type Changes, type CustomerState, resolve, type WorkingSet } from '../pipeline/working-set.js';
import { eraseProfiles, moveRows } from './profile-rows.js';

/** Somebody else counted a contact of the same customer meanwhile. The batch is decided anew from what is there then. */
export class CapConflict extends Error {
  override readonly name = 'CapConflict';
}

/** Writes what a batch changed: one statement per table, rows sorted by key. */
export async function writeChanges(sql: Sql, changes: Changes, set: WorkingSet, now: Date, partitions: number): Promise<void> {
  if (changes.erased.length > 0) await eraseProfiles(sql, changes.erased);
  if (changes.merges.length > 0) {
    const merges = changes.merges.map(({ loserId, survivorId, version }) => ({
      loserId,
      intoId: survivorId,
      survivorId: resolve(set, survivorId),
      version,
    }));
    await moveRows(
      sql,
      merges.map((merge) => ({ ...merge, partition: partitionOf(merge.survivorId, partitions) })),
    );
  }
  await writeVersions(sql, [...changes.versions]);
  await writeProjections(sql, [...changes.projections], now);
  await writeCaps(sql, [...changes.caps], now);
  await writeRuns(sql, changes, now);
  await insertNotifications(sql, changes, now);
  await updateNotifications(sql, changes, now);
  await insertDeliveries(sql, changes, now);
  await updateDeliveries(sql, changes, now);
  if (changes.outcomes.length > 0)
    await sql.query('delete-outcomes', 'DELETE FROM delivery_outcomes WHERE id = ANY($1::bigint[])', [changes.outcomes]);
}

const byId = (a: { profileId: string }, b: { profileId: string }): number => (a.profileId < b.profileId ? -1 : 1);
const column = <Row, Value>(rows: readonly Row[], read: (row: Row) => Value): Value[] => rows.map(read);
const json = (value: unknown): string | null => (value === null || value === undefined ? null : JSON.stringify(value));
const iso = (at: Date | null): string | null => at?.toISOString() ?? null;

const VERSIONS = `
  UPDATE profiles p SET version = new.version, digest = new.digest
  FROM unnest($1::uuid[], $2::int[], $3::text[]) AS new(profile_id, version, digest) WHERE p.profile_id = new.profile_id`;

async function writeVersions(sql: Sql, customers: CustomerState[]): Promise<void> {
  if (customers.length === 0) return;
  const rows = customers.sort(byId);
  await sql.query('write-versions', VERSIONS, [
    uuidArray(column(rows, (row) => row.profileId)),
    column(rows, (row) => row.version),
    column(rows, (row) => row.digest),
  ]);
}

const PROJECTIONS = `
  INSERT INTO profile_projections (profile_id, snapshot, classification, feedback, updated_at)
  SELECT profile_id, snapshot::json, classification::json, feedback::json, $5
  FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS new(profile_id, snapshot, classification, feedback)
  ON CONFLICT ON CONSTRAINT profile_projections_pkey
  DO UPDATE SET snapshot = excluded.snapshot, classification = excluded.classification, feedback = excluded.feedback, updated_at = excluded.updated_at`;

async function writeProjections(sql: Sql, customers: CustomerState[], now: Date): Promise<void> {
  if (customers.length === 0) return;
  const rows = customers.sort(byId);
  await sql.query('write-projections', PROJECTIONS, [
    uuidArray(column(rows, (row) => row.profileId)),
    column(rows, (row) => json(row.snapshot)),
    column(rows, (row) => json(row.classification)),
    column(rows, (row) => json(row.feedback)),
    now,
  ]);
}

// Compare and set in one statement: a row changes only if it is still the one that was counted from.
const CAPS = `
  INSERT INTO frequency_caps AS caps (profile_id, revision, touches)
  SELECT profile_id, revision, touches::json FROM unnest($1::uuid[], $2::int[], $3::text[]) AS new(profile_id, revision, touches)
  ON CONFLICT ON CONSTRAINT frequency_caps_pkey
  DO UPDATE SET revision = excluded.revision, touches = excluded.touches WHERE caps.revision = excluded.revision - 1
  RETURNING profile_id`;

async function writeCaps(sql: Sql, customers: CustomerState[], now: Date): Promise<void> {
  if (customers.length === 0) return;
  const rows = customers.sort(byId);
  const kept = column(rows, ({ touches }) => JSON.stringify(touches.filter((touch) => isRecent(touch, CAP_WINDOW_MAX_MS, now))));
  const written = await sql.query('write-caps', CAPS, [
    column(rows, (row) => row.profileId),
    column(rows, (row) => row.capsRevision + 1),
    kept,
  ]);
  if (written.length !== rows.length) throw new CapConflict('a frequency cap was counted by another writer');
}

const RUNS = `
  INSERT INTO journey_runs (id, journey_id, journey_version, profile_id, partition, trigger_key, state, step, cause, started_at, ended_at)
  SELECT id, journey_id, version, profile_id, partition, trigger_key, 'completed', steps, cause::jsonb, $9, $9
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::uuid[], $5::int[], $6::text[], $7::int[], $8::text[])
    AS new(id, journey_id, version, profile_id, partition, trigger_key, steps, cause)`;
const RUN_STEPS = `
  INSERT INTO journey_run_steps (run_id, step, kind, notification_id, at)
  SELECT run_id, step, 'notify', notification_id, $4 FROM unnest($1::uuid[], $2::int[], $3::uuid[]) AS new(run_id, step, notification_id)`;

async function writeRuns(sql: Sql, { runs }: Changes, now: Date): Promise<void> {
  if (runs.length === 0) return;
  await sql.query('insert-runs', RUNS, [
    column(runs, (run) => run.id),
    column(runs, (run) => run.journey.id),
    column(runs, (run) => run.journey.version),
    column(runs, (run) => run.profileId),
    column(runs, (run) => run.partition),
    column(runs, (run) => run.triggerKey),
    column(runs, (run) => run.steps.length),
    column(runs, (run) => json(run.cause)),
    now,
  ]);
  const steps = runs.flatMap((run) => run.steps.map((step) => ({ runId: run.id, ...step })));
  await sql.query('insert-run-steps', RUN_STEPS, [
    column(steps, (step) => step.runId),
    column(steps, (step) => step.step),
    column(steps, (step) => step.notificationId),
    now,
  ]);
}

const NEW_NOTIFICATIONS = `
  INSERT INTO notifications (id, profile_id, partition, purpose, status, reason, request, cause, decision, tried, delivery_id, due_at, traceparent, created_at, updated_at)
  SELECT id, profile_id, partition, purpose, status, reason, request::json, cause::json, decision::json, string_to_array(tried, ','), delivery_id, due_at, traceparent, created_at, $15
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::uuid[], $12::timestamptz[], $13::text[], $14::timestamptz[])
    AS new(id, profile_id, partition, purpose, status, reason, request, cause, decision, tried, delivery_id, due_at, traceparent, created_at)`;

async function insertNotifications(sql: Sql, { newNotifications }: Changes, now: Date): Promise<void> {
  if (newNotifications.size === 0) return;
  const rows = [...newNotifications].sort((a, b) => (a.id < b.id ? -1 : 1));
  await sql.query('insert-notifications', NEW_NOTIFICATIONS, [
    column(rows, (row) => row.id),
    column(rows, (row) => row.profileId),
    column(rows, (row) => row.partition),
    column(rows, (row) => row.request.purpose),
    column(rows, (row) => row.status),
    column(rows, (row) => row.reason),
    column(rows, (row) => json(row.request)),
    column(rows, (row) => json(row.cause)),
    column(rows, (row) => json(row.decision)),
    column(rows, (row) => row.tried.join(',')),
    column(rows, (row) => row.deliveryId),
    column(rows, (row) => iso(row.dueAt)),
    column(rows, (row) => row.traceparent),
    column(rows, (row) => iso(row.createdAt)),
    now,
  ]);
}

const CHANGED_NOTIFICATIONS = `
  UPDATE notifications n SET profile_id = new.profile_id, partition = new.partition, status = new.status, reason = new.reason, decision = new.decision::json,
    tried = string_to_array(new.tried, ','), delivery_id = new.delivery_id, due_at = new.due_at, updated_at = $10
  FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::text[], $6::text[], $7::text[], $8::uuid[], $9::timestamptz[])
    AS new(id, profile_id, partition, status, reason, decision, tried, delivery_id, due_at)
  WHERE n.id = new.id`;

async function updateNotifications(sql: Sql, { notifications, newNotifications }: Changes, now: Date): Promise<void> {
  const rows = [...notifications].filter((row) => !newNotifications.has(row)).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (rows.length === 0) return;
  await sql.query('update-notifications', CHANGED_NOTIFICATIONS, [
    column(rows, (row) => row.id),
    column(rows, (row) => row.profileId),
    column(rows, (row) => row.partition),
    column(rows, (row) => row.status),
    column(rows, (row) => row.reason),
    column(rows, (row) => json(row.decision)),
    column(rows, (row) => row.tried.join(',')),
    column(rows, (row) => row.deliveryId),
    column(rows, (row) => iso(row.dueAt)),
    now,
  ]);
}

const NEW_DELIVERIES = `
  INSERT INTO deliveries (id, notification_id, profile_id, partition, channel, address, purpose, template, content, locale, label, data, customer, context,
    status, not_before, expires_at, idempotency_key, created_at, updated_at)
  SELECT id, notification_id, profile_id, partition, channel, address, purpose, template, content::json, locale, label, data::json, customer::json, context::json,
    'queued', $16, expires_at, id::text, $16, $16
  FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::text[], $15::timestamptz[])
    AS new(id, notification_id, profile_id, partition, channel, address, purpose, template, content, locale, label, data, customer, context, expires_at)`;

async function insertDeliveries(sql: Sql, { newDeliveries }: Changes, now: Date): Promise<void> {
  if (newDeliveries.length === 0) return;
  const rows = [...newDeliveries].sort((a, b) => (a.id < b.id ? -1 : 1));
  await sql.query('insert-deliveries', NEW_DELIVERIES, [
    column(rows, (row) => row.id),
    column(rows, (row) => row.notification.id),
    column(rows, (row) => row.notification.profileId),
    column(rows, (row) => row.notification.partition),
    column(rows, (row) => row.channel),
    column(rows, (row) => row.address),
    column(rows, (row) => row.notification.request.purpose),
    column(rows, (row) => row.notification.request.template ?? null),
    column(rows, (row) => json(row.notification.request.content)),
    column(rows, (row) => row.locale),
    column(rows, (row) => row.label),
    column(rows, (row) => json(row.notification.request.data)),
    column(rows, (row) => json(row.customer)),
    column(rows, (row) => json(row.context)),
    column(rows, (row) => row.notification.request.expiresAt ?? null),
    now,
  ]);
}

const CHANGED_DELIVERIES = `
  UPDATE deliveries d SET status = new.status, attempt = new.attempt, not_before = new.not_before, reason = new.reason, lease_until = NULL, lease_owner = NULL, updated_at = $6
  FROM unnest($1::uuid[], $2::text[], $3::int[], $4::timestamptz[], $5::text[]) AS new(id, status, attempt, not_before, reason)
  WHERE d.id = new.id`;

async function updateDeliveries(sql: Sql, { deliveries }: Changes, now: Date): Promise<void> {
  if (deliveries.size === 0) return;
  const rows = [...deliveries].sort((a, b) => (a.id < b.id ? -1 : 1));
  await sql.query('update-deliveries', CHANGED_DELIVERIES, [
    column(rows, (row) => row.id),
    column(rows, (row) => row.status),
    column(rows, (row) => row.attempt),
    column(rows, (row) => iso(row.notBefore)),
    column(rows, (row) => row.reason),
    now,
  ]);
}
