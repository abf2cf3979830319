/** Both ends included. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/** Two-sided, normal quantile for 95%. */
const Z = 1.959963984540054;
export const CONFIDENCE = 0.95;

/**
 * Of a share, by Wilson's score without continuity correction (Wilson 1927, JASA 22:209–212; method 3 of Newcombe 1998, Statistics in Medicine 17:857–872).
 * @param hits 0 to n @param n ≥ 1 @returns within [0, 1]
 */
export function wilson(hits: number, n: number): Interval {
  const p = hits / n;
  const denominator = 1 + Z ** 2 / n;
  const centre = (p + Z ** 2 / (2 * n)) / denominator;
  const half = (Z / denominator) * Math.sqrt((p * (1 - p)) / n + Z ** 2 / (4 * n ** 2));
  // exact at the ends, where rounding would leave 10⁻¹⁷
  return { low: hits === 0 ? 0 : centre - half, high: hits === n ? 1 : centre + half };
}

/**
 * Of the Net Promoter Score: SE = 100·√((p + d − (p − d)²) / n), the standard error of a mean of +1, 0 and −1.
 * @param promoters, detractors counts @returns within [−100, 100]
 */
export function npsInterval(promoters: number, detractors: number, n: number): Interval {
  const [p, d] = [promoters / n, detractors / n];
  return around(100 * (p - d), 100 * Math.sqrt((p + d - (p - d) ** 2) / n), -100, 100);
}

/** Of a mean, from the sample's standard deviation; undefined for one answer, of which nobody can say how others differ. */
export function meanInterval(
  mean: number,
  sumOfSquaredDeviations: number,
  n: number,
  [least, most]: readonly [number, number],
): Interval | undefined {
  return n < 2 ? undefined : around(mean, Math.sqrt(sumOfSquaredDeviations / (n - 1) / n), least, most);
}

const around = (value: number, error: number, least: number, most: number): Interval => ({
  low: Math.max(least, value - Z * error),
  high: Math.min(most, value + Z * error),
});
