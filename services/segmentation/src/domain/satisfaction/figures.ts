import { type Interval, meanInterval, npsInterval, wilson } from '@rapport/statistics';
import { type Metric, SCALES } from './survey-answer.js';

/** How often each score was given. */
export type Scores = ReadonlyMap<number, number>;

/** A figure with how many answers it stands on. Without any it is null. */
interface Figure {
  readonly n: number;
  readonly value: number | null;
  /** 95% of `value`; null where nothing can be said. */
  readonly interval: Interval | null;
}

/** CSAT = share of 4–5 on 1–5; CES = mean on 1–7, and the share of 5–7; NPS = % of 9–10 minus % of 0–6. DOMAIN §3. */
export interface SatisfactionFigure extends Figure {
  /** CES only: the share of 5–7. */
  readonly share?: number | null;
  readonly shareInterval?: Interval | null;
  /** NPS only: counts. */
  readonly promoters?: number;
  readonly passives?: number;
  readonly detractors?: number;
  /** Every score of the scale, with how often it was given. */
  readonly scores: Readonly<Record<string, number>>;
}

/** Rounded to what can be meant: answers are counted in thousands at best. */
const DECIMALS = { share: 4, mean: 3, nps: 2 } as const;

export function figureOf(metric: Metric, scores: Scores): SatisfactionFigure {
  const n = countFrom(scores, Number.NEGATIVE_INFINITY);
  return { ...FIGURES[metric](scores, n), scores: distribution(metric, scores) };
}

const FIGURES: Readonly<Record<Metric, (scores: Scores, n: number) => Omit<SatisfactionFigure, 'scores'>>> = {
  csat: (scores, n) => {
    const [value, interval] = shareOf(countFrom(scores, 4), n);
    return { n, value, interval };
  },
  ces: (scores, n) => {
    const [share, shareInterval] = shareOf(countFrom(scores, 5), n);
    if (n === 0) return { n, value: null, interval: null, share, shareInterval };
    let sum = 0;
    for (const [score, count] of scores) sum += score * count;
    const mean = sum / n;
    let squares = 0;
    for (const [score, count] of scores) squares += count * (score - mean) ** 2;
    const interval = meanInterval(mean, squares, n, SCALES.ces);
    return { n, value: round(mean, DECIMALS.mean), interval: interval ? rounded(interval, DECIMALS.mean) : null, share, shareInterval };
  },
  nps: (scores, n) => {
    const promoters = countFrom(scores, 9);
    const passives = countFrom(scores, 7) - promoters;
    const detractors = n - promoters - passives;
    const counts = { promoters, passives, detractors };
    if (n === 0) return { n, value: null, interval: null, ...counts };
    const value = round((100 * (promoters - detractors)) / n, DECIMALS.nps);
    return { n, value, interval: rounded(npsInterval(promoters, detractors, n), DECIMALS.nps), ...counts };
  },
};

function shareOf(hits: number, n: number): readonly [value: number | null, interval: Interval | null] {
  return n === 0 ? [null, null] : [round(hits / n, DECIMALS.share), rounded(wilson(hits, n), DECIMALS.share)];
}

function countFrom(scores: Scores, least: number): number {
  let n = 0;
  for (const [score, count] of scores) if (score >= least) n += count;
  return n;
}

function distribution(metric: Metric, scores: Scores): Record<string, number> {
  const [least, most] = SCALES[metric];
  return Object.fromEntries(Array.from({ length: most - least + 1 }, (_, index) => [least + index, scores.get(least + index) ?? 0]));
}

const round = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals || 0;
const rounded = ({ low, high }: Interval, decimals: number): Interval => ({ low: round(low, decimals), high: round(high, decimals) });
