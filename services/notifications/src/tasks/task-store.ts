import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import type { Task, TaskStatus } from './task.js';

export interface TaskFilter {
  readonly status?: TaskStatus | undefined;
  readonly agentId?: string | undefined;
  readonly profileId?: string | undefined;
  readonly channel?: string | undefined;
}
export interface TaskPosition {
  readonly escalation: number;
  readonly id: string;
}

@Injectable()
export class TaskStore {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** What has waited too often first, then the oldest. */
  list({ status, agentId, profileId, channel }: TaskFilter, after: TaskPosition | null, limit: number): Promise<Task[]> {
    return this.tasks('list-tasks', LIST, [
      status ?? null,
      agentId ?? null,
      profileId ?? null,
      channel ?? null,
      after?.escalation ?? null,
      after?.id ?? null,
      limit,
    ]);
  }

  async find(id: string): Promise<Task | undefined> {
    return (await this.tasks('find-task', 'SELECT * FROM tasks WHERE id = $1', [id]))[0];
  }

  /** Gives the task to one agent for a while. Of two who ask at once one gets it; asking again prolongs. @returns nothing when it is not to be had. */
  async claim(id: string, agentId: string, leaseMs: number): Promise<Task | undefined> {
    return (await this.tasks('claim-task', CLAIM, [id, agentId, leaseMs]))[0];
  }

  /** Ends the task, once, by whoever holds it (or anybody, when nobody does). @returns nothing when it is not his or over. */
  async complete(id: string, agentId: string | undefined, outcome: string, notes: string | undefined, at: Date): Promise<Task | undefined> {
    return (await this.tasks('complete-task', COMPLETE, [id, agentId ?? null, outcome, notes ?? null, at]))[0];
  }

  /** What time does to tasks: claims lapse, what nobody began goes up in the list, what is too late ends. @returns how many changed. */
  async sweep(limit: number): Promise<number> {
    return (await this.tasks('sweep-tasks', SWEEP, [limit])).length;
  }

  private async tasks(name: string, text: string, values: readonly unknown[]): Promise<Task[]> {
    return (await sqlOf(this.pool).query<TaskRow>(name, text, values)).map(taskOf);
  }
}

const LIST = `
  SELECT * FROM tasks
  WHERE ($1::text IS NULL OR status = $1) AND ($2::text IS NULL OR agent_id = $2) AND ($3::uuid IS NULL OR profile_id = $3) AND ($4::text IS NULL OR channel = $4)
    AND ($5::int IS NULL OR escalation < $5 OR (escalation = $5 AND id > $6::uuid))
  ORDER BY escalation DESC, id LIMIT $7`;

const CLAIM = `
  UPDATE tasks SET status = 'claimed', agent_id = $2, claimed_at = CASE WHEN status = 'claimed' AND agent_id = $2 THEN claimed_at ELSE now() END,
    claim_until = now() + $3 * interval '1 millisecond', escalate_at = NULL
  WHERE id = $1 AND (expires_at IS NULL OR expires_at > now()) AND (status = 'open' OR (status = 'claimed' AND (agent_id = $2 OR claim_until <= now()))) RETURNING *`;

const COMPLETE = `
  UPDATE tasks SET status = 'completed', outcome = $3, notes = $4, completed_at = $5, agent_id = coalesce($2, agent_id), claim_until = NULL, escalate_at = NULL
  WHERE id = $1 AND (status = 'open' OR (status = 'claimed' AND ($2::text IS NULL OR agent_id = $2 OR claim_until <= now()))) RETURNING *`;

const SWEEP = `
  WITH due AS (
    SELECT id FROM tasks WHERE status IN ('open', 'claimed') AND LEAST(expires_at, escalate_at, claim_until) <= now()
    ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED
  )
  UPDATE tasks t SET
    status = CASE WHEN t.expires_at <= now() THEN 'expired' ELSE 'open' END,
    escalation = t.escalation + 1, agent_id = NULL, claimed_at = NULL, claim_until = NULL, escalate_at = NULL,
    expires_at = CASE WHEN t.expires_at <= now() THEN NULL ELSE t.expires_at END
  FROM due WHERE t.id = due.id RETURNING t.*`;

interface TaskRow {
  id: string;
  notification_id: string;
  profile_id: string;
  channel: string;
  address: string;
  purpose: Task['purpose'];
  title: string | null;
  script: string;
  locale: string;
  status: TaskStatus;
  escalation: number;
  agent_id: string | null;
  claimed_at: Date | null;
  claim_until: Date | null;
  expires_at: Date | null;
  outcome: string | null;
  notes: string | null;
  completed_at: Date | null;
  created_at: Date;
}

function taskOf(row: TaskRow): Task {
  const { id, channel, address, purpose, title, script, locale, status, escalation, outcome, notes } = row;
  return {
    id,
    notificationId: row.notification_id,
    profileId: row.profile_id,
    channel,
    address,
    purpose,
    title,
    script,
    locale,
    status,
    escalation,
    agentId: row.agent_id,
    claimedAt: row.claimed_at?.toISOString() ?? null,
    claimUntil: row.claim_until?.toISOString() ?? null,
    expiresAt: row.expires_at?.toISOString() ?? null,
    outcome,
    notes,
    completedAt: row.completed_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
  };
}
