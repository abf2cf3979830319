import { Inject, Injectable } from '@nestjs/common';
import type { BatchContext, Sql } from '@rapport/platform';
import type { DecisionStore } from '../pipeline/decision-store.js';
import { DECIDE_SETTINGS } from '../pipeline/decide-notifications.pipeline.js';
import type { Input } from '../pipeline/inputs.js';
import type { Changes, DecideSettings, WorkingSet } from '../pipeline/working-set.js';
import { followSplits } from './follow-splits.js';
import { loadWorkingSet } from './load-working-set.js';
import { writeChanges } from './write-changes.js';

// What came back goes first: it may answer what else is due.
const DUE = `
  (SELECT 'outcome' AS kind, o.id::text AS outcome_id, o.delivery_id, o.status, o.provider_message_id, o.reason, o.retryable, o.at, d.notification_id, d.profile_id
   FROM delivery_outcomes o LEFT JOIN deliveries d ON d.id = o.delivery_id WHERE o.partition = $1 ORDER BY o.id LIMIT $3)
  UNION ALL
  (SELECT 'due', NULL, NULL, NULL, NULL, NULL, NULL, due_at, id, profile_id FROM notifications WHERE partition = $1 AND due_at <= $2 ORDER BY due_at, id LIMIT $3)
  LIMIT $3`;

interface DueRow {
  kind: 'outcome' | 'due';
  outcome_id: string;
  delivery_id: string;
  status: 'sent' | 'delivered' | 'failed' | 'bounced' | 'ambiguous';
  provider_message_id: string | null;
  reason: string | null;
  retryable: boolean;
  at: Date;
  notification_id: string;
  profile_id: string;
}

@Injectable()
export class PostgresDecisionStore implements DecisionStore {
  constructor(@Inject(DECIDE_SETTINGS) private readonly settings: Pick<DecideSettings, 'partitions'>) {}

  async load(sql: Sql, inputs: readonly Input[], { now }: BatchContext): Promise<WorkingSet> {
    await followSplits(sql, inputs, this.settings.partitions);
    return loadWorkingSet(sql, inputs, now);
  }

  write(sql: Sql, changes: Changes, set: WorkingSet, { now }: BatchContext): Promise<void> {
    return writeChanges(sql, changes, set, now, this.settings.partitions);
  }

  async due(sql: Sql, { partition, now }: BatchContext, limit: number): Promise<Input[]> {
    return (await sql.query<DueRow>('due', DUE, [partition, now, limit])).map(inputOf);
  }

  async abandon(sql: Sql, input: Input, reason: string): Promise<void> {
    if (input.kind === 'outcome') await sql.query('abandon-outcome', 'DELETE FROM delivery_outcomes WHERE id = $1', [input.outcome.id]);
    if (input.kind === 'due')
      await sql.query(
        'abandon-due',
        `UPDATE notifications SET due_at = NULL, status = 'failed', reason = left($2, 200), updated_at = now() WHERE id = $1`,
        [input.notificationId, reason],
      );
  }
}

function inputOf(row: DueRow): Input {
  if (row.kind === 'due') return { kind: 'due', notificationId: row.notification_id, profileId: row.profile_id };
  const { outcome_id: id, delivery_id: deliveryId, status, provider_message_id: providerMessageId, reason, retryable, at } = row;
  return {
    kind: 'outcome',
    outcome: { id, deliveryId, status, providerMessageId, reason, retryable, at },
    notificationId: row.notification_id,
    profileId: row.profile_id,
  };
}
