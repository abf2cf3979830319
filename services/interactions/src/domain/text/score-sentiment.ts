import { findWords } from './find-words.js';
import type { TextLanguage } from './language.js';
import { type Hit, SentimentReader } from './read-sentiment.js';
import { RULES, type SentimentRule } from './sentiment-rules.js';
import { SENTIMENT_TABLES } from './sentiment-tables.js';
import type { Token } from './tokenise.js';

export interface SentimentEvidence {
  /** The table's row, not the customer's words. */
  readonly words: string;
  /** After the rules. */
  readonly points: number;
  readonly rules: readonly SentimentRule[];
}

export interface ScoredSentiment {
  /** -1..1, two decimals; undefined when no row was found: nothing measurable was said, which is not the same as balance (0). */
  readonly sentiment: number | undefined;
  readonly because: readonly SentimentEvidence[];
}

/**
 * (praise − blame) / (praise + blame + 4), praise and blame being the sums of points above and below 0. So more praise never lowers it, a text that
 * says both stays in the middle, and few words say little.
 * @param tokens respelled by the sentiment table of `language`
 */
export function scoreSentiment(tokens: readonly Token[], language: TextLanguage): ScoredSentiment {
  const hits = new SentimentReader(tokens, language).read(findWords(tokens, SENTIMENT_TABLES[language]));
  if (hits.length === 0) return { sentiment: undefined, because: [] };
  return { sentiment: balance(hits.map(({ points }) => points)), because: hits.map(evidenceOf) };
}

export function balance(points: readonly number[]): number {
  let praise = 0;
  let blame = 0;
  for (const one of points) {
    if (one > 0) praise += one;
    else blame -= one;
  }
  return rounded((praise - blame) / (praise + blame + RULES.restraint));
}

const evidenceOf = ({ row, points, rules }: Hit): SentimentEvidence => ({ words: row.words, points: rounded(points), rules });

/** To two decimals, halves away from 0, so that blame is rounded as praise is; `+ 0` makes -0 a 0. */
const rounded = (value: number): number => (Math.sign(value) * Math.round(Math.abs(value) * 100)) / 100 + 0;
