import type { Identifier, Interaction } from '@rapport/contracts';
import { deriveId, subjectOf } from '@rapport/identifiers';
import fc from 'fast-check';

export const START = Date.parse('2026-01-01T00:00:00.000Z');
export const at = (ms: number): string => new Date(START + ms).toISOString();

let made = 0;

/** One interaction with honest defaults; `identifiers` as `{type: value}`. */
export function interaction(identifiers: Readonly<Record<string, string>>, fields: Partial<Interaction> = {}): Interaction {
  const list = fields.identifiers ?? Object.entries(identifiers).map(([type, value]) => ({ type, value }));
  const time = fields.at ?? at(made);
  const messageId = fields.messageId ?? `m${++made}`;
  return {
    id: deriveId(new Date(time), 'test', messageId),
    source: 'shop',
    messageId,
    kind: 'track',
    event: 'Product Viewed',
    at: time,
    receivedAt: time,
    subject: subjectOf(list) ?? 'none:none',
    identifiers: list,
    channel: 'web',
    direction: 'inbound',
    handling: 'self_service',
    sensitivity: 'normal',
    inferred: [],
    properties: {},
    ...fields,
  };
}

const times = fc.integer({ min: 0, max: 8 }).map((tick) => at(tick * 3_600_000));
const traitNames = fc.constantFrom('plan', 'city', 'age', 'constructor', 'tags');
const traitValues = fc.oneof(
  fc.constantFrom('pro', 'free', 'Hà Nội'),
  fc.integer({ min: 0, max: 3 }),
  fc.boolean(),
  fc.constant(null),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
);
const money = fc.record({
  currency: fc.constantFrom('GBP', 'VND'),
  amount: fc.constantFrom('0.1', '0.2', '12.50', '-3.07', '45000', '999999999999.999999', '0'),
});

/** What can happen, with few names and few hours, so that the interesting collisions are the rule. */
const happenings = fc.oneof(
  fc.record({ event: fc.constantFrom('Order Completed', 'Order Refunded'), value: money }),
  fc.record({
    kind: fc.constant('identify' as const),
    event: fc.constant('Identified'),
    traits: fc.dictionary(traitNames, traitValues, { maxKeys: 3 }),
  }),
  fc.record({
    event: fc.constantFrom('Consent Granted', 'Consent Withdrawn', 'Unsubscribed', 'Email Marked as Spam'),
    properties: fc.record({ purpose: fc.constantFrom('marketing', 'service', 'nonsense'), wording: fc.constantFrom('a', 'b') }),
  }),
  fc.record({ event: fc.constantFrom('Case Opened', 'Case Escalated', 'Case Resolved'), caseId: fc.constantFrom('c1', 'c2', 'c3') }),
  fc.record({ event: fc.constantFrom('Agent Assigned', 'Agent Unassigned'), agentId: fc.constantFrom('lan', 'minh') }),
  fc.record({ event: fc.constant('Survey Answered'), properties: fc.record({ score: fc.integer({ min: 1, max: 5 }) }) }),
  fc.record({ event: fc.constantFrom('Email Bounced', 'Email Delivered', 'Email Verified') }),
  fc.record({
    kind: fc.constant('group' as const),
    event: fc.constant('Grouped'),
    account: fc.record({ id: fc.constantFrom('acme', 'globex'), traits: fc.constant({}) }),
  }),
  fc.record({ event: fc.constant('Product Viewed'), direction: fc.constantFrom('inbound' as const, 'outbound' as const) }),
);

/** Interactions of a handful of people who share browsers and change addresses: creations, attachments, merges and broken limits. */
export function arbitraryInteractions(
  options: { readonly people?: number; readonly min?: number; readonly max?: number } = {},
): fc.Arbitrary<Interaction[]> {
  const { people = 4, min = 1, max = 25 } = options;
  const one = (type: string): fc.Arbitrary<Identifier> =>
    fc.integer({ min: 1, max: people }).map((n) => ({ type, value: type === 'email' ? `p${n}@example.com` : `${type}-${n}` }));
  const identifiers = fc.uniqueArray(fc.oneof(one('userId'), one('email'), one('anonymousId'), one('anonymousId'), one('loyaltyNo')), {
    minLength: 1,
    maxLength: 4,
    selector: ({ type, value }) => `${type}:${value}`,
  });
  const item = fc.tuple(times, identifiers, happenings, fc.constantFrom('web', 'store', 'email') as fc.Arbitrary<Interaction['channel']>);
  return fc
    .array(item, { minLength: min, maxLength: max })
    .map((items) =>
      items.map(([time, list, happening, channel], index) =>
        interaction({}, { at: time, identifiers: list, channel, messageId: `a${index}`, ...(happening as Partial<Interaction>) }),
      ),
    );
}
