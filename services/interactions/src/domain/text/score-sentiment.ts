import { findWords, type Found } from './find-words.js';
import type { TextLanguage } from './language.js';
import { SENTIMENT_TABLES, type SentimentRow } from './sentiment-tables.js';
import type { Token } from './tokenise.js';

/** The rules' numbers; chosen by hand, in coarse steps. */
const RULES = {
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
  askedPraise: 0.25,
  askedBlame: 0.75,
  courtesy: 1,
} as const;

/** How many tokens a modifier reaches forward within its part of a sentence. */
const REACH: Readonly<Record<TextLanguage, { readonly negator: number; readonly other: number }>> = {
  vi: { negator: 3, other: 2 },
  en: { negator: 4, other: 2 },
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

export interface SentimentEvidence {
  /** The table's row. */
  readonly words: string;
  /** After the rules. */
  readonly points: number;
  readonly rules: readonly SentimentRule[];
}

export interface ScoredSentiment {
  /** -1..1; undefined when no row was found: nothing measurable was said, which is not the same as balance (0). */
  readonly sentiment: number | undefined;
  readonly because: readonly SentimentEvidence[];
}

interface Hit {
  readonly words: string;
  readonly sentence: number;
  points: number;
  readonly rules: SentimentRule[];
}

/**
 * (praise − blame) / (praise + blame + 4), praise and blame being the sums of points above and below 0. So more praise never lowers it, a text that
 * says both stays in the middle, and few words say little.
 */
export function scoreSentiment(tokens: readonly Token[], language: TextLanguage): ScoredSentiment {
  const hits = new Reader(tokens, language).read(findWords(tokens, SENTIMENT_TABLES[language]));
  let praise = 0;
  let blame = 0;
  for (const { points } of hits) {
    if (points > 0) praise += points;
    else blame -= points;
  }
  if (hits.length === 0) return { sentiment: undefined, because: [] };
  const sentiment = Math.round(((praise - blame) / (praise + blame + RULES.restraint)) * 100) / 100;
  return { sentiment, because: hits.map(({ words, points, rules }) => ({ words, points: Math.round(points * 100) / 100, rules })) };
}

/** What stands before a place and still reaches it. */
interface Pending {
  readonly row: SentimentRow;
  readonly until: number;
}

/** One walk over a text, from left to right. */
class Reader {
  private readonly hits: Hit[] = [];
  private sentence = 0;
  private negator: Pending | undefined;
  private strength: Pending | undefined;
  private conceded = false;
  private conditional = false;
  private reserved = false;
  private contrasted = false;
  private thanked = false;
  private sentenceFrom = 0;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: TextLanguage,
  ) {}

  read(found: readonly Found<SentimentRow>[]): Hit[] {
    let at = 0;
    for (const [index, one] of found.entries()) {
      for (; at < one.from; at++) this.mark(at);
      at = one.to;
      this.take(one, found[index + 1]);
    }
    for (; at < this.tokens.length; at++) this.mark(at);
    this.closeSentence();
    return this.hits;
  }

  private mark(at: number): void {
    const { kind, word } = this.tokens[at] as Token;
    if (kind === 'end') {
      if (word === '?') this.ask();
      this.closeSentence();
    } else if (kind === 'pause') this.closePart();
  }

  private closePart(): void {
    this.denyNothing();
    this.strength = undefined;
    this.conceded = false;
    this.conditional = false;
  }

  private closeSentence(): void {
    this.closePart();
    this.contrasted = false;
    this.reserved = false;
    this.sentence++;
    this.sentenceFrom = this.hits.length;
  }

  /** A negator that met no feeling. */
  private denyNothing(): void {
    if (this.negator !== undefined) this.add(this.negator.row, RULES.bareDenial, ['bare denial']);
    this.negator = undefined;
  }

  private take({ row, from, to }: Found<SentimentRow>, next: Found<SentimentRow> | undefined): void {
    if (this.negator !== undefined && from > this.negator.until) this.denyNothing();
    if (this.strength !== undefined && from > this.strength.until) this.strength = undefined;
    const reach = REACH[this.language];
    switch (row.role) {
      case 'feeling':
        return this.feel(row, from);
      case 'negator':
        this.negator = { row, until: to - 1 + reach.negator };
        return;
      case 'intensifier':
      case 'diminisher':
      case 'shade':
      case 'excess':
        if ((next?.from !== to || next.row.role !== 'feeling') && this.follow(row, from)) return;
        this.strength = { row, until: to - 1 + reach.other };
        return;
      case 'measure':
        return this.measure(row, next, to);
      case 'contrast':
        return this.contrast();
      case 'concession':
        this.conceded = true;
        return;
      case 'reservation':
        this.denyNothing();
        this.reserved = true;
        return;
      case 'condition':
        this.conditional = true;
        return;
      case 'courtesy':
        if (!this.thanked) this.add(row, RULES.courtesy, ['courtesy']);
        this.thanked = true;
        return;
      case 'nothing':
        return;
    }
  }

  private lastTo = -1;

  private feel(row: SentimentRow, from: number): void {
    const rules: SentimentRule[] = [];
    let { points } = row;
    const strength = this.strength?.row.role;
    this.strength = undefined;
    if (strength === 'excess' && points > 0 && this.language === 'en') {
      points = RULES.excess;
      rules.push('excess');
    } else if (strength === 'intensifier' || strength === 'excess') {
      points *= this.negator === undefined ? RULES.intensified : RULES.deniedIntensity;
      rules.push('intensified');
    } else if (strength !== undefined) {
      points *= RULES.diminished;
      rules.push('diminished');
    }
    if (this.negator !== undefined && this.denies(this.negator, points, from)) {
      points *= points > 0 ? RULES.deniedPraise : RULES.deniedBlame;
      rules.push('denied');
      this.negator = undefined;
    }
    if (this.tokens[from]?.drawn !== undefined) {
      points *= RULES.drawnOut;
      rules.push('drawn out');
    }
    this.add(row, points, rules);
    this.lastTo = from + 1;
  }

  /** A fault is denied only from nearby: `chưa dùng đã hỏng` is no denial. */
  private denies({ row, until }: Pending, points: number, from: number): boolean {
    if (points > 0 || this.language === 'en') return true;
    return from < until && !row.words.startsWith('chưa');
  }

  /** `đẹp lắm`, `tệ quá`: what follows a feeling directly strengthens it. */
  private follow(row: SentimentRow, from: number): boolean {
    const last = this.hits.at(-1);
    if (this.language !== 'vi' || last === undefined || last.sentence !== this.sentence || this.lastTo < from - 2) return false;
    if (row.role !== 'intensifier' && row.role !== 'excess') return false;
    if (last.rules.includes('intensified')) return true;
    last.points *= last.rules.includes('denied') ? RULES.deniedIntensity : RULES.intensified;
    last.rules.push('intensified');
    return true;
  }

  private measure(row: SentimentRow, next: Found<SentimentRow> | undefined, to: number): void {
    if (this.language === 'vi' && next?.row.role === 'excess' && next.from === to) {
      this.add(row, RULES.excess, ['excess']);
      return;
    }
    const strength = this.strength?.row.role;
    if (strength !== 'excess' && strength !== 'shade') return;
    this.strength = undefined;
    if (this.negator !== undefined) this.negator = undefined;
    else this.add(row, strength === 'excess' ? RULES.excess : RULES.shade, ['excess']);
  }

  private contrast(): void {
    this.closePart();
    for (const hit of this.hits) {
      if (hit.sentence < this.sentence - 1 || hit.rules.includes('before a contrast')) continue;
      hit.points *= RULES.beforeContrast;
      hit.rules.push('before a contrast');
    }
    this.contrasted = true;
  }

  /** The sentence turned out to be a question: nobody said that it is so. */
  private ask(): void {
    this.negator = undefined;
    for (const hit of this.hits.slice(this.sentenceFrom)) {
      hit.points *= hit.points > 0 ? RULES.askedPraise : RULES.askedBlame;
      hit.rules.push('asked');
    }
  }

  private add(row: SentimentRow, points: number, rules: SentimentRule[]): void {
    let weighed = points;
    if (this.conceded) {
      weighed *= RULES.concession;
      rules.push('conceded');
    }
    if (this.reserved) {
      weighed *= RULES.reservation;
      rules.push('a reservation');
    }
    if (this.conditional) {
      weighed *= RULES.condition;
      rules.push('conditional');
    }
    if (this.contrasted) {
      weighed *= RULES.afterContrast;
      rules.push('after a contrast');
    }
    this.hits.push({ words: row.words, sentence: this.sentence, points: weighed, rules });
  }
}
