import type { LeafEvidence } from '@rapport/contracts';
import { isMember, type Customer } from './customer.js';
import { explainRule } from './evaluate-rule.js';
import { judgeSegments, moveTo } from './follow-customer.js';
import type { Rulebook } from './rulebook.js';
import { NEVER } from './verdict.js';
import { iso } from './windows.js';

export interface ExplainedMembership {
  readonly segmentId: string;
  readonly name: string;
  readonly version: number;
  readonly member: boolean;
  /** Since when a member; null when not. */
  readonly since: string | null;
  /** Every leaf of the rule, with what was found: also why not. */
  readonly why: readonly LeafEvidence[];
  /** The next instant at which this may change with no interaction; null: never. */
  readonly reviewAt: string | null;
}

/** All live segments as they stand for a customer at the instant `now`. The customer is moved there. */
export function explainMemberships(customer: Customer, rulebook: Rulebook, now: number): ExplainedMembership[] {
  const t = Math.max(now, customer.evaluatedAt);
  moveTo(customer, rulebook, t);
  const { verdicts, viewOf } = judgeSegments(customer, rulebook, t);
  return rulebook.segments.map((segment) => {
    const { reviewAt } = verdicts.get(segment.id)!;
    const membership = customer.memberships[segment.id];
    const member = isMember(membership);
    return {
      segmentId: segment.id,
      name: segment.name,
      version: segment.version,
      member,
      since: member ? iso(membership!.since) : null,
      why: explainRule(segment.rule, viewOf(segment.references), t),
      reviewAt: reviewAt === NEVER ? null : iso(reviewAt),
    };
  });
}
