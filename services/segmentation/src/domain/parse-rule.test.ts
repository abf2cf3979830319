import { parseRule, type RuleError } from './parse-rule.js';
import { leavesOf } from './rule.js';

const errorsOf = (rule: unknown): readonly RuleError[] => {
  const parsed = parseRule(rule);
  return parsed.ok ? [] : parsed.errors;
};
const nested = (levels: number): object => Array.from({ length: levels - 1 }).reduce<object>((rule) => ({ not: rule }), { did: 'A' });

describe('a rule', () => {
  it('of the reference is understood, leaf by leaf', () => {
    const parsed = parseRule({
      all: [
        { trait: 'plan', in: ['pro', 'team'] },
        { fact: 'orders.count', gte: 3 },
        { fact: 'relationship.type', isNot: 'transactional' },
        { consent: 'marketing', channel: 'email', is: 'granted' },
        { member: 'vip' },
        {
          did: 'Order Completed',
          where: { 'properties.total': { gte: 100 }, channel: { is: 'store' } },
          times: { atLeast: 2 },
          within: { days: 30 },
        },
        { sum: 'properties.total', of: 'Order Completed', within: { days: 365 }, gte: 1000 },
        { any: [] },
        { not: { did: '*', where: { function: { is: 'reactive' } }, within: { days: 14 } } },
      ],
    });
    expect(parsed.ok && leavesOf(parsed.rule).map((leaf) => [leaf.kind, leaf.pointer])).toEqual([
      ['trait', '/all/0'],
      ['fact', '/all/1'],
      ['fact', '/all/2'],
      ['consent', '/all/3'],
      ['member', '/all/4'],
      ['did', '/all/5'],
      ['sum', '/all/6'],
      ['did', '/all/8/not'],
    ]);
  });

  it('may have 64 leaves and 8 levels, and not one more', () => {
    const leaves = (n: number) => ({
      any: [
        { all: Array.from({ length: Math.min(n, 40) }, () => ({ did: 'A' })) },
        { all: Array.from({ length: Math.max(0, n - 40) }, () => ({ did: 'A' })) },
      ],
    });
    expect(errorsOf(leaves(64))).toEqual([]);
    expect(errorsOf(leaves(65))).toEqual([{ pointer: '/any/1/all/24', detail: 'a rule may have 64 leaves' }]);
    expect(errorsOf(nested(8))).toEqual([]);
    expect(errorsOf(nested(9))).toEqual([{ pointer: '/not'.repeat(8), detail: 'a rule may be 8 levels deep' }]);
    expect(errorsOf(nested(100_000)).length).toBe(1);
  });

  it('shares one tally between leaves that ask the same, in whatever order and with whatever number they were written', () => {
    const keyOf = (rule: object) => {
      const parsed = parseRule(rule);
      const [leaf] = parsed.ok ? leavesOf(parsed.rule) : [];
      return leaf?.kind === 'did' || leaf?.kind === 'sum' ? leaf.tally.key : undefined;
    };
    expect(keyOf({ did: 'A', where: { channel: { is: 'web' }, 'properties.x': { gt: 1, lt: 3 } } })).toBe(
      keyOf({ where: { 'properties.x': { lt: 3, gt: 1 }, channel: { is: 'web' } }, times: { atLeast: 9 }, did: 'A' }),
    );
    expect(keyOf({ sum: 'properties.x', of: 'A', gte: 1, within: { days: 1 } })).toBe(
      keyOf({ sum: 'properties.x', of: 'A', lt: 9, within: { hours: 24 } }),
    );
    expect(keyOf({ did: 'A' })).not.toBe(keyOf({ did: 'A', within: { days: 1 } }));
    expect(keyOf({ did: 'A', within: { days: 1 } })).not.toBe(keyOf({ did: 'A', within: { days: 1 }, times: { atLeast: 5 } }));
  });

  it.each<[string, unknown, string]>([
    ['is no object', [], ''],
    ['is null', null, ''],
    ['says nothing', {}, ''],
    ['is an unknown leaf', { all: [{ liked: 'A' }] }, '/all/0'],
    ['says two things', { did: 'A', trait: 'x', is: 1 }, ''],
    ['has a group that is no list', { all: { did: 'A' } }, '/all'],
    ['has something beside a group', { all: [], within: { days: 1 } }, '/within'],
    ['has a trait without an operator', { trait: 'plan' }, ''],
    ['has an unknown operator', { trait: 'plan', like: 'p%' }, '/like'],
    ['has an operator of the wrong type', { all: [{ trait: 'age', gte: 'old' }] }, '/all/0/gte'],
    ['has a list that is none', { trait: 'plan', in: 'pro' }, '/in'],
    ['has a deep operand', { trait: 'plan', is: { deep: true } }, '/is'],
    ['has an exists that is no boolean', { trait: 'plan', exists: 1 }, '/exists'],
    ['has a time without a zone', { trait: 'born', before: '2026-01-01T00:00:00' }, '/before'],
    ['has an unknown fact', { fact: 'orders.colour', is: 1 }, '/fact'],
    ['has a fact of an unknown channel', { fact: 'contacts.smoke.count', gte: 1 }, '/fact'],
    ['has a consent that cannot be', { consent: 'marketing', is: 'maybe' }, ''],
    ['has an empty name', { did: '' }, '/did'],
    ['has a name that is no string', { did: 7 }, '/did'],
    ['has a window that is none', { did: 'A', within: { weeks: 1 } }, '/within'],
    ['has an empty window', { did: 'A', within: { days: 0 } }, '/within'],
    ['has a window longer than ten years', { did: 'A', within: { days: 4000 } }, '/within'],
    ['has two windows', { did: 'A', within: { days: 1 }, between: ['2026-01-01', '2026-02-01'] }, ''],
    ['has a between that runs backwards', { did: 'A', between: ['2026-02-01', '2026-01-01'] }, '/between'],
    ['has times of nothing', { did: 'A', times: {} }, '/times'],
    ['has fractional times', { did: 'A', times: { atLeast: 1.5 } }, '/times'],
    ['has two kinds of times', { did: 'A', times: { exactly: 1, atMost: 2 } }, '/times'],
    ['counts what was not done', { didNot: 'A', times: { atLeast: 1 } }, '/times'],
    ['has an unknown property', { did: 'A', where: { 'context.ip': { is: 'x' } } }, '/where/context.ip'],
    ['has a property with a slash', { did: 'A', where: { 'properties.a/b': { like: 1 } } }, '/where/properties.a~1b/like'],
    ['has a property without an operator', { did: 'A', where: { channel: 'web' } }, '/where/channel'],
    [
      'asks an event how long ago',
      { did: 'A', where: { 'properties.due': { withinLast: { days: 1 } } } },
      '/where/properties.due/withinLast',
    ],
    ['sums something unknown', { sum: 'total', of: 'A', gte: 1 }, '/sum'],
    ['sums without comparing', { sum: 'properties.total', of: 'A' }, ''],
    ['compares a sum with a word', { sum: 'properties.total', of: 'A', is: 'much' }, ''],
    ['is a prototype', JSON.parse('{"__proto__": {"did": "A"}}'), ''],
    ['has a window called constructor', { did: 'A', within: { constructor: 1 } }, '/within'],
  ])('that %s is refused, by pointer', (_, rule, pointer) => {
    expect(errorsOf(rule)).toEqual([expect.objectContaining({ pointer, detail: expect.any(String) })]);
  });

  it.each([
    { sequence: [] },
    { max: 'properties.x', of: 'A', gte: 1 },
    { distinct: 'properties.x', of: 'A', gte: 1 },
    { fact: 'lead.score', gte: 1 },
    { fact: 'value.clv', gte: 1 },
  ])('that needs what comes later says so: %j', (rule) => {
    expect(errorsOf(rule)).toEqual([expect.objectContaining({ notSupported: true })]);
  });

  it('that is wrong in several places is told all of them', () => {
    expect(errorsOf({ all: [{ did: 1 }, { any: [{ trait: 'x', gt: [] }] }, { nothing: 1 }] }).map((one) => one.pointer)).toEqual([
      '/all/0/did',
      '/all/1/any/0/gt',
      '/all/2',
    ]);
  });
});
