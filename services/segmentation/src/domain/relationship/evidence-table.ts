import type { Handling } from '@rapport/contracts';
import type { Behaviour } from '../behaviour.js';

/**
 * MODEL CARD `relationship-1`: which of the eight relationship types a customer lives in.
 *
 * Each interaction of the last 180 days is evidence for how the customer is served, by the table below, in quarters of a contact. Evidence halves every
 * 60 days, and is shrunk towards the prior with the weight of 5 contacts:
 *
 *     score(type) = (evidence(type) + 5 · prior(type)) / (evidence(all types) + 5)
 *
 * - `personal_assistance` and `dedicated_assistance` divide the evidence of human contacts. Contacts with the customer's own agent are dedicated; the others
 *   are, too, when one agent has had at least 3 of them, over at least 30 days, and at least 60% of all. An agent declared for the customer (`Agent
 *   Assigned`) beats inference: all human contacts are dedicated, and the score is at least 0.9.
 * - `long_term` is no share: 0.35 · tenure (full at 365 days) + 0.35 · months with contact (full at 6 of the last 6) + 0.3 · repeat purchases (full at
 *   4 in the window), shrunk in the same way.
 * - Fewer than 3 interactions in the window: `transactional`, confidence at most 0.3.
 * - The primary type changes only when another leads it by more than 0.1 at two evaluations running.
 * - Confidence = evidence / (evidence + 5) × (0.5 + 0.5 · min(1, lead over the second / 0.3)); 0.95 when an agent is declared.
 *
 * Not fit for: people of whom only outbound messages are known (those say nothing here), and decisions with legal effect on a person.
 */
export const MODEL_VERSION = 'relationship-1';
export const WINDOW_DAYS = 180;
export const HALF_LIFE_DAYS = 60;
export const PRIOR_WEIGHT = 5;
export const PRIOR = {
  transactional: 0.3,
  self_service: 0.25,
  automated_service: 0.15,
  human: 0.15,
  community: 0.05,
  co_creation: 0.05,
  long_term: 0.05,
} as const;
/** Evidence is kept in whole quarters, so that sums are exact whatever the order. */
export const QUARTERS = 4;

export type ServedBy = 'transactional' | 'self_service' | 'automated_service' | 'personal' | 'dedicated' | 'community' | 'co_creation';

interface EvidenceRow {
  readonly when: {
    readonly handling?: readonly Handling[];
    readonly direction?: 'inbound' | 'outbound';
    readonly kind?: readonly string[];
    readonly event?: readonly string[];
  };
  readonly quarters: Partial<Record<ServedBy, number>>;
  readonly because: string;
}

const UNATTENDED: readonly Handling[] = ['self_service', 'automated', 'none'];

/** The first row that fits counts. */
export const EVIDENCE: readonly EvidenceRow[] = [
  {
    when: { direction: 'outbound', handling: UNATTENDED },
    quarters: {},
    because: 'what the company sends by itself says nothing about the customer, and must not feed back',
  },
  { when: { handling: ['community'] }, quarters: { community: 4 }, because: 'customers help each other' },
  { when: { handling: ['co_creation'] }, quarters: { co_creation: 4 }, because: 'reviews, ideas and content make value together' },
  { when: { handling: ['dedicated_human'] }, quarters: { dedicated: 4 }, because: "the customer's own agent" },
  { when: { handling: ['human'] }, quarters: { personal: 4 }, because: 'a person helped' },
  {
    when: { event: ['Order Completed'], handling: ['automated'] },
    quarters: { transactional: 2, automated_service: 2 },
    because: 'a purchase without human contact, by a bot',
  },
  {
    when: { event: ['Order Completed'], handling: ['self_service'] },
    quarters: { transactional: 2, self_service: 2 },
    because: 'a purchase without human contact, by the customer himself',
  },
  { when: { event: ['Order Completed'] }, quarters: { transactional: 4 }, because: 'a purchase without human contact' },
  {
    when: { handling: ['automated'] },
    quarters: { automated_service: 4 },
    because: 'a bot, an IVR, an answer to a personalised automatic message',
  },
  {
    when: { handling: ['self_service'], kind: ['page', 'screen'] },
    quarters: { self_service: 1 },
    because: 'a look at a page is a quarter of a contact',
  },
  { when: { handling: ['self_service'] }, quarters: { self_service: 4 }, because: 'portal, knowledge base, checkout, app' },
];

/** Undefined when the interaction is no evidence. */
export function evidenceIn({ event, body }: Behaviour): Partial<Record<ServedBy, number>> | undefined {
  const row = EVIDENCE.find(
    ({ when }) =>
      (!when.event || when.event.includes(event)) &&
      (!when.handling || (body.handling !== undefined && when.handling.includes(body.handling))) &&
      (!when.direction || when.direction === body.direction) &&
      (!when.kind || (body.kind !== undefined && when.kind.includes(body.kind))),
  );
  return row && Object.keys(row.quarters).length > 0 ? row.quarters : undefined;
}
