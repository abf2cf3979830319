import type { Identifier, Interaction } from '@rapport/contracts';
import { randomOf } from '@rapport/testkit';
import { interaction } from './interactions.js';

/**
 * `count` interactions of some `people` with one, two or more browsers and addresses each, who now and then borrow somebody else's. Event times
 * are all different and out of order by up to a day.
 */
export function randomInteractions(seed: number, count: number, people: number, prefix = 'r'): Interaction[] {
  const next = randomOf(seed);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  return Array.from({ length: count }, (_, index) => {
    const person = Math.floor(next() * people);
    const lender = next() < 0.03 ? Math.floor(next() * people) : person;
    const identifiers: Identifier[] = [];
    if (next() < 0.6) identifiers.push({ type: 'anonymousId', value: `${prefix}-browser-${lender}-${Math.floor(next() * 3)}` });
    if (next() < 0.4) identifiers.push({ type: 'userId', value: `${prefix}-user-${person}` });
    if (next() < 0.2 || identifiers.length === 0)
      identifiers.push({ type: 'email', value: `${prefix}-${lender}-${Math.floor(next() * 2)}@example.com` });
    if (next() < 0.05) identifiers.push({ type: 'loyaltyId', value: `${prefix}-card-${Math.floor(next() * people)}` });
    const at = new Date(
      Date.parse('2026-01-01T00:00:00.000Z') + index * 60_000 - Math.floor(next() * 1_440) * 60_000 + (index % 60_000),
    ).toISOString();
    return interaction(
      {},
      {
        at,
        identifiers,
        messageId: `${prefix}${index}`,
        channel: pick(['web', 'store', 'email', 'phone'] as const),
        ...happening(next, pick),
      },
    );
  });
}

function happening(next: () => number, pick: <T>(list: readonly T[]) => T): Partial<Interaction> {
  const roll = next();
  if (roll < 0.2)
    return {
      event: 'Order Completed',
      value: { currency: pick(['GBP', 'VND']), amount: `${Math.floor(next() * 1_000)}.${Math.floor(next() * 100)}` },
    };
  if (roll < 0.25) return { event: 'Order Refunded', value: { currency: 'GBP', amount: `-${Math.floor(next() * 100)}.5` } };
  if (roll < 0.4)
    return { kind: 'identify', event: 'Identified', traits: { plan: pick(['pro', 'free', 'team']), visits: Math.floor(next() * 5) } };
  if (roll < 0.45) return { event: pick(['Consent Granted', 'Consent Withdrawn']), properties: { purpose: pick(['marketing', 'survey']) } };
  if (roll < 0.5) return { event: pick(['Case Opened', 'Case Resolved']), caseId: `case-${Math.floor(next() * 3)}` };
  return { event: 'Product Viewed', direction: next() < 0.9 ? 'inbound' : 'outbound' };
}
