import fc from 'fast-check';
import type { Behaviour, BehaviourBody } from '../behaviour.js';
import { figureOf } from './figures.js';
import { meanInterval, npsInterval, wilson } from './intervals.js';
import { METRICS, SCALES, surveyAnswerOf } from './survey-answer.js';

const scores = (...given: readonly number[]) => {
  const counts = new Map<number, number>();
  for (const score of given) counts.set(score, (counts.get(score) ?? 0) + 1);
  return counts;
};
const times = (n: number, score: number): number[] => Array(n).fill(score);

describe('intervals', () => {
  // Newcombe 1998, Statistics in Medicine 17:857–872, table I, method 3 (Wilson's score, without continuity correction), 95%.
  // Computed again with statsmodels, proportion_confint(x, n, method='wilson'): 0.255289 0.366210, 0.062386 0.160487, 0 0.161125, 0.006113 0.171755
  test.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('Wilson for %i of %i is as published', (hits, n, low, high) => {
    expect(wilson(hits, n).low).toBeCloseTo(low, 4);
    expect(wilson(hits, n).high).toBeCloseTo(high, 4);
  });

  test('Wilson holds the share, stays within [0, 1], mirrors, and narrows as answers come in', () => {
    const case_ = fc.integer({ min: 1, max: 5_000 }).chain((n) => fc.tuple(fc.integer({ min: 0, max: n }), fc.constant(n)));
    fc.assert(
      fc.property(case_, ([hits, n]) => {
        const { low, high } = wilson(hits, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(hits / n + 1e-12);
        expect(high).toBeGreaterThanOrEqual(hits / n - 1e-12);
        const mirrored = wilson(n - hits, n);
        expect(mirrored.low).toBeCloseTo(1 - high, 10);
        const twice = wilson(2 * hits, 2 * n);
        expect(twice.high - twice.low).toBeLessThan(high - low);
      }),
    );
  });

  test('NPS: the published formula is the standard error of the mean of +1, 0 and −1', () => {
    fc.assert(
      fc.property(fc.nat(200), fc.nat(200), fc.nat(200), (p, d, rest) => {
        const n = p + d + rest;
        fc.pre(n > 0);
        const mean = (p - d) / n;
        const variance = (p * (1 - mean) ** 2 + d * (-1 - mean) ** 2 + rest * mean ** 2) / n;
        const { low, high } = npsInterval(p, d, n);
        const half = 100 * 1.959963984540054 * Math.sqrt(variance / n);
        expect(low).toBeCloseTo(Math.max(-100, 100 * mean - half), 8);
        expect(high).toBeCloseTo(Math.min(100, 100 * mean + half), 8);
      }),
    );
  });

  test('one answer says nothing about others', () => expect(meanInterval(5, 0, 1, [1, 7])).toBeUndefined());
});

describe('figures, worked out by hand', () => {
  test('CSAT: 4 of 5 answers are 4 or 5', () => {
    // p = .8, n = 5, z² = 3.8415: centre (.8 + .38415)/(1 + .7683) = .66965; half 1.95996/1.7683·√(.032 + .038415) = .29412
    expect(figureOf('csat', scores(5, 4, 4, 5, 2))).toEqual({
      n: 5,
      value: 0.8,
      interval: { low: 0.3755, high: 0.9638 },
      scores: { 1: 0, 2: 1, 3: 0, 4: 2, 5: 2 },
    });
  });

  test('CES: mean 5, deviation √(10/4), share 3 of 5', () => {
    // 7, 6, 5, 4, 3: squares 4+1+0+1+4 = 10; s = 1.5811; SE = .70711; 1.95996·SE = 1.3859
    // Wilson 3/5: centre (.6 + .38415)/1.7683 = .55655; half 1.10839·√(.048 + .038415) = .32583
    expect(figureOf('ces', scores(7, 6, 5, 4, 3))).toMatchObject({
      n: 5,
      value: 5,
      interval: { low: 3.614, high: 6.386 },
      share: 0.6,
      shareInterval: { low: 0.2307, high: 0.8824 },
    });
  });

  test('NPS: 5 promoters, 3 passives, 2 detractors of 10 are 30 ± 48.4', () => {
    // p = .5, d = .2: SE = 100·√((.7 − .09)/10) = 24.698; 1.95996·SE = 48.407
    expect(figureOf('nps', scores(...times(3, 10), 9, 9, 8, 8, 7, 6, 0))).toMatchObject({
      n: 10,
      value: 30,
      interval: { low: -18.41, high: 78.41 },
      promoters: 5,
      passives: 3,
      detractors: 2,
    });
  });

  test('all of one mind: NPS 100 with no width, and never beyond', () => {
    expect(figureOf('nps', scores(...times(4, 10)))).toMatchObject({ value: 100, interval: { low: 100, high: 100 } });
  });

  test.each(METRICS)('%s of no answer at all is null', (metric) => {
    expect(figureOf(metric, new Map())).toMatchObject({ n: 0, value: null, interval: null });
  });

  test('n is the number of answers, and the distribution adds up to it', () => {
    const answered = fc.constantFrom(...METRICS).chain((metric) => {
      const [min, max] = SCALES[metric];
      return fc.tuple(fc.constant(metric), fc.array(fc.integer({ min, max }), { maxLength: 50 }));
    });
    fc.assert(
      fc.property(answered, ([metric, given]) => {
        const figure = figureOf(metric, scores(...given));
        expect(figure.n).toBe(given.length);
        expect(Object.values(figure.scores).reduce((a, b) => a + b, 0)).toBe(given.length);
        if (figure.interval && figure.value !== null) {
          expect(figure.interval.low).toBeLessThanOrEqual(figure.value);
          expect(figure.interval.high).toBeGreaterThanOrEqual(figure.value);
        }
      }),
    );
  });
});

describe('a survey answer', () => {
  const answered = (properties: Record<string, unknown>, body: Partial<BehaviourBody> = {}, event = 'Survey Answered'): Behaviour => ({
    id: '1',
    at: 0,
    event,
    body: { channel: 'sms', touchpoint: 'survey', handling: 'none', ...body, properties },
  });

  test('is about what was asked about, and by itself about where it was given', () => {
    expect(surveyAnswerOf(answered({ survey: 'csat', score: 4, touchpoint: 'delivery', channel: 'delivery', handling: 'human' }))).toEqual({
      metric: 'csat',
      score: 4,
      touchpoint: 'delivery',
      channel: 'delivery',
      handling: 'human',
    });
    expect(surveyAnswerOf(answered({ survey: 'NPS', score: '9', touchpoint: 'moon', channel: 7 }))).toEqual({
      metric: 'nps',
      score: 9,
      touchpoint: 'survey',
      channel: 'sms',
      handling: 'none',
    });
  });

  test.each([
    ['nps', 0, true],
    ['nps', 10, true],
    ['nps', 11, false],
    ['csat', 0, false],
    ['csat', 5, true],
    ['csat', 4.5, false],
    ['ces', 7, true],
    ['ces', 8, false],
    ['ces', '', false],
    ['stars', 5, false],
    ['constructor', 5, false],
  ])('%s %j: %s', (survey, score, is) => expect(surveyAnswerOf(answered({ survey, score })) !== undefined).toBe(is));

  test('is no other event', () => expect(surveyAnswerOf(answered({ survey: 'csat', score: 5 }, {}, 'Product Reviewed'))).toBeUndefined());
});
