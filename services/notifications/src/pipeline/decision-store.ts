import type { BatchContext, Sql } from '@rapport/platform';
import type { Input } from './inputs.js';
import type { Changes, WorkingSet } from './working-set.js';

export const DECISION_STORE = Symbol('DECISION_STORE');

/** What deciding needs of the database. All of it runs inside the kernel's transaction. */
export interface DecisionStore {
  /** Locks the customers of a batch and loads what its inputs need of them. Inputs that concern nothing here lock nothing. */
  load(sql: Sql, inputs: readonly Input[], context: BatchContext): Promise<WorkingSet>;
  /** @throws Error when a frequency cap was counted by somebody else meanwhile: decide again. */
  write(sql: Sql, changes: Changes, set: WorkingSet, context: BatchContext): Promise<void>;
  /** What the clock of this partition finds due, oldest first. */
  due(sql: Sql, context: BatchContext, limit: number): Promise<Input[]>;
  /** Takes a due input that cannot be decided off the clock. */
  abandon(sql: Sql, input: Input, reason: string): Promise<void>;
}
