import Big from 'big.js';
import fc from 'fast-check';
import type { Behaviour } from './behaviour.js';
import { isMember, newCustomer, type Customer } from './customer.js';
import { hear, judgeSegments, merge, moveTo, refresh, tick, type Happened } from './follow-customer.js';
import { parseRule } from './parse-rule.js';
import { compileRulebook, type Rulebook } from './rulebook.js';
import { decodeCustomer, encodeState } from './stored-customer.js';

/**
 * THE LAW of this service: whatever the order in which interactions arrive, however they are cut into deliveries, and whenever the clock ticks, the live
 * answer is the one that the full history gives at that instant. The reference below reads nothing but the list of events: it shares no code with the
 * tallies.
 */
const START = Date.parse('2026-01-01T00:00:00.000Z');
const HOUR = 3_600_000;

interface Json {
  readonly all?: readonly Json[];
  readonly any?: readonly Json[];
  readonly not?: Json;
  readonly did?: string;
  readonly didNot?: string;
  readonly sum?: string;
  readonly of?: string;
  readonly gte?: string;
  readonly where?: { readonly channel: { readonly is: string } };
  readonly within?: { readonly hours: number };
  readonly between?: readonly string[];
  readonly times?: { readonly atLeast?: number; readonly atMost?: number; readonly exactly?: number };
}

function reference(rule: Json, events: readonly Behaviour[], t: number): boolean {
  if (rule.all) return rule.all.every((child: Json) => reference(child, events, t));
  if (rule.any) return rule.any.some((child: Json) => reference(child, events, t));
  if (rule.not) return !reference(rule.not, events, t);
  const name = rule.did ?? rule.didNot ?? rule.of;
  const counted = events.filter(
    (event) =>
      event.at <= t &&
      (name === '*' || event.event === name) &&
      (!rule.within || event.at > t - rule.within.hours * HOUR) &&
      (!rule.between || (event.at >= Date.parse(rule.between[0]!) && event.at < Date.parse(rule.between[1]!))) &&
      (!rule.where || event.body.channel === rule.where.channel.is),
  );
  if (rule.didNot) return counted.length === 0;
  if (rule.sum) return counted.reduce((sum, event) => sum.plus(String(event.body.properties.total)), new Big(0)).gte(rule.gte!);
  const { atLeast = rule.times ? 0 : 1, atMost = Number.POSITIVE_INFINITY, exactly } = rule.times ?? {};
  return exactly === undefined ? counted.length >= atLeast && counted.length <= atMost : counted.length === exactly;
}

const hours = fc.integer({ min: 1, max: 40 });
const window = fc.oneof(
  fc.constant({}),
  hours.map((n) => ({ within: { hours: n } })),
  fc.tuple(hours, hours).map(([a, b]) => ({
    between: [new Date(START + Math.min(a, b) * HOUR).toISOString(), new Date(START + (Math.max(a, b) + 1) * HOUR).toISOString()],
  })),
);
const where = fc.oneof(
  fc.constant({}),
  fc.constantFrom('web', 'store').map((channel) => ({ where: { channel: { is: channel } } })),
);
const eventName = fc.constantFrom('A', 'B', '*');
const times = fc.oneof(
  fc.constant({}),
  fc
    .integer({ min: 0, max: 4 })
    .chain((n) => fc.constantFrom({ times: { atLeast: n } }, { times: { atMost: n } }, { times: { exactly: n } })),
);
const merged = (...parts: fc.Arbitrary<Json>[]): fc.Arbitrary<Json> => fc.tuple(...parts).map((all) => Object.assign({}, ...all));
const leaf = fc.oneof(
  merged(
    eventName.map((did) => ({ did })),
    window,
    where,
    times,
  ),
  merged(
    eventName.map((didNot) => ({ didNot })),
    window,
    where,
  ),
  merged(
    eventName.map((of) => ({ sum: 'properties.total', of })),
    window,
    where,
    fc.integer({ min: -5, max: 40 }).map((n) => ({ gte: `${n}.10` })),
  ),
);
const { rule } = fc.letrec<{ rule: Json }>((tie) => ({
  rule: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie('rule'), { maxLength: 3 }).map((all) => ({ all })),
    fc.array(tie('rule'), { maxLength: 3 }).map((any) => ({ any })),
    tie('rule').map((not) => ({ not })),
  ),
}));

// half hours, so that instants of events, ends of windows and ticks often coincide
const behaviour = fc.record({
  at: fc.integer({ min: 0, max: 80 }),
  event: fc.constantFrom('A', 'B'),
  channel: fc.constantFrom('web', 'store'),
  total: fc.constantFrom('0.10', '7.35', '20', '-3.2'),
});
const behaviours = fc.array(behaviour, { maxLength: 14 }).map((list) =>
  list.map(
    ({ at, event, channel, total }, index): Behaviour => ({
      id: `e${index}`,
      at: START + (at * HOUR) / 2,
      event,
      body: { channel: channel as 'web', properties: { total } },
    }),
  ),
);

type Step = { kind: 'hear'; events: Behaviour[]; after: number } | { kind: 'tick'; after: number };
/** A random order, cut at random places, with clock ticks between. */
const deliveries = (events: readonly Behaviour[]): fc.Arbitrary<Step[]> =>
  fc
    .tuple(
      fc.shuffledSubarray([...events], { minLength: events.length }),
      fc.array(fc.record({ size: fc.integer({ min: 0, max: 4 }), after: fc.integer({ min: 0, max: 12 }) }), {
        minLength: 4,
        maxLength: 20,
      }),
    )
    .map(([order, cuts]) => {
      const steps: Step[] = [];
      let from = 0;
      for (const { size, after } of cuts) {
        if (size === 0) steps.push({ kind: 'tick', after: (after * HOUR) / 2 });
        else steps.push({ kind: 'hear', events: order.slice(from, from + size), after: (after * HOUR) / 2 });
        from += size;
      }
      return [...steps, { kind: 'hear', events: order.slice(from), after: HOUR }];
    });

const ID = '01900000-0000-7000-8000-000000000001';
const OTHER = '01900000-0000-7000-8000-000000000002';
const SEGMENT = 's1';

function rulebookOf(rules: readonly Json[], epoch = 1): Rulebook {
  const segments = rules.map((json, index) => {
    const parsed = parseRule(json);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
    return { id: `s${index + 1}`, name: `s${index + 1}`, version: 1, epoch, rule: parsed.rule, references: {} };
  });
  return compileRulebook(epoch, segments, []);
}

const stored = (customer: Customer): Customer =>
  decodeCustomer({
    profileId: customer.profileId,
    version: customer.version,
    epoch: customer.epoch,
    snapshot: null,
    state: encodeState(customer),
  });

describe('live evaluation', () => {
  it('agrees with the full history at every instant, in any order and split of deliveries, with ticks at any time', () => {
    fc.assert(
      fc.property(
        rule,
        behaviours.chain((events) => deliveries(events)),
        (json, steps) => {
          const rulebook = rulebookOf([json]);
          let customer = newCustomer(ID);
          refresh(customer, rulebook, [], START);
          hear(customer, rulebook, { behaviours: [] }, START);
          const heard: Behaviour[] = [];
          let now = START;
          for (const step of steps) {
            const before = now;
            now += step.after;
            const happened =
              step.kind === 'tick' ? tick(customer, rulebook, now) : hear(customer, rulebook, { behaviours: step.events }, now);
            expectExactInstants(happened, json, heard, before, now);
            if (step.kind === 'hear') heard.push(...step.events);
            expect(isMember(customer.memberships[SEGMENT])).toBe(reference(json, heard, now));
            expect(customer.dueAt ?? Number.POSITIVE_INFINITY).toBeGreaterThan(now);
            const kept = stored(customer);
            expect(encodeState(kept)).toBe(encodeState(customer));
            customer = kept;
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  it('stands until the instant that it names for its review', () => {
    fc.assert(
      fc.property(rule, behaviours, fc.integer({ min: 0, max: 80 }), (json, events, half) => {
        const rulebook = rulebookOf([json]);
        const t = START + (half * HOUR) / 2;
        const customer = newCustomer(ID);
        refresh(customer, rulebook, [], START);
        hear(customer, rulebook, { behaviours: events }, t);
        const { holds, reviewAt } = judgeSegments(customer, rulebook, t).verdicts.get(SEGMENT)!;
        expect(reviewAt).toBeGreaterThan(t);
        const instants = Array.from({ length: 260 }, (_, half) => START + (half * HOUR) / 2).filter(
          (instant) => instant >= t && instant < reviewAt,
        );
        expect(instants.filter((instant) => reference(json, events, instant) !== holds)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it('is the same when the segment is made later and filled from history, with interactions still coming in', () => {
    fc.assert(
      fc.property(rule, rule, behaviours, fc.nat(14), fc.integer({ min: 0, max: 60 }), (first, second, events, cut, half) => {
        const t = START + (half * HOUR) / 2;
        const [early, late] = [events.slice(0, cut), events.slice(cut)];
        const customer = newCustomer(ID);
        refresh(customer, rulebookOf([first]), [], START);
        hear(customer, rulebookOf([first]), { behaviours: early }, t);
        const next = compileRulebook(2, [...rulebookOf([first]).segments, { ...rulebookOf([first, second], 2).segments[1]! }], []);
        refresh(customer, next, early, t + HOUR);
        for (const event of late) hear(customer, next, { behaviours: [event] }, t + 2 * HOUR);
        const at = Math.max(t + HOUR, late.length > 0 ? t + 2 * HOUR : 0);
        expect(isMember(customer.memberships.s1)).toBe(reference(first, events, at));
        expect(isMember(customer.memberships.s2)).toBe(reference(second, events, at));
      }),
      { numRuns: 500 },
    );
  });

  it('of two persons who turn out to be one is that of both histories together', () => {
    fc.assert(
      fc.property(
        rule,
        behaviours,
        fc.nat(14),
        fc.integer({ min: 0, max: 80 }),
        fc.integer({ min: 0, max: 40 }),
        (json, events, cut, half, later) => {
          const rulebook = rulebookOf([json]);
          const t = START + (half * HOUR) / 2;
          const [survivor, other] = [newCustomer(ID), newCustomer(OTHER)];
          for (const one of [survivor, other]) refresh(one, rulebook, [], START);
          hear(survivor, rulebook, { behaviours: events.slice(0, cut) }, t);
          hear(other, rulebook, { behaviours: events.slice(cut) }, t);
          const had = isMember(survivor.memberships[SEGMENT]) || isMember(other.memberships[SEGMENT]);
          const { ofSurvivor } = merge(survivor, other, rulebook, undefined, t);
          expect(isMember(survivor.memberships[SEGMENT])).toBe(reference(json, events, t));
          if (had) expect(ofSurvivor.filter((one) => one.kind === 'membership' && one.membership === 'entered')).toEqual([]);
          const after = t + (later * HOUR) / 2;
          moveTo(survivor, rulebook, after);
          expect(judgeSegments(survivor, rulebook, after).verdicts.get(SEGMENT)!.holds).toBe(reference(json, events, after));
        },
      ),
      { numRuns: 500 },
    );
  });
});

/** Each change by the clock bears the very millisecond at which the history's answer turns. */
function expectExactInstants(happened: readonly Happened[], json: Json, heard: readonly Behaviour[], before: number, now: number): void {
  for (const one of happened) {
    if (one.kind !== 'membership' || one.cause !== 'clock') continue;
    const at = Date.parse(one.at);
    expect(at).toBeGreaterThan(before);
    expect(at).toBeLessThanOrEqual(now);
    expect(reference(json, heard, at)).toBe(one.membership === 'entered');
    expect(reference(json, heard, at - 1)).toBe(one.membership === 'left');
  }
}
