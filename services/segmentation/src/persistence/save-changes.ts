import { type Sql, textArray, timestampArray, uuidArray } from '@rapport/platform';
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
    RETURNING m.survivor, b.at, b.interaction_id, b.event, b.body
  ), answers AS (
    UPDATE satisfaction_answers a SET profile_id = m.survivor FROM unnest($1::uuid[], $2::uuid[]) AS m (loser, survivor) WHERE a.profile_id = m.loser
  )
  INSERT INTO behaviours (profile_id, at, interaction_id, event, body) SELECT * FROM moved ON CONFLICT DO NOTHING`;
const FORGET_MEMBERSHIPS = `DELETE FROM memberships WHERE profile_id = ANY($1::uuid[])`;
const REDIRECT = `
  UPDATE customers c SET merged_into = m.survivor, version = m.version, snapshot = NULL, state = NULL
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS m (loser, survivor, version) WHERE c.profile_id = m.loser`;

const MOVE_SPLIT = `
  WITH answers AS (UPDATE satisfaction_answers SET profile_id = $2 WHERE profile_id = $1 AND interaction_id = ANY($3::uuid[]))
  UPDATE behaviours SET profile_id = $2 WHERE profile_id = $1 AND interaction_id = ANY($3::uuid[])`;

const FORGET_HISTORY = `
  WITH answers AS (DELETE FROM satisfaction_answers WHERE profile_id = ANY($1::uuid[]))
  DELETE FROM behaviours WHERE profile_id = ANY($1::uuid[])`;
const FORGET_CUSTOMERS = `DELETE FROM customers WHERE profile_id = ANY($1::uuid[]) OR merged_into = ANY($1::uuid[])`;

const SWEPT = `DELETE FROM backfills WHERE partition = $1 AND epoch <= $2`;

/** Writes what a batch changed: a statement per table and kind of change, and none for what did not change. */
export async function saveChanges(sql: Sql, changes: CustomerChanges, partition: number): Promise<void> {
  await saveMerges(sql, changes);
  for (const { from, into, interactionIds } of changes.split)
    await sql.query('segmentation-move-split', MOVE_SPLIT, [from, into, interactionIds]);
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

async function saveMerges(sql: Sql, { merged }: CustomerChanges): Promise<void> {
  if (merged.length === 0) return;
  const losers = merged.map(({ from }) => from);
  const survivors = merged.map(({ into }) => into);
  await sql.query('segmentation-move-history', MOVE_HISTORY, [losers, survivors]);
  await sql.query('segmentation-forget-memberships', FORGET_MEMBERSHIPS, [losers]);
  await sql.query('segmentation-not-due', NOT_DUE, [losers]);
  await sql.query('segmentation-redirect', REDIRECT, [losers, survivors, merged.map(({ version }) => version)]);
}

async function saveErasures(sql: Sql, { erased }: CustomerChanges): Promise<void> {
  if (erased.length === 0) return;
  await sql.query('segmentation-forget-memberships', FORGET_MEMBERSHIPS, [erased]);
  await sql.query('segmentation-not-due', NOT_DUE, [erased]);
  await sql.query('segmentation-forget-history', FORGET_HISTORY, [erased]);
  await sql.query('segmentation-forget-customers', FORGET_CUSTOMERS, [erased]);
}
