import type { Purpose } from '@rapport/contracts';

export const TASK_STATUSES = ['open', 'claimed', 'completed', 'expired'] as const;
export type TaskStatus = (typeof TASK_STATUSES)[number];

/** A contact that a person makes. */
export interface Task {
  readonly id: string;
  readonly notificationId: string;
  readonly profileId: string;
  readonly channel: string;
  /** Where to reach the customer: the number to call. */
  readonly address: string;
  readonly purpose: Purpose;
  readonly title: string | null;
  readonly script: string;
  readonly locale: string;
  readonly status: TaskStatus;
  /** How often nobody saw to it in time. */
  readonly escalation: number;
  readonly agentId: string | null;
  readonly claimedAt: string | null;
  /** Until then nobody else can take it. */
  readonly claimUntil: string | null;
  readonly expiresAt: string | null;
  readonly outcome: string | null;
  readonly notes: string | null;
  readonly completedAt: string | null;
  readonly createdAt: string;
}

/** Outcomes after which nobody has spoken with the customer. Any other word means that somebody has. */
export const NOT_REACHED: ReadonlySet<string> = new Set(['no_answer', 'unreachable', 'busy', 'voicemail', 'wrong_number', 'cancelled']);
export const OUTCOME_PATTERN = /^[a-z][a-z0-9_]{0,39}$/;

/** An item of `POST /v1/interactions`; the gateway gives it an id that is the same at every retry. */
export interface InteractionItem {
  readonly event: string;
  readonly at: string;
  readonly channel: string;
  readonly direction: 'inbound' | 'outbound';
  readonly handling?: 'human';
  readonly identifiers: Readonly<Record<string, string>>;
  readonly notificationId: string;
  readonly agentId?: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

/** The outcome of a task as what it is: an interaction with the customer, served by a person. Pure. */
export function interactionOf(task: Task, identifiers: Readonly<Record<string, string>>): InteractionItem {
  const { id, outcome, completedAt, channel, notificationId, agentId, purpose, createdAt } = task;
  if (outcome === null || completedAt === null) throw new Error(`task ${id} is not completed`);
  const spoke = channel === 'phone' && !NOT_REACHED.has(outcome);
  return {
    event: spoke ? 'Call Ended' : 'Task Completed',
    at: completedAt,
    channel,
    direction: 'outbound',
    handling: 'human',
    identifiers,
    notificationId,
    ...(agentId === null ? {} : { agentId }),
    properties: { taskId: id, outcome, purpose, waitedMs: Date.parse(completedAt) - Date.parse(createdAt) },
  };
}
