import type { LifecycleStage } from '@rapport/contracts';
import type { Snapshot } from '../snapshot.js';
import { DAY_MS } from '../windows.js';

export interface Lifecycle {
  readonly stage: LifecycleStage;
  /** Epoch milliseconds. */
  readonly since: number;
  readonly reason: string;
}

/** Days of silence, of a customer who has bought before. */
const SILENCE_DAYS = { at_risk: 90, dormant: 180, lost: 365 } as const;
const ONBOARDING_DAYS = 30;
const LOYAL = { orders: 5, days: 180 } as const;
const ADVOCATE_CONTACTS = 3;
const WON_BACK_DAYS = 90;

/**
 * Rule-based (`basis: rules`). Every move has one reason. Silence only grows until the customer is heard from again, which takes it back to zero, so a
 * stage cannot flap around a threshold of it; and who was won back stays so for 90 days.
 */
export function lifecycleOf(before: Lifecycle | undefined, snapshot: Snapshot | undefined, t: number): Lifecycle {
  const [stage, reason] = snapshot ? stageOf(before, snapshot, t) : (['visitor', 'nothing is known yet'] as const);
  return before?.stage === stage ? before : { stage, reason, since: t };
}

function stageOf(before: Lifecycle | undefined, snapshot: Snapshot, t: number): readonly [LifecycleStage, string] {
  if (snapshot.orders.count <= 0)
    return Object.keys(snapshot.traits).length > 0
      ? ['lead', 'has said who they are, and not bought yet']
      : ['visitor', 'has not said who they are'];
  const silentDays = daysSince(snapshot.lastSeenAt, t);
  for (const stage of ['lost', 'dormant', 'at_risk'] as const)
    if (silentDays >= SILENCE_DAYS[stage]) return [stage, `silent for ${SILENCE_DAYS[stage]} days`];
  if (before?.stage === 'dormant' || before?.stage === 'lost') return ['won_back', `heard from again after being ${before.stage}`];
  if (before?.stage === 'won_back' && (t - before.since) / DAY_MS < WON_BACK_DAYS) return ['won_back', before.reason];
  const customerDays = daysSince(snapshot.orders.firstAt ?? snapshot.firstSeenAt, t);
  if (snapshot.orders.count >= LOYAL.orders && customerDays >= LOYAL.days) return loyalOrAdvocate(snapshot);
  if (customerDays < ONBOARDING_DAYS) return ['onboarding', `first order less than ${ONBOARDING_DAYS} days ago`];
  return ['active', 'has bought, and was heard from lately'];
}

function loyalOrAdvocate({ contacts }: Snapshot): readonly [LifecycleStage, string] {
  const given = (contacts.byHandling.community?.count ?? 0) + (contacts.byHandling.co_creation?.count ?? 0);
  return given >= ADVOCATE_CONTACTS
    ? ['advocate', 'loyal, and active for the company']
    : ['loyal', `at least ${LOYAL.orders} orders over ${LOYAL.days} days`];
}

const daysSince = (at: string, t: number): number => (t - Date.parse(at)) / DAY_MS;

/** Whether only time can still move this customer: a review is due as long as it can. */
export const canStillAge = (lifecycle: Lifecycle): boolean => !['visitor', 'lead', 'lost'].includes(lifecycle.stage);
