import { type Sql, textArray, timestampArray, uuidArray } from '@rapport/platform';
import type { ToldBehaviour } from '../domain/told-histories.js';
import { iso } from '../domain/windows.js';
import { encodeState } from '../domain/stored-customer.js';
import { saveAnswers } from './save-answers.js';
import type { CustomerChanges } from '../pipeline/customer-store.js';

const CUSTOMERS = `
  UPDATE customers c SET partition = u.partition, version = u.version, epoch = u.epoch, snapshot = coalesce(nullif(u.snapshot, ''), c.snapshot), state = u.state
  FROM unnest($1::uuid[], $2::integer[], $3::integer[], $4::integer[], $5::text[], $6::text[]) AS u (profile_id, partition, version, epoch, snapshot, state)
  WHERE c.profile_id = u.profile_id`;

const ENTERED = `
  INSERT INTO memberships (segment_id, profile_id, sequence, since) SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::integer[], $4::timestamptz[])
  ON CONFLICT ON CONSTRAINT memberships_pkey DO UPDATE SET sequence = excluded.sequence, since = excluded.since`;
const LEFT = `DELETE FROM memberships m USING unnest($1::uuid[], $2::uuid[]) AS u (segment_id, profile_id) WHERE m.segment_id = u.segment_id AND m.profile_id = u.profile_id`;

const DUE = `
  INSERT INTO due_customers (profile_id, partition, due_at) SELECT * FROM unnest($1::uuid[], $2::integer[], $3::timestamptz[])
  ON CONFLICT ON CONSTRAINT due_customers_pkey DO UPDATE SET due_at = excluded.due_at`;
const NOT_DUE = `DELETE FROM due_customers WHERE profile_id = ANY($1::uuid[])`;

// The history moves to the survivor, and so do his answers to surveys; what both had (a sender repeated itself long after) stays one.
const MOVE_HISTORY = `
  WITH moved AS (
    DELETE FROM behaviours b USING unnest($1::uuid[], $2::uuid[]) AS m (loser, survivor) WHERE b.profile_id = m.loser
    RETURNING m.survivor, b.at, b.interaction_id, b.event, b.body, coalesce(b.told_of, m.loser)
  ), answers AS (
    UPDATE satisfaction_answers a SET profile_id = m.survivor FROM unnest($1::uuid[], $2::uuid[]) AS m (loser, survivor) WHERE a.profile_id = m.loser
  )
  INSERT INTO behaviours (profile_id, at, interaction_id, event, body, told_of) SELECT * FROM moved ON CONFLICT DO NOTHING`;
const FORGET_MEMBERSHIPS = `DELETE FROM memberships WHERE profile_id = ANY($1::uuid[])`;
const STAND = `
  UPDATE customers c SET merged_into = s.merged_into, standing_version = s.version,
    version = CASE WHEN s.merged_into IS NULL THEN c.version ELSE greatest(c.version, s.version) END,
    snapshot = CASE WHEN s.merged_into IS NULL THEN c.snapshot END, state = CASE WHEN s.merged_into IS NULL THEN c.state END
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS s (profile_id, merged_into, version) WHERE c.profile_id = s.profile_id`;

const MOVE_BEHAVIOURS = `
  WITH places AS (
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::uuid[], $5::uuid[]) AS p (from_id, into_id, at, interaction_id, told_of)
  ), moved AS (
    DELETE FROM behaviours b USING places p WHERE b.profile_id = p.from_id AND b.at = p.at AND b.interaction_id = p.interaction_id
    RETURNING p.into_id, b.at, b.interaction_id, b.event, b.body, p.told_of
  ), answers AS (
    UPDATE satisfaction_answers a SET profile_id = p.into_id FROM places p WHERE a.interaction_id = p.interaction_id
  )
  INSERT INTO behaviours (profile_id, at, interaction_id, event, body, told_of) SELECT * FROM moved ON CONFLICT DO NOTHING`;

const PART = `
  WITH parted AS (UPDATE customers SET is_parted = true WHERE profile_id = ANY($1::uuid[]) AND NOT is_parted)
  INSERT INTO partings (profile_id, partings) SELECT * FROM unnest($1::uuid[], $2::json[])
  ON CONFLICT ON CONSTRAINT partings_pkey DO UPDATE SET partings = excluded.partings`;

const FORGET_HISTORY = `
  WITH answers AS (DELETE FROM satisfaction_answers WHERE profile_id = ANY($1::uuid[]))
  DELETE FROM behaviours WHERE profile_id = ANY($1::uuid[])`;
const FORGET_CUSTOMERS = `
  WITH RECURSIVE people AS (
    SELECT profile_id FROM customers WHERE profile_id = ANY($1::uuid[])
    UNION SELECT c.profile_id FROM people JOIN customers c ON c.merged_into = people.profile_id
  ), parted AS (DELETE FROM partings WHERE profile_id IN (SELECT profile_id FROM people))
  DELETE FROM customers WHERE profile_id IN (SELECT profile_id FROM people)`;

const SWEPT = `DELETE FROM backfills WHERE partition = $1 AND epoch <= $2`;

/** Writes what a batch changed: a statement per table and kind of change, and none for what did not change. */
export async function saveChanges(sql: Sql, changes: CustomerChanges, partition: number): Promise<void> {
  await saveIdentities(sql, changes);
  await saveErasures(sql, changes);
  await saveAnswers(sql, changes.answers);
  const { customers, entered, left, due, notDue, sweptEpoch } = changes;
  if (customers.length > 0) {
    await sql.query('segmentation-save-customers', CUSTOMERS, [
      uuidArray(customers.map(({ customer }) => customer.profileId)),
      customers.map((saved) => saved.partition),
      customers.map(({ customer }) => customer.version),
      customers.map(({ customer }) => customer.epoch),
      textArray(customers.map(({ customer, snapshotChanged }) => (snapshotChanged ? JSON.stringify(customer.snapshot) : ''))),
      textArray(customers.map(({ customer }) => encodeState(customer))),
    ]);
  }
  if (left.length > 0) await sql.query('segmentation-left', LEFT, [left.map((one) => one.segmentId), left.map((one) => one.profileId)]);
  if (entered.length > 0) {
    await sql.query('segmentation-entered', ENTERED, [
      uuidArray(entered.map((one) => one.segmentId)),
      uuidArray(entered.map((one) => one.profileId)),
      entered.map((one) => one.sequence),
      entered.map((one) => iso(one.since)),
    ]);
  }
  if (notDue.length > 0) await sql.query('segmentation-not-due', NOT_DUE, [notDue]);
  if (due.length > 0)
    await sql.query('segmentation-due-at', DUE, [
      uuidArray(due.map((one) => one.profileId)),
      due.map((one) => one.partition),
      timestampArray(due.map((one) => one.at.getTime())),
    ]);
  if (sweptEpoch !== undefined) await sql.query('segmentation-swept', SWEPT, [partition, sweptEpoch]);
}

async function saveIdentities(sql: Sql, { merged, moved, standings, partings }: CustomerChanges): Promise<void> {
  if (merged.length > 0) {
    const losers = merged.map(({ from }) => from);
    await sql.query('segmentation-move-history', MOVE_HISTORY, [losers, merged.map(({ into }) => into)]);
    await sql.query('segmentation-forget-memberships', FORGET_MEMBERSHIPS, [losers]);
    await sql.query('segmentation-not-due', NOT_DUE, [losers]);
  }
  if (moved.length > 0)
    await sql.query('segmentation-move-behaviours', MOVE_BEHAVIOURS, [
      moved.map(({ from }) => from),
      moved.map(({ to }) => to.customerId),
      moved.map(({ behaviour }) => iso(behaviour.at)),
      moved.map(({ behaviour }) => behaviour.id),
      moved.map(({ to }) => toldOfColumn(to)),
    ]);
  if (standings.length > 0)
    await sql.query('segmentation-stand', STAND, [
      standings.map(({ profileId }) => profileId),
      standings.map(({ mergedInto }) => mergedInto),
      standings.map(({ version }) => version),
    ]);
  if (partings.size > 0)
    await sql.query('segmentation-part', PART, [[...partings.keys()], [...partings.values()].map((all) => JSON.stringify(all))]);
}

/** Mostly what is told of a customer is told of himself: that needs no room. */
export const toldOfColumn = ({ customerId, toldOf }: Pick<ToldBehaviour, 'customerId' | 'toldOf'>): string | null =>
  toldOf === customerId ? null : toldOf;

async function saveErasures(sql: Sql, { erased }: CustomerChanges): Promise<void> {
  if (erased.length === 0) return;
  await sql.query('segmentation-forget-memberships', FORGET_MEMBERSHIPS, [erased]);
  await sql.query('segmentation-not-due', NOT_DUE, [erased]);
  await sql.query('segmentation-forget-history', FORGET_HISTORY, [erased]);
  await sql.query('segmentation-forget-customers', FORGET_CUSTOMERS, [erased]);
}
