import type { CasePriority, Money } from '@rapport/contracts';
import type { Case } from './case.js';
import {
  AGE_WEIGHTS,
  ESCALATION_WEIGHT,
  PRIORITY_FROM,
  SENSITIVITY_WEIGHT,
  type TargetRow,
  TARGETS,
  VALUE_WEIGHTS,
} from './case-tables.js';
import { addWorkingTime } from './working-time.js';

type Matter = Pick<Case, 'sensitivity' | 'complexity'>;

export function targetOf({ sensitivity, complexity }: Matter): TargetRow {
  return TARGETS.find(
    (row) =>
      (row.sensitivity === undefined || row.sensitivity === sensitivity) && (row.complexity === undefined || row.complexity === complexity),
  )!;
}

/** When working time has passed on the customer's clock. */
export const dueAfter = (from: string, workingMs: number, timeZone: string): string =>
  new Date(addWorkingTime(Date.parse(from), workingMs, timeZone)).toISOString();

/** The weight of the highest step that the amount reaches. */
const valueWeight = (value: Money | null): number =>
  value === null ? 1 : (VALUE_WEIGHTS[value.currency]?.find(([from]) => Number(value.amount) >= from)?.[1] ?? 1);

/** Of several sums in several currencies the one that weighs most. */
export const weightiest = (values: readonly Money[]): Money | null =>
  values.reduce<Money | null>((best, value) => (best === null || valueWeight(value) > valueWeight(best) ? value : best), null);

export interface Weighed {
  readonly priority: CasePriority;
  /** When age alone will raise it. */
  readonly risesAt: string | null;
}

/** Sensitivity × value × age (× escalation), unless a person has said otherwise. @param now ISO */
export function weighPriority(one: Case, now: string): Weighed {
  if (one.priorityOverride !== null) return { priority: one.priorityOverride, risesAt: null };
  const standing = SENSITIVITY_WEIGHT[one.sensitivity] * valueWeight(one.value) * (one.escalated ? ESCALATION_WEIGHT : 1);
  const { resolutionMs } = targetOf(one);
  let risesAt: string | null = null;
  for (const [share, weight] of AGE_WEIGHTS) {
    const from = share === 0 ? one.countsFrom : dueAfter(one.countsFrom, resolutionMs * share, one.timeZone);
    if (from <= now || share === 0) return { priority: priorityOf(standing * weight), risesAt };
    risesAt = from;
  }
  throw new Error('AGE_WEIGHTS begins at 0');
}

const priorityOf = (product: number): CasePriority => PRIORITY_FROM.find(([from]) => product >= from)![1];
