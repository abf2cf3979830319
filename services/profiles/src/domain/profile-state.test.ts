import fc from 'fast-check';
import { at, arbitraryInteractions, interaction } from '../testing/interactions.js';
import { effectOf, fold } from './effect-of.js';
import { presentProfile } from './present-profile.js';
import { EMPTY_STATE, join, PROFILE_LIMITS, type ProfileState } from './profile-state.js';
import { compareText, joinRegisters } from './registers.js';

const ID = '00000000-0000-7000-8000-000000000000';
const present = (state: ProfileState) => presentProfile(ID, 1, state);
const foldAll = (interactions: Parameters<typeof effectOf>[0][], from = EMPTY_STATE) =>
  interactions.reduce((state, one) => fold(state, one, one.identifiers), from);
/** As it comes back from the database. */
const stored = (state: ProfileState): ProfileState => JSON.parse(JSON.stringify(state));

describe('a profile adds up to the same, whatever the order', () => {
  test('shuffled deliveries', () => {
    const shuffled = arbitraryInteractions().chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other]) => expect(present(foldAll(other))).toEqual(present(foldAll(all)))),
      { numRuns: 500 },
    );
  });

  test('split into parts that are stored in between, and merged in every shape', () => {
    const shape = fc.tuple(
      arbitraryInteractions({ min: 2 }),
      fc.array(fc.nat(), { minLength: 30, maxLength: 30 }),
      fc.array(fc.nat(), { minLength: 10, maxLength: 10 }),
    );
    fc.assert(
      fc.property(shape, ([all, places, merges]) => {
        let parts: ProfileState[] = Array.from({ length: 6 }, () => EMPTY_STATE);
        all.forEach((one, index) => {
          const part = places[index % places.length]! % parts.length;
          parts[part] = stored(fold(parts[part]!, one, one.identifiers));
        });
        for (const pick of merges) {
          if (parts.length === 1) break;
          const [a, ...rest] = [...parts.slice(pick % parts.length), ...parts.slice(0, pick % parts.length)];
          parts = [stored(join(a!, rest[0]!)), ...rest.slice(1)];
        }
        expect(present(parts.reduce(join))).toEqual(present(foldAll(all)));
      }),
      { numRuns: 500 },
    );
  });

  test('nothing is changed in place', () => {
    fc.assert(
      fc.property(arbitraryInteractions(), arbitraryInteractions(), (some, more) => {
        const state = foldAll(some);
        const before = JSON.stringify(state);
        foldAll(more, state);
        expect(JSON.stringify(state)).toBe(before);
      }),
    );
  });

  test('a bounded table keeps the same entries in every order', () => {
    const writes = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'), fc.constantFrom('1', '2', '3', '4', '5')), {
      maxLength: 20,
    });
    const table = (list: readonly [string, string][]) =>
      list.reduce((sum, [key, value]) => joinRegisters(sum, { [key]: value }, compareText, 3), {});
    const shuffled = writes.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }), fc.nat({ max: 20 })),
    );
    fc.assert(
      fc.property(shuffled, ([all, other, cut]) => {
        expect(table(other)).toEqual(table(all));
        expect(joinRegisters(table(all.slice(0, cut)), table(all.slice(cut)), compareText, 3)).toEqual(table(all));
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('what the fold knows', () => {
  const ann = { userId: 'ann' };
  const one = (fields: Parameters<typeof interaction>[1]) => interaction(ann, fields);

  test('the latest trait by event time wins, not the latest to arrive', () => {
    const state = foldAll([
      one({ at: at(2), traits: { plan: 'pro' } }),
      one({ at: at(1), traits: { plan: 'free', city: 'Huế' }, source: 'crm' }),
    ]);
    expect(present(state).traits).toEqual({
      plan: { value: 'pro', source: 'shop', at: at(2) },
      city: { value: 'Huế', source: 'crm', at: at(1) },
    });
  });

  test('money is exact, by currency, with the decimals of the currency', () => {
    const order = (currency: string, amount: string) => one({ event: 'Order Completed', value: { currency, amount } });
    const state = foldAll([
      order('GBP', '0.1'),
      order('GBP', '0.2'),
      order('GBP', '999999999999.99'),
      order('VND', '45000'),
      order('USD', '1000'),
      order('USD', '1000000000000'),
    ]);
    expect(present(state).orders).toMatchObject({
      count: 6,
      revenue: [
        { currency: 'GBP', amount: '1000000000000.29' },
        { currency: 'USD', amount: '1000.00' },
        { currency: 'VND', amount: '45000' },
      ],
    });
  });

  test('a refund counts by what went back, whichever sign it came with', () => {
    const refund = (amount: string) => one({ event: 'Order Refunded', value: { currency: 'GBP', amount } });
    expect(present(foldAll([refund('-2.50'), refund('1')])).refunds).toEqual({ count: 2, amount: [{ currency: 'GBP', amount: '3.50' }] });
  });

  test('of a grant and a withdrawal at one time the withdrawal holds, and a newer grant supersedes it', () => {
    const consent = (event: string, ms: number) =>
      one({ event, at: at(ms), properties: { purpose: 'marketing', channel: 'email', wording: 'Yes, write to me' } });
    const together = [consent('Consent Withdrawn', 5), consent('Consent Granted', 5)];
    for (const pair of [together, together.toReversed()]) {
      expect(present(foldAll(pair)).consents).toMatchObject([{ state: 'withdrawn', wording: 'Yes, write to me' }]);
    }
    expect(present(foldAll([consent('Consent Granted', 6), consent('Consent Withdrawn', 5)])).consents).toMatchObject([
      { state: 'granted', at: at(6) },
    ]);
  });

  test('a click on unsubscribe withdraws marketing on its channel', () => {
    expect(present(foldAll([one({ event: 'Unsubscribed', channel: 'email' })])).consents).toMatchObject([
      { purpose: 'marketing', channel: 'email', state: 'withdrawn' },
    ]);
  });

  test('a hard bounce makes an address unreachable until something arrives; a soft one does not', () => {
    const mail = { userId: 'ann', email: 'ann@example.com' };
    const reachable = (...events: [string, number, object?][]) =>
      present(
        foldAll(
          events.map(([event, ms, properties = {}]) =>
            interaction(mail, { event, at: at(ms), properties: properties as Record<string, unknown> }),
          ),
        ),
      ).contactPoints.find((point) => point.channel === 'email');
    expect(reachable(['Page Viewed', 0])).toEqual({ channel: 'email', address: 'ann@example.com', verified: false, reachable: true });
    expect(reachable(['Email Bounced', 2], ['Email Delivered', 1])).toMatchObject({ reachable: false });
    expect(reachable(['Email Bounced', 2], ['Email Link Clicked', 3])).toMatchObject({ reachable: true, verified: true });
    expect(reachable(['Email Bounced', 2, { bounceType: 'Soft' }])).toMatchObject({ reachable: true });
    expect(reachable(['Page Viewed', 1], ['Email Bounced', 2, { email: 'Other@example.com' }])).toMatchObject({ reachable: true });
  });

  test('a case that was resolved before its opening arrives stays closed', () => {
    const state = foldAll([
      one({ event: 'Case Resolved', caseId: 'c1', at: at(9) }),
      one({ event: 'Case Opened', caseId: 'c1', at: at(1) }),
      one({ event: 'Case Opened', caseId: 'c2', at: at(2) }),
    ]);
    expect(present(state).openCases).toEqual(['c2']);
  });

  test('the agent is the last one assigned', () => {
    expect(
      present(
        foldAll([
          one({ event: 'Agent Assigned', agentId: 'lan', at: at(2) }),
          one({ event: 'Agent Assigned', agentId: 'minh', at: at(1) }),
        ]),
      ).agentId,
    ).toBe('lan');
    expect(
      present(foldAll([one({ event: 'Agent Assigned', agentId: 'lan', at: at(2) }), one({ event: 'Agent Unassigned', at: at(3) })]))
        .agentId,
    ).toBeUndefined();
  });

  test('the customer was last seen when he did something, not when he was written to', () => {
    const state = foldAll([
      one({ at: at(1) }),
      one({ at: at(5), direction: 'outbound', event: 'Email Sent' }),
      one({ at: at(6), context: { active: false } }),
    ]);
    expect(present(state)).toMatchObject({
      firstSeenAt: at(1),
      lastSeenAt: at(1),
      contacts: { byChannel: { web: { count: 3, lastAt: at(6) } } },
    });
  });

  test('a profile stays small, whatever is sent', () => {
    const noisy = Array.from({ length: 60 }, (_, index) =>
      one({
        at: at(index),
        traits: {
          ...Object.fromEntries(Array.from({ length: 10 }, (__, n) => [`t${index}-${n}`, 'x'.repeat(500)])),
          long: 'x'.repeat(513),
          ['__proto__']: 1,
        },
        account: { id: `a${index * 7}`, traits: {} },
        event: 'Case Opened',
        caseId: `c${index}`,
      }),
    );
    const profile = present(foldAll([...noisy, ...noisy]));
    expect(Object.keys(profile.traits)).toHaveLength(PROFILE_LIMITS.traits);
    expect(profile.traits).toHaveProperty('t59-9');
    expect(profile.traits).not.toHaveProperty('long');
    expect(JSON.stringify(profile).length).toBeLessThan(100_000);
  });
});
