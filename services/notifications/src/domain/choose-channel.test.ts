import { describe, expect, it } from '@jest/globals';
import {
  COMPLEXITIES,
  type Consent,
  type ContactPoint,
  ENGAGEMENT_MODELS,
  PURPOSES,
  RELATIONSHIP_TYPES,
  SENSITIVITIES,
} from '@rapport/contracts';
import fc from 'fast-check';
import { OUTBOUND_CHANNELS, type OutboundChannel, traitsOf, URGENCIES } from './channels.js';
import { choiceOf, chooseChannel, mainReason, opensAt } from './choose-channel.js';
import { type Customer, NO_FEEDBACK } from './customer.js';
import type { Touch } from './frequency-caps.js';
import type { Ask, Means } from './hard-filters.js';

const NOW = new Date('2026-03-10T03:00:00.000Z'); // 10:00 in Ho Chi Minh City
const CHANNELS = Object.keys(OUTBOUND_CHANNELS) as OutboundChannel[];
const PROFILE = '01900000-0000-7000-8000-000000000001';
const AVAILABLE: OutboundChannel[] = ['email', 'in_app', 'phone', 'webhook'];
const WRITTEN: Means['written'] = Object.fromEntries(CHANNELS.map((channel) => [channel, { locale: 'vi' }]));
const MEANS: Means = { available: AVAILABLE, written: WRITTEN, down: {}, defaultCountry: 'VN' };
const ASK: Ask = { purpose: 'service', urgency: 'normal', complexity: 'simple', sensitivity: 'normal' };

const at = (channel: ContactPoint['channel'], address: string, verified = false): ContactPoint => ({
  channel,
  address,
  verified,
  reachable: true,
});
const ANN: Customer = {
  profileId: PROFILE,
  snapshot: {
    identifiers: [],
    contactPoints: [at('in_app', 'u1', true), at('email', 'ann@example.com'), at('phone', '+84901234567')],
    consents: [{ purpose: 'marketing', channel: '*', state: 'granted', at: '2026-01-01T00:00:00.000Z', source: 'web' }],
    traits: {},
    timeZone: 'Asia/Ho_Chi_Minh',
    lastVisitDay: '2026-03-10',
  },
  feedback: NO_FEEDBACK,
  touches: [],
};
const withSnapshot = (snapshot: Partial<Customer['snapshot']>): Customer => ({ ...ANN, snapshot: { ...ANN.snapshot, ...snapshot } });
const chosen = (customer: Customer, ask: Partial<Ask>, means = MEANS, now = NOW) =>
  chooseChannel(customer, { ...ASK, ...ask }, means, now).ranked[0]?.channel;
const codes = (customer: Customer, ask: Partial<Ask>, means = MEANS, now = NOW) =>
  Object.fromEntries(chooseChannel(customer, { ...ASK, ...ask }, means, now).rejected.map(({ channel, code }) => [channel, code]));

describe('the choice of a channel', () => {
  it('sends what is simple to the inbox of a customer who is here, and by e-mail to one who is not', () => {
    expect(chosen(ANN, { complexity: 'simple' })).toBe('in_app');
    expect(chosen(withSnapshot({ lastVisitDay: '2025-06-01' }), { complexity: 'simple' })).toBe('email');
    expect(chosen(withSnapshot({ lastVisitDay: undefined }), { purpose: 'transactional' })).toBe('email');
  });

  it('weighs what a customer says more than what his habits suggest', () => {
    const preference = (snapshot: Partial<Customer['snapshot']>) =>
      chooseChannel(withSnapshot(snapshot), ASK, MEANS, NOW).ranked.find(({ channel }) => channel === 'email')!.terms.preference!;
    const stated = preference({ preferredChannel: 'email' });
    const inferred = preference({ preferredChannel: 'email', preferenceInferred: true });
    expect([preference({}), inferred > 0, stated > inferred]).toEqual([0, true, true]);
  });

  it('writes to a mailbox that complained only what its owner cannot do without', () => {
    const unreachable = { reason: 'complained', since: '2026-01-02T00:00:00.000Z' } as const;
    const customer = withSnapshot({ contactPoints: [{ ...at('email', 'ann@example.com', true), reachable: false, unreachable }] });
    expect(chosen(customer, { purpose: 'transactional' })).toBe('email');
    expect(codes(customer, { purpose: 'marketing' })).toMatchObject({ email: 'SUPPRESSED' });
    const bounced = { ...unreachable, reason: 'bounced' } as const;
    const gone = withSnapshot({ contactPoints: [{ ...at('email', 'ann@example.com', true), reachable: false, unreachable: bounced }] });
    expect(codes(gone, { purpose: 'transactional' })).toMatchObject({ email: 'SUPPRESSED' });
  });

  it('uses no other address than the one that is asked for', () => {
    const customer = withSnapshot({ contactPoints: [at('email', 'ann@example.com', true), at('email', 'new@example.com')] });
    const address = (of: string | undefined) =>
      chooseChannel(customer, { ...ASK, ...(of && { address: of }) }, MEANS, NOW).ranked.find(({ channel }) => channel === 'email')
        ?.address;
    expect([address(undefined), address('new@example.com'), address('x@example.com')]).toEqual([
      'ann@example.com',
      'new@example.com',
      undefined,
    ]);
  });

  it('gives a dispute to a person on the telephone, whatever kind of customer it is', () => {
    for (const relationshipType of RELATIONSHIP_TYPES) {
      for (const engagementModel of ENGAGEMENT_MODELS) {
        const customer: Customer = { ...ANN, classification: { version: 1, relationshipType, engagementModel } };
        expect(chosen(customer, { complexity: 'complex', sensitivity: 'sensitive' })).toBe('phone');
      }
    }
  });

  it('lets the engagement model move a matter that is neither simple nor hard', () => {
    const guided: Partial<Ask> = { complexity: 'guided', sensitivity: 'sensitive' };
    const known = withSnapshot({ contactPoints: [at('email', 'ann@example.com', true), at('phone', '+84901234567')] });
    const as = (engagementModel: 'high_touch' | 'low_touch'): Customer => ({
      ...known,
      classification: { version: 1, relationshipType: 'long_term', engagementModel },
    });
    expect(chosen(as('high_touch'), guided)).toBe('phone');
    expect(chosen(as('low_touch'), guided)).toBe('email');
  });

  it('follows a stated preference between channels that would do', () => {
    expect(chosen(withSnapshot({ preferredChannel: 'email' }), {})).toBe('email');
  });

  it('learns from what came back: clicks raise a channel, unsubscribes lower it', () => {
    const clicked: Customer = {
      ...ANN,
      feedback: { ...NO_FEEDBACK, engagement: { 'email|service': { sent: 4, answered: 4, against: 0 } } },
    };
    expect(chosen(clicked, {})).toBe('email');
    const left: Customer = { ...ANN, feedback: { ...NO_FEEDBACK, engagement: { 'in_app|service': { sent: 1, answered: 0, against: 2 } } } };
    expect(chosen(left, {})).toBe('email');
  });

  it('tells every term, and the terms add up to the utility', () => {
    for (const { utility, terms } of chooseChannel(ANN, ASK, MEANS, NOW).ranked) {
      expect(utility).toBeCloseTo(
        Object.values(terms).reduce((a, b) => a + b, 0),
        10,
      );
      expect(Object.keys(terms).sort()).toEqual([
        'agent',
        'cost',
        'engage',
        'engagementModel',
        'fatigue',
        'fit',
        'inTime',
        'preference',
        'relationship',
      ]);
    }
  });

  it('names the next channels with their timers, and does not chase an advertisement that was merely not answered', () => {
    expect(chooseChannel(ANN, { ...ASK, complexity: 'complex' }, MEANS, NOW).fallback).toEqual([
      { channel: 'email', afterMs: 86_400_000, on: 'unanswered' },
      { channel: 'in_app', afterMs: 86_400_000, on: 'unanswered' },
    ]);
    expect(chooseChannel(ANN, { ...ASK, purpose: 'marketing' }, MEANS, NOW).fallback.every(({ on }) => on === 'failed')).toBe(true);
  });

  it('does not call a person in because a simple message was not answered', () => {
    expect(chooseChannel(ANN, ASK, MEANS, NOW).fallback.map(({ channel }) => channel)).toEqual(['email']);
    const critical = { ...ASK, urgency: 'critical' } as const;
    expect(chooseChannel(ANN, critical, MEANS, NOW).fallback.map(({ channel }) => channel)).toContain('phone');
    const last = chooseChannel(ANN, ASK, MEANS, NOW, ['in_app', 'email']);
    expect([last.ranked[0]?.channel, choiceOf(last, ASK, ['in_app', 'email'])]).toEqual(['phone', undefined]);
  });

  it('does not take a channel twice for one notification', () => {
    const again = chooseChannel(ANN, ASK, MEANS, NOW, ['in_app']);
    expect(again.ranked.map(({ channel }) => channel)).toEqual(['email', 'phone']);
    expect(again.rejected.map(({ channel }) => channel)).toEqual(['webhook']);
  });
});

describe('hard filters', () => {
  const touches = (n: number, channel: OutboundChannel, hoursAgo = 1): Touch[] =>
    Array.from({ length: n }, (_, i) => ({
      deliveryId: `d${i}`,
      channel,
      class: 'advertising',
      at: new Date(NOW.getTime() - hoursAgo * 3_600_000).toISOString(),
    }));
  const suppressed = (scope: 'all' | 'discretionary'): Customer => ({
    ...ANN,
    feedback: {
      engagement: {},
      suppressions: [{ channel: 'email', address: null, scope, reason: 'complained', at: '2026-01-01T00:00:00.000Z' }],
    },
  });
  const until = '2026-03-10T04:00:00.000Z';

  it.each<[string, Customer, Partial<Ask>, Means, OutboundChannel, string]>([
    ['nobody to write to', withSnapshot({ contactPoints: [] }), {}, MEANS, 'email', 'NO_ADDRESS'],
    [
      'a bounced address',
      withSnapshot({ contactPoints: [{ channel: 'email', address: 'x@example.com', verified: false, reachable: false }] }),
      {},
      MEANS,
      'email',
      'SUPPRESSED',
    ],
    ['a complaint, for what is not needed', suppressed('discretionary'), { purpose: 'survey' }, MEANS, 'email', 'SUPPRESSED'],
    ['a sensitive matter to an address that may be anybody’s', ANN, { sensitivity: 'sensitive' }, MEANS, 'email', 'NOT_VERIFIED'],
    ['marketing without a yes', withSnapshot({ consents: [] }), { purpose: 'marketing' }, MEANS, 'email', 'NO_CONSENT'],
    ['a customer who does not want to be called', withSnapshot({ doNotCall: true }), {}, MEANS, 'phone', 'DO_NOT_CALL'],
    [
      'quiet hours, for what nobody asked for',
      withSnapshot({ quietHours: { from: 540, to: 660 } }),
      { purpose: 'survey' },
      MEANS,
      'email',
      'QUIET_HOURS',
    ],
    ['quiet hours, for what rings', withSnapshot({ quietHours: { from: 540, to: 660 } }), {}, MEANS, 'phone', 'QUIET_HOURS'],
    [
      'the fourth advertisement of a day',
      { ...ANN, touches: touches(3, 'email') },
      { purpose: 'marketing' },
      MEANS,
      'email',
      'CAP_REACHED',
    ],
    ['a provider that is down', ANN, {}, { ...MEANS, down: { email: new Date(until) } }, 'email', 'PROVIDER_DOWN'],
    [
      'a channel without a provider',
      withSnapshot({ contactPoints: [at('sms', '+84901234567')] }),
      { channels: ['sms'] },
      MEANS,
      'sms',
      'PROVIDER_DOWN',
    ],
    ['a text that is too long', ANN, {}, { ...MEANS, written: { ...WRITTEN, email: 'TOO_LONG' } }, 'email', 'TOO_LONG'],
    ['a language that is not there', ANN, {}, { ...MEANS, written: { ...WRITTEN, email: 'LOCALE_MISSING' } }, 'email', 'LOCALE_MISSING'],
    ['no text for the channel', ANN, {}, { ...MEANS, written: {} }, 'email', 'NO_TEMPLATE'],
    ['a channel that was not asked for', ANN, { channels: ['phone'] }, MEANS, 'email', 'NOT_REQUESTED'],
  ])('%s', (_name, customer, ask, means, channel, code) => {
    expect(codes(customer, ask, means)[channel]).toBe(code);
  });

  it('keeps the hours of Decree 91 for advertising calls, on the customer’s own clock, and not for what the customer needs', () => {
    const evening = new Date('2026-03-10T11:00:00.000Z'); // 18:00 in Ho Chi Minh City
    expect(codes(ANN, { purpose: 'marketing' }, MEANS, evening).phone).toBe('LEGAL_HOURS');
    expect(codes(ANN, { purpose: 'service' }, MEANS, evening).phone).toBeUndefined();
    expect(codes(withSnapshot({ timeZone: 'Europe/London' }), { purpose: 'marketing' }, MEANS, evening).phone).toBeUndefined();
    const decision = chooseChannel(ANN, { ...ASK, purpose: 'marketing', channels: ['phone'] }, MEANS, evening);
    expect(opensAt(decision)?.toISOString()).toBe('2026-03-11T01:00:00.000Z'); // 08:00 the next day
  });

  it('lets a critical matter ring in quiet hours, and a needed one come silently', () => {
    const night = withSnapshot({ quietHours: { from: 540, to: 660 } });
    expect(codes(night, { urgency: 'critical' }).phone).toBeUndefined();
    expect(codes(night, {}).email).toBeUndefined();
  });

  it('does not count needed contacts against advertising', () => {
    const essential = touches(5, 'email').map((touch): Touch => ({ ...touch, class: 'essential' }));
    expect(codes({ ...ANN, touches: essential }, { purpose: 'marketing' }).email).toBeUndefined();
  });

  it('lets a withdrawal of all channels be lifted by a later yes for one', () => {
    const consents: Consent[] = [
      { purpose: 'marketing', channel: '*', state: 'withdrawn', at: '2026-02-01T00:00:00.000Z', source: 'web' },
      { purpose: 'marketing', channel: 'email', state: 'granted', at: '2026-03-01T00:00:00.000Z', source: 'web' },
    ];
    expect(codes(withSnapshot({ consents }), { purpose: 'marketing' })).toMatchObject({ phone: 'NO_CONSENT', in_app: 'NO_CONSENT' });
    expect(codes(withSnapshot({ consents }), { purpose: 'marketing' }).email).toBeUndefined();
  });

  it('names the reason that tells most', () => {
    expect(
      mainReason(chooseChannel(withSnapshot({ consents: [] }), { ...ASK, purpose: 'marketing', channels: ['email'] }, MEANS, NOW)),
    ).toBe('NO_CONSENT');
  });
});

// ---------------------------------------------------------------- laws

const arbitraryAsk = fc.record({
  purpose: fc.constantFrom(...PURPOSES),
  urgency: fc.constantFrom(...URGENCIES),
  complexity: fc.constantFrom(...COMPLEXITIES),
  sensitivity: fc.constantFrom(...SENSITIVITIES),
});
const instant = fc.integer({ min: -10 * 86_400_000, max: 0 }).map((ms) => new Date(NOW.getTime() + ms).toISOString());
const arbitraryCustomer: fc.Arbitrary<Customer> = fc.record({
  profileId: fc.constant(PROFILE),
  snapshot: fc.record(
    {
      identifiers: fc.constant([]),
      contactPoints: fc.array(
        fc.record({
          channel: fc.constantFrom(...CHANNELS),
          address: fc.constantFrom('a', 'b', 'c'),
          verified: fc.boolean(),
          reachable: fc.boolean(),
        }),
        { maxLength: 12 },
      ),
      consents: fc.array(
        fc.record({
          purpose: fc.constantFrom(...PURPOSES, '*'),
          channel: fc.constantFrom('*', ...CHANNELS),
          state: fc.constantFrom('granted' as const, 'withdrawn' as const),
          at: instant,
          source: fc.constant('web'),
        }),
        { maxLength: 8 },
      ),
      traits: fc.constant({}),
      timeZone: fc.constantFrom('Asia/Ho_Chi_Minh', 'Europe/London', 'America/New_York'),
      country: fc.constantFrom('VN', 'US', 'FR'),
      preferredChannel: fc.constantFrom(...CHANNELS),
      quietHours: fc.record({ from: fc.integer({ min: 0, max: 1439 }), to: fc.integer({ min: 0, max: 1439 }) }),
      agentId: fc.constant('agent'),
      lastVisitDay: instant.map((at) => at.slice(0, 10)),
    },
    { requiredKeys: ['identifiers', 'contactPoints', 'consents', 'traits'] },
  ),
  classification: fc.record({
    version: fc.constant(1),
    relationshipType: fc.constantFrom(...RELATIONSHIP_TYPES),
    engagementModel: fc.constantFrom(...ENGAGEMENT_MODELS),
  }),
  feedback: fc.constant(NO_FEEDBACK),
  touches: fc.array(
    fc.record({
      deliveryId: fc.uuid(),
      channel: fc.constantFrom(...CHANNELS),
      class: fc.constantFrom('essential' as const, 'engagement' as const, 'advertising' as const),
      at: fc.option(instant),
    }),
    { maxLength: 10 },
  ),
});
const ALL: Means = { ...MEANS, available: CHANNELS };

describe('laws', () => {
  it('a harder or more delicate matter never moves the choice to a poorer channel', () => {
    fc.assert(
      fc.property(arbitraryCustomer, arbitraryAsk, fc.constantFrom(...COMPLEXITIES), (customer, ask, other) => {
        const [lower, higher] =
          COMPLEXITIES.indexOf(ask.complexity) <= COMPLEXITIES.indexOf(other) ? [ask.complexity, other] : [other, ask.complexity];
        const before = chooseChannel(customer, { ...ask, complexity: lower }, ALL, NOW).ranked[0];
        const after = chooseChannel(customer, { ...ask, complexity: higher }, ALL, NOW).ranked[0];
        expect(after === undefined).toBe(before === undefined);
        if (before !== undefined && after !== undefined) expect(richness(after.channel)).toBeGreaterThanOrEqual(richness(before.channel));
      }),
      { numRuns: 2_000 },
    );
  });

  it('a delicate matter never moves the choice to a poorer channel, where addresses are verified', () => {
    fc.assert(
      fc.property(arbitraryCustomer, arbitraryAsk, (customer, ask) => {
        const verified = {
          ...customer,
          snapshot: { ...customer.snapshot, contactPoints: customer.snapshot.contactPoints.map((point) => ({ ...point, verified: true })) },
        };
        const before = chooseChannel(verified, { ...ask, sensitivity: 'normal' }, ALL, NOW).ranked[0];
        const after = chooseChannel(verified, { ...ask, sensitivity: 'sensitive' }, ALL, NOW).ranked[0];
        if (before !== undefined && after !== undefined) expect(richness(after.channel)).toBeGreaterThanOrEqual(richness(before.channel));
      }),
      { numRuns: 2_000 },
    );
  });

  it('the order of any list is of no consequence', () => {
    fc.assert(
      fc.property(arbitraryCustomer, arbitraryAsk, (customer, ask) => {
        const turned: Customer = {
          ...customer,
          touches: [...customer.touches].reverse(),
          snapshot: {
            ...customer.snapshot,
            contactPoints: [...customer.snapshot.contactPoints].reverse(),
            consents: [...customer.snapshot.consents].reverse(),
          },
        };
        expect(chooseChannel(turned, ask, { ...ALL, available: [...CHANNELS].reverse() }, NOW)).toEqual(
          chooseChannel(customer, ask, ALL, NOW),
        );
      }),
      { numRuns: 1_000 },
    );
  });

  it('every candidate is either ranked or refused, once, and the ranking is by utility', () => {
    fc.assert(
      fc.property(arbitraryCustomer, arbitraryAsk, (customer, ask) => {
        const { ranked, rejected } = chooseChannel(customer, ask, ALL, NOW);
        expect([...ranked, ...rejected].map(({ channel }) => channel).sort()).toEqual([...CHANNELS].sort());
        expect(ranked.map(({ utility }) => utility)).toEqual(ranked.map(({ utility }) => utility).sort((a, b) => b - a));
      }),
      { numRuns: 1_000 },
    );
  });

  it('taking a consent back, or one more contact, never opens a channel', () => {
    const usable = (customer: Customer, ask: Ask): string[] => chooseChannel(customer, ask, ALL, NOW).ranked.map(({ channel }) => channel);
    fc.assert(
      fc.property(arbitraryCustomer, arbitraryAsk, fc.constantFrom(...CHANNELS), (customer, ask, channel) => {
        const before = usable(customer, ask);
        const withdrawn: Consent = { purpose: ask.purpose, channel, state: 'withdrawn', at: NOW.toISOString(), source: 'web' };
        const refused = { ...customer, snapshot: { ...customer.snapshot, consents: [...customer.snapshot.consents, withdrawn] } };
        expect(before).toEqual(expect.arrayContaining(usable(refused, ask)));
        const touched = {
          ...customer,
          touches: [...customer.touches, { deliveryId: 'x', channel, class: 'advertising' as const, at: null }],
        };
        expect(before).toEqual(expect.arrayContaining(usable(touched, ask)));
      }),
      { numRuns: 1_000 },
    );
  });
});

const richness = (channel: string): number => traitsOf(channel as OutboundChannel).richness;
