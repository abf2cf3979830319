import type { TextLanguage } from './language.js';

/** The numbers of the rules: chosen by hand, in coarse steps. */
export const RULES = {
  /** What weighs against every text: one plain word of 2 points alone is 2/(2+4) = .33. */
  restraint: 4,
  intensified: 1.5,
  diminished: 0.75,
  drawnOut: 1.25,
  /** `not good` is bad; `not bad` is a little good. */
  deniedPraise: -1,
  deniedBlame: -0.5,
  /** `not very good`: less bad than `not good`. */
  deniedIntensity: 0.75,
  /** A denial of something that is in no table (`no box`, `does not pair`). */
  bareDenial: -0.5,
  excess: -1.5,
  shade: -1,
  beforeContrast: 0.5,
  afterContrast: 1.5,
  concession: 0.5,
  reservation: 0.5,
  condition: 0.5,
  /** Nobody said that it is good, or bad. */
  askedPraise: 0.25,
  askedBlame: 0.25,
  courtesy: 1,
} as const;

/** How many tokens a modifier reaches forward within its part of a sentence. Faults are denied from nearer: `chưa dùng đã hỏng` denies none. */
export const REACH: Readonly<Record<TextLanguage, { readonly praise: number; readonly blame: number; readonly strength: number }>> = {
  vi: { praise: 3, blame: 2, strength: 2 },
  en: { praise: 4, blame: 4, strength: 2 },
};

export type SentimentRule =
  | 'denied'
  | 'intensified'
  | 'diminished'
  | 'drawn out'
  | 'excess'
  | 'bare denial'
  | 'before a contrast'
  | 'after a contrast'
  | 'conceded'
  | 'a reservation'
  | 'conditional'
  | 'asked'
  | 'courtesy';
