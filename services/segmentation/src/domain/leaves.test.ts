import type { Behaviour } from './behaviour.js';
import { newCustomer } from './customer.js';
import { explainMemberships } from './explain-membership.js';
import { hear, judgeSegments, moveTo, refresh } from './follow-customer.js';
import { parseRule } from './parse-rule.js';
import { compileRulebook } from './rulebook.js';
import type { Snapshot } from './snapshot.js';

const DAY = 86_400_000;
const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const iso = (ms: number): string => new Date(ms).toISOString();
const days = (n: number): number => NOW + n * DAY;

const SNAPSHOT: Snapshot = {
  traits: {
    plan: 'pro',
    age: 30,
    score: '12.50',
    tags: ['a', 'b'],
    vip: true,
    born: '1990-05-01',
    nothing: null,
    renewal: iso(days(2)),
    joined: iso(days(-10)),
    address: { city: 'Huế' },
  },
  consents: [
    { purpose: 'marketing', channel: '*', state: 'granted', at: iso(days(-9)) },
    { purpose: 'marketing', channel: 'email', state: 'withdrawn', at: iso(days(-3)) },
    { purpose: 'survey', channel: 'sms', state: 'withdrawn', at: iso(days(-3)) },
  ],
  firstSeenAt: iso(days(-100)),
  lastSeenAt: iso(days(-1)),
  orders: { count: 3, revenue: [{ currency: 'GBP', amount: '100.10' }], firstAt: iso(days(-50)), lastAt: iso(days(-20)) },
  refunds: { count: 1, amount: [{ currency: 'GBP', amount: '5' }] },
  contacts: { byChannel: { email: { count: 4, lastAt: iso(days(-2)) } }, byHandling: { human: { count: 1, lastAt: iso(days(-8)) } } },
  satisfaction: { answers: 2, lastScore: 4, lastAt: iso(days(-4)) },
  openCases: 1,
  accounts: ['acme'],
};
const EVENTS: Behaviour[] = [
  {
    id: '1',
    at: days(-10),
    event: 'Order Completed',
    body: { channel: 'store', properties: { total: 0.1, items: { n: 2 } }, value: { currency: 'GBP', amount: '0.10' } },
  },
  { id: '2', at: days(-5), event: 'Order Completed', body: { channel: 'web', properties: { total: '0.2' } } },
  { id: '3', at: days(-5), event: 'Page Viewed', body: { channel: 'web', properties: { total: 'many' } } },
  { id: '4', at: days(3), event: 'Order Completed', body: { channel: 'web', properties: { total: 1 } } },
];

function ask(rule: object, t = NOW): [holds: boolean, reviewAt: number] {
  const parsed = parseRule(rule);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const rulebook = compileRulebook(1, [{ id: 's', name: 's', version: 1, epoch: 1, rule: parsed.rule, references: {} }], []);
  const customer = newCustomer('01900000-0000-7000-8000-000000000001');
  refresh(customer, rulebook, [], NOW);
  hear(customer, rulebook, { snapshot: { version: 1, value: SNAPSHOT }, behaviours: EVENTS }, NOW);
  moveTo(customer, rulebook, t);
  const { holds, reviewAt } = judgeSegments(customer, rulebook, t).verdicts.get('s')!;
  return [holds, reviewAt];
}
const NEVER = Number.POSITIVE_INFINITY;

describe('operators', () => {
  it.each<[object, boolean]>([
    [{ trait: 'plan', is: 'pro' }, true],
    [{ trait: 'plan', is: 'Pro' }, false],
    [{ trait: 'age', is: 30 }, true],
    [{ trait: 'age', is: '30.0' }, true],
    [{ trait: 'score', is: 12.5 }, true],
    [{ trait: 'vip', is: true }, true],
    [{ trait: 'vip', is: 1 }, false],
    [{ trait: 'nothing', is: null }, true],
    [{ trait: 'absent', is: null }, true],
    [{ trait: 'plan', is: null }, false],
    [{ trait: 'plan', isNot: 'pro' }, false],
    [{ trait: 'absent', isNot: 'pro' }, true],
    [{ trait: 'plan', in: ['free', 'pro'] }, true],
    [{ trait: 'plan', in: [] }, false],
    [{ trait: 'absent', in: ['x'] }, false],
    [{ trait: 'plan', notIn: ['free'] }, true],
    [{ trait: 'absent', notIn: ['x'] }, true],
    [{ trait: 'plan', contains: 'r' }, true],
    [{ trait: 'tags', contains: 'b' }, true],
    [{ trait: 'tags', contains: 'c' }, false],
    [{ trait: 'age', contains: 3 }, false],
    [{ trait: 'plan', startsWith: 'p' }, true],
    [{ trait: 'plan', startsWith: 'r' }, false],
    [{ trait: 'age', startsWith: '3' }, false],
    [{ trait: 'plan', exists: true }, true],
    [{ trait: 'nothing', exists: true }, false],
    [{ trait: 'absent', exists: false }, true],
    [{ trait: '__proto__', exists: true }, false],
    [{ trait: 'constructor', exists: false }, true],
    [{ trait: 'age', gt: 29 }, true],
    [{ trait: 'age', gt: 30 }, false],
    [{ trait: 'age', gte: 30 }, true],
    [{ trait: 'age', lt: 30 }, false],
    [{ trait: 'age', lte: 30 }, true],
    [{ trait: 'score', gt: '12.499999999' }, true],
    [{ trait: 'plan', gt: 1 }, false],
    [{ trait: 'absent', lt: 1 }, false],
    [{ trait: 'age', gte: 18, lt: 65 }, true],
    [{ trait: 'age', gte: 18, lt: 25 }, false],
    [{ trait: 'born', before: '2000-01-01' }, true],
    [{ trait: 'born', after: '1990-05-01' }, false],
    [{ trait: 'born', after: '1990-04-30T23:59:59.999Z' }, true],
    [{ trait: 'plan', before: '2000-01-01' }, false],
  ])('%j: %s, whatever the time', (rule, holds) => expect(ask(rule)).toEqual([holds, NEVER]));

  it.each<[object, boolean, number]>([
    [{ trait: 'joined', withinLast: { days: 30 } }, true, days(20)],
    [{ trait: 'joined', withinLast: { days: 10 } }, false, NEVER],
    [{ trait: 'joined', withinLast: { hours: 241 } }, true, NOW + 3_600_000],
    [{ trait: 'renewal', withinLast: { days: 30 } }, false, days(2)],
    [{ trait: 'renewal', after: { days: 30 } }, true, days(32)],
    [{ trait: 'joined', before: { days: 30 } }, false, days(20)],
    [{ trait: 'joined', before: { days: 10 } }, true, NEVER],
    [{ trait: 'joined', after: { days: 10 } }, false, NEVER],
    [{ trait: 'joined', withinLast: { days: 30 }, before: { days: 12 } }, false, days(2)],
  ])('%j: %s until its very instant', (rule, holds, reviewAt) => {
    expect(ask(rule)).toEqual([holds, reviewAt]);
    if (reviewAt === NEVER) return;
    expect(ask(rule, reviewAt - 1)[0]).toBe(holds);
    expect(ask(rule, reviewAt)[0]).toBe(!holds);
  });
});

describe('facts and consents', () => {
  it.each<[object, boolean]>([
    [{ fact: 'orders.count', gte: 3 }, true],
    [{ fact: 'orders.revenue.GBP', gt: '100.09' }, true],
    [{ fact: 'orders.revenue.USD', exists: false }, true],
    [{ fact: 'refunds.amount.GBP', is: 5 }, true],
    [{ fact: 'contacts.email.count', gte: 4 }, true],
    [{ fact: 'contacts.human.count', is: 1 }, true],
    [{ fact: 'contacts.phone.count', is: 0 }, true],
    [{ fact: 'contacts.phone.lastAt', exists: false }, true],
    [{ fact: 'satisfaction.lastScore', gte: 4 }, true],
    [{ fact: 'openCases.count', is: 1 }, true],
    [{ fact: 'accounts', contains: 'acme' }, true],
    [{ fact: 'agentId', exists: false }, true],
    [{ fact: 'relationship.type', in: ['transactional', 'self_service'] }, true],
    [{ fact: 'relationship.scores.community', lt: 0.5 }, true],
    [{ fact: 'engagement.model', is: 'hybrid' }, false],
    [{ fact: 'lifecycle.stage', is: 'active' }, true],
    [{ fact: 'orders.lastAt', before: '2026-03-01' }, true],
    [{ fact: 'firstSeenAt', exists: true }, true],
    [{ consent: 'marketing', channel: 'sms', is: 'granted' }, true],
    [{ consent: 'marketing', channel: 'email', is: 'granted' }, false],
    [{ consent: 'marketing', channel: 'email', is: 'withdrawn' }, true],
    [{ consent: 'marketing', is: 'granted' }, true],
    [{ consent: 'survey', is: 'withdrawn' }, true],
    [{ consent: 'survey', channel: 'email', is: 'none' }, true],
    [{ consent: 'other', in: ['none'] }, true],
  ])('%j: %s', (rule, holds) => expect(ask(rule)[0]).toBe(holds));
});

describe('events', () => {
  it.each<[object, boolean, number]>([
    [{ did: 'Order Completed', times: { exactly: 2 } }, true, days(3)],
    [{ did: 'Order Completed', times: { atLeast: 3 } }, false, days(3)],
    [{ did: 'Order Completed', within: { days: 30 } }, true, days(3)],
    [{ did: 'Order Completed', where: { channel: { is: 'store' } }, within: { days: 30 } }, true, days(20)],
    [{ did: 'Order Completed', where: { 'properties.items.n': { gte: 2 } } }, true, NEVER],
    [{ did: 'Order Completed', where: { 'value.currency': { is: 'GBP' }, 'value.amount': { lt: 1 } } }, true, NEVER],
    [{ did: '*', where: { event: { startsWith: 'Page' } } }, true, NEVER],
    [{ did: '*', where: { channel: { is: 'web' } }, times: { atLeast: 2 }, within: { days: 6 } }, true, days(1)],
    [{ did: 'Order Completed', within: { days: 10 }, times: { atLeast: 2 } }, false, days(3)],
    [{ didNot: 'Page Viewed', within: { days: 5 } }, true, NEVER],
    [{ didNot: 'Page Viewed', within: { hours: 121 } }, false, NOW + 3_600_000],
    [{ did: 'Page Viewed', between: [iso(days(-5)), iso(days(-4))] }, true, NEVER],
    [{ did: 'Page Viewed', between: [iso(days(-6)), iso(days(-5))] }, false, NEVER],
    [{ did: 'Order Completed', between: [iso(days(2)), iso(days(4))] }, false, days(3)],
    [{ sum: 'properties.total', of: 'Order Completed', is: '0.3' }, true, days(3)],
    [{ sum: 'properties.total', of: 'Order Completed', gt: 0.3 }, false, days(3)],
    [{ sum: 'properties.total', of: 'Order Completed', within: { days: 6 }, gte: 0.2 }, true, days(1)],
    [{ sum: 'properties.total', of: 'Page Viewed', is: 0 }, true, NEVER],
    [{ sum: 'value.amount', of: '*', is: 0.1 }, true, NEVER],
    [{ all: [] }, true, NEVER],
    [{ any: [] }, false, NEVER],
    [
      {
        not: {
          any: [
            { did: 'Page Viewed', within: { days: 6 } },
            { trait: 'plan', is: 'free' },
          ],
        },
      },
      false,
      days(1),
    ],
    [
      {
        any: [
          { did: 'Page Viewed', within: { days: 6 } },
          { trait: 'plan', is: 'pro' },
        ],
      },
      true,
      NEVER,
    ],
  ])('%j: %s, for so long', (rule, holds, reviewAt) => expect(ask(rule)).toEqual([holds, reviewAt]));
});

it('explains every leaf, also of somebody who is no member', () => {
  const parsed = parseRule({
    all: [{ trait: 'plan', is: 'pro' }, { not: { did: 'Order Completed', within: { days: 30 } } }, { consent: 'survey', is: 'granted' }],
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors));
  const rulebook = compileRulebook(1, [{ id: 's', name: 'quiet', version: 4, epoch: 1, rule: parsed.rule, references: {} }], []);
  const customer = newCustomer('01900000-0000-7000-8000-000000000001');
  refresh(customer, rulebook, [], NOW);
  hear(customer, rulebook, { snapshot: { version: 1, value: SNAPSHOT }, behaviours: EVENTS.slice(0, 3) }, NOW);
  expect(explainMemberships(customer, rulebook, NOW)).toEqual([
    {
      segmentId: 's',
      name: 'quiet',
      version: 4,
      member: false,
      since: null,
      reviewAt: null,
      why: [
        { leaf: '/all/0', holds: true, evidence: { trait: 'plan', value: 'pro' } },
        { leaf: '/all/1/not', holds: true, evidence: { count: 2, orMore: true, lastAt: iso(days(-5)) } },
        { leaf: '/all/2', holds: false, evidence: { state: 'withdrawn', at: iso(days(-3)) } },
      ],
    },
  ]);
});
