import { DAY_MS, dateOf } from './tally.js';

/** Whole days, UTC; `to` is not in it. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

/** [from, to) of dates. */
export type Range = readonly [string, string];

export interface Spans {
  readonly months: Range;
  readonly days: readonly [Range, Range];
}

/** A period as the whole months in it, and the days before and behind them: the rows to sum. Empty ranges where there are none. */
export function spansOf({ from, to }: Period): Spans {
  const firstMonth = from.endsWith('-01') ? from : monthAfter(from);
  const lastMonth = `${to.slice(0, 7)}-01`;
  if (firstMonth >= lastMonth)
    return {
      months: [from, from],
      days: [
        [from, to],
        [to, to],
      ],
    }; // no whole month
  return {
    months: [firstMonth, lastMonth],
    days: [
      [from, firstMonth],
      [lastMonth, to],
    ],
  };
}

export const addDays = (date: string, days: number): string => dateOf(Date.parse(date) / DAY_MS + days);

const monthAfter = (date: string): string => {
  const [year, month] = date.split('-').map(Number) as [number, number];
  return month === 12 ? `${year + 1}-01-01` : `${year}-${String(month + 1).padStart(2, '0')}-01`;
};
