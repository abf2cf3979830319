import { HANDLINGS, RELATIONSHIP_TYPES, type Handling } from '@rapport/contracts';
import fc from 'fast-check';
import type { Behaviour } from '../behaviour.js';
import { newCustomer } from '../customer.js';
import type { Snapshot } from '../snapshot.js';
import { DAY_MS } from '../windows.js';
import { classify, isNews, markPublished, type Classification } from './classification.js';
import { foldEvidence, forgetEvidence, mergeEvidence, noEvidence, type RelationshipEvidence } from './evidence.js';
import { presentClassification } from './present-classification.js';
import { scoreEvidence } from './scores.js';

const NOW = Date.parse('2026-06-15T08:00:00.000Z');
/** Scores are rounded to four decimals, two of them to a sum. */
const ROUNDING = 2e-4;

const event = (handling: Handling, daysAgo: number, more: Partial<Behaviour> & { agentId?: string } = {}): Behaviour => ({
  id: 'x',
  at: NOW - daysAgo * DAY_MS,
  event: more.event ?? 'Something Done',
  body: { handling, direction: 'inbound', channel: 'web', kind: 'track', properties: {}, ...(more.agentId && { agentId: more.agentId }) },
});
const behaviour = fc
  .record({
    handling: fc.constantFrom(...HANDLINGS),
    daysAgo: fc.integer({ min: -3, max: 200 }),
    event: fc.constantFrom('Order Completed', 'Page Viewed'),
    agentId: fc.constantFrom('a1', 'a2', undefined),
    outbound: fc.boolean(),
  })
  .map(
    ({ handling, daysAgo, event: name, agentId, outbound }): Behaviour => ({
      id: 'x',
      at: NOW - daysAgo * DAY_MS,
      event: name,
      body: {
        handling,
        direction: outbound ? 'outbound' : 'inbound',
        channel: 'web',
        kind: 'track',
        properties: {},
        ...(agentId && { agentId }),
      },
    }),
  );
const behaviours = fc.array(behaviour, { maxLength: 40 });

function evidenceOf(events: readonly Behaviour[], t = NOW): RelationshipEvidence {
  const evidence = noEvidence();
  for (const one of events) foldEvidence(evidence, one, t);
  return evidence;
}
const scoresOf = (events: readonly Behaviour[], declared = false) => scoreEvidence(evidenceOf(events), declared, NOW).scores;
const classified = (events: readonly Behaviour[], before?: Classification, snapshot?: Partial<Snapshot>) =>
  classify(before, evidenceOf(events), snapshot as Snapshot | undefined, NOW);
const times = (n: number, make: (index: number) => Behaviour): Behaviour[] => Array.from({ length: n }, (_, index) => make(index));

describe('laws of the relationship type', () => {
  it('scores and confidence lie between 0 and 1', () => {
    fc.assert(
      fc.property(behaviours, fc.boolean(), (events, declared) => {
        const one = classified(
          events,
          undefined,
          declared ? ({ agentId: 'a1', orders: { count: 0 }, traits: {}, accounts: [], refunds: { count: 0 } } as never) : undefined,
        );
        for (const score of [...Object.values(one.scores), one.confidence]) expect(score >= 0 && score <= 1).toBe(true);
        expect(Object.keys(one.scores).sort()).toEqual([...RELATIONSHIP_TYPES].sort());
      }),
    );
  });

  it('a contact with a person never lowers personal + dedicated', () => {
    fc.assert(
      fc.property(
        behaviours,
        fc.constantFrom('human' as const, 'dedicated_human' as const),
        fc.integer({ min: 0, max: 179 }),
        fc.constantFrom('a1', 'a2', undefined),
        fc.boolean(),
        (events, handling, daysAgo, agentId, declared) => {
          const [before, after] = [scoresOf(events, declared), scoresOf([...events, event(handling, daysAgo, { agentId })], declared)];
          expect(after.personal_assistance + after.dedicated_assistance).toBeGreaterThanOrEqual(
            before.personal_assistance + before.dedicated_assistance - ROUNDING,
          );
        },
      ),
      { numRuns: 500 },
    );
  });

  it('an act for the community never lowers community, nor one of co-creation co-creation', () => {
    fc.assert(
      fc.property(
        behaviours,
        fc.constantFrom('community' as const, 'co_creation' as const),
        fc.integer({ min: 0, max: 179 }),
        (events, handling, daysAgo) => {
          expect(scoresOf([...events, event(handling, daysAgo)])[handling]).toBeGreaterThanOrEqual(scoresOf(events)[handling] - ROUNDING);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the order of events and the cut between deliveries do not matter, nor does it when the past was forgotten', () => {
    fc.assert(
      fc.property(
        behaviours.chain((events) => fc.tuple(fc.constant(events), fc.shuffledSubarray(events, { minLength: events.length }))),
        fc.nat(40),
        ([events, shuffled], cut) => {
          const [left, right] = [evidenceOf(shuffled.slice(0, cut)), evidenceOf(shuffled.slice(cut))];
          forgetEvidence(left, NOW);
          mergeEvidence(left, right);
          expect(classify(undefined, left, undefined, NOW)).toEqual(classified(events));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('the same events and the same clock give the same answer', () => {
    fc.assert(fc.property(behaviours, (events) => expect(classified(events)).toEqual(classified(events))));
  });
});

describe('the primary type', () => {
  it.each<[string, Behaviour[]]>([
    ['self_service', times(20, (n) => event('self_service', n))],
    ['automated_service', times(20, (n) => event('automated', n))],
    ['personal_assistance', times(10, (n) => event('human', n, { agentId: `a${n}` }))],
    ['dedicated_assistance', times(10, (n) => event('human', n * 6, { agentId: 'a1' }))],
    ['community', times(12, (n) => event('community', n))],
    ['co_creation', times(12, (n) => event('co_creation', n))],
    ['transactional', times(12, (n) => event('none', n, { event: 'Order Completed' }))],
    [
      'long_term',
      [
        ...times(6, (n) => event('self_service', n * 29, { event: 'Order Completed' })),
        ...times(6, (n) => event('human', n * 29 + 3, { agentId: `a${n}` })),
        event('none', 700, { event: 'Order Completed' }),
      ],
    ],
  ])('is %s for one who lives so', (primary, events) => expect(classified(events).primary).toBe(primary));

  it('is transactional with low confidence below three interactions', () => {
    const one = classified(times(2, () => event('community', 0)));
    expect(one).toMatchObject({ primary: 'transactional', basis: 'few' });
    expect(one.confidence).toBeLessThanOrEqual(0.3);
    expect(classified([]).primary).toBe('transactional');
  });

  it('is dedicated when an agent was declared, whatever the evidence, and personal is suppressed', () => {
    const declared = { agentId: 'a9', traits: {}, accounts: [], orders: { count: 0, revenue: [] }, refunds: { count: 0, amount: [] } };
    const one = classified(
      times(30, (n) => event('self_service', n)),
      undefined,
      declared as Partial<Snapshot>,
    );
    expect(one).toMatchObject({ primary: 'dedicated_assistance', basis: 'declared', confidence: 0.95, scores: { personal_assistance: 0 } });
    expect(one.scores.dedicated_assistance).toBeGreaterThanOrEqual(0.9);
  });

  it('changes only when another leads by more than 0.1 at two evaluations running', () => {
    const selfService = times(10, (n) => event('self_service', n));
    const first = classified(selfService);
    const withBots = [...selfService, ...times(30, (n) => event('automated', n))];
    const second = classified(withBots, first);
    expect(second).toMatchObject({ primary: 'self_service', challenger: 'automated_service' });
    expect(classified(withBots, second).primary).toBe('automated_service');
    const relapsed = classified(selfService, second);
    expect(relapsed.challenger).toBeUndefined();
    expect(classified(withBots, relapsed).primary).toBe('self_service');
  });

  it('never follows a lead of 0.1 or less', () => {
    const even = [...times(10, () => event('self_service', 1)), ...times(12, () => event('automated', 1))];
    let one = classified(times(10, () => event('self_service', 1)));
    for (let n = 0; n < 5; n++) one = classified(even, one);
    expect(one.primary).toBe('self_service');
  });
});

it('tells its reasons in words', () => {
  const events = [...times(4, (n) => event('self_service', n)), ...times(2, (n) => event('human', n))];
  const customer = {
    ...newCustomer('01900000-0000-7000-8000-000000000001'),
    evidence: evidenceOf(events),
    classification: markPublished(classified(events)),
  };
  expect(presentClassification(customer)).toMatchObject({
    version: 1,
    at: '2026-06-15T08:00:00.000Z',
    relationshipType: {
      primary: 'self_service',
      modelVersion: 'relationship-1',
      reasons: ['6 interactions in 180 days: 66% self-service, 34% contacts with people'],
    },
    engagementModel: { model: 'low_touch', reasons: ['nothing known asks for people'] },
    lifecycle: { stage: 'visitor' },
  });
  expect(presentClassification(newCustomer('01900000-0000-7000-8000-000000000001')).relationshipType.reasons[0]).toContain(
    'fewer than 3 interactions',
  );
});

describe('what is published', () => {
  it('is the first answer, and then only what matters, under a growing version', () => {
    const first = classified(times(10, (n) => event('self_service', n)));
    expect(isNews(first)).toBe(true);
    const published = markPublished(first);
    const little = classified(
      times(11, (n) => event('self_service', n)),
      published,
    );
    expect(isNews(little)).toBe(false);
    const much = classified([...times(10, (n) => event('self_service', n)), ...times(10, (n) => event('human', n))], little);
    expect(isNews(much)).toBe(true);
    expect(markPublished(much).published!.version).toBe(2);
  });

  it('what the company sends by itself does not feed back', () => {
    const heard = times(5, (n) => event('self_service', n));
    const sent = times(
      50,
      (n): Behaviour => ({ ...event('automated', n), body: { ...event('automated', n).body, direction: 'outbound' } }),
    );
    expect(scoresOf([...heard, ...sent])).toEqual(scoresOf(heard));
  });
});
