import type { EngagementModel } from '@rapport/contracts';
import type { Snapshot } from '../snapshot.js';

export interface Engagement {
  readonly model: EngagementModel;
  readonly reasons: readonly string[];
}

interface PointRow {
  readonly points: number;
  readonly when: (snapshot: Snapshot) => boolean;
  readonly because: string;
}

/**
 * Rule-based (`basis: rules`): value and complexity give points, and every further order, account or open case can only add some, so the model is monotone
 * in both. Contract value, the margin of a human touch and the capacity of agents are not known to it yet.
 */
const POINTS: readonly PointRow[] = [
  { points: 4, when: (s) => s.agentId !== undefined, because: 'an agent is assigned to the customer' },
  { points: 2, when: (s) => s.accounts.length > 0, because: 'belongs to a company (B2B)' },
  { points: 1, when: (s) => s.orders.count >= 3, because: 'at least 3 orders' },
  { points: 1, when: (s) => s.orders.count >= 10, because: 'at least 10 orders' },
  { points: 1, when: (s) => s.openCases >= 1, because: 'an open case' },
  { points: 1, when: (s) => s.openCases >= 3, because: 'at least 3 open cases' },
  { points: 1, when: (s) => s.refunds.count >= 2, because: 'at least 2 refunds' },
];
const HIGH_TOUCH = 4;
const HYBRID = 2;

export function engagementOf(snapshot: Snapshot | undefined): Engagement {
  const met = snapshot ? POINTS.filter((row) => row.when(snapshot)) : [];
  const points = met.reduce((sum, row) => sum + row.points, 0);
  const model = points >= HIGH_TOUCH ? 'high_touch' : points >= HYBRID ? 'hybrid' : 'low_touch';
  const because = met.map((row) => row.because);
  return { model, reasons: because.length > 0 ? because : ['nothing known asks for people'] };
}
