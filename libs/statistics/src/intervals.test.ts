import fc from 'fast-check';
import { meanInterval, npsInterval, wilson } from './intervals.js';

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
