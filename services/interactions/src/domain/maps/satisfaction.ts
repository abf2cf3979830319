import { type Interval, npsInterval, wilson } from '@rapport/statistics';
import { type Scale, SCALES } from './customer-path.js';

export interface Satisfaction {
  /** Share of 4 and 5 on 1–5, with its Wilson interval. */
  readonly csat: { readonly n: number; readonly share: number; readonly interval: readonly [number, number] } | null;
  /** Mean on 1–7, and the share of 5 to 7 with its Wilson interval. */
  readonly ces: { readonly n: number; readonly mean: number; readonly share: number; readonly interval: readonly [number, number] } | null;
  /** % of 9 and 10 minus % of 0 to 6; SE = 100·√((p+d−(p−d)²)/n) (DOMAIN §3). */
  readonly nps: { readonly n: number; readonly score: number; readonly interval: readonly [number, number] } | null;
}

/** Scale → score → count. */
export type Scores = Readonly<Partial<Record<Scale, ReadonlyMap<number, number>>>>;
export const isScale = (measure: string): measure is Scale => Object.hasOwn(SCALES, measure);

export function satisfactionOf({ csat, ces, nps }: Scores): Satisfaction {
  return { csat: csatOf(csat), ces: cesOf(ces), nps: npsOf(nps) };
}

/** Of a share of counts, 95%. @param n above 0 */
export const shareInterval = (hits: number, n: number): [number, number] => rounded(wilson(hits, n));

const rounded = ({ low, high }: Interval): [number, number] => [round(low), round(high)];

const countOf = (scores: ReadonlyMap<number, number>, from = 0, to = 10): number =>
  [...scores].reduce((sum, [score, n]) => (score >= from && score <= to ? sum + n : sum), 0);

function csatOf(scores: ReadonlyMap<number, number> = new Map()): Satisfaction['csat'] {
  const n = countOf(scores);
  if (n <= 0) return null;
  const good = countOf(scores, 4, 5);
  return { n, share: round(good / n), interval: shareInterval(good, n) };
}

function cesOf(scores: ReadonlyMap<number, number> = new Map()): Satisfaction['ces'] {
  const n = countOf(scores);
  if (n <= 0) return null;
  const good = countOf(scores, 5, 7);
  const mean = [...scores].reduce((sum, [score, count]) => sum + score * count, 0) / n;
  return { n, mean: round(mean), share: round(good / n), interval: shareInterval(good, n) };
}

function npsOf(scores: ReadonlyMap<number, number> = new Map()): Satisfaction['nps'] {
  const n = countOf(scores);
  if (n <= 0) return null;
  const [promoters, detractors] = [countOf(scores, 9, 10), countOf(scores, 0, 6)];
  return { n, score: round((100 * (promoters - detractors)) / n), interval: rounded(npsInterval(promoters, detractors, n)) };
}

/** Four decimals. */
export const round = (value: number): number => Math.round(value * 10_000) / 10_000;
