import type { EngagementModel } from '@rapport/contracts';
import type { Snapshot } from '../snapshot.js';

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

export function modelOf(snapshot: Snapshot | undefined): EngagementModel {
  let points = 0;
  if (snapshot) for (const row of POINTS) if (row.when(snapshot)) points += row.points;
  return points >= HIGH_TOUCH ? 'high_touch' : points >= HYBRID ? 'hybrid' : 'low_touch';
}

export function engagementReasons(snapshot: Snapshot | undefined): string[] {
  const met = snapshot ? POINTS.filter((row) => row.when(snapshot)).map((row) => row.because) : [];
  return met.length > 0 ? met : ['nothing known asks for people'];
}
