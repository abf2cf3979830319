import type { Found } from './find-words.js';
import type { TextLanguage } from './language.js';
import { REACH, RULES, type SentimentRule } from './sentiment-rules.js';
import type { SentimentRow } from './sentiment-tables.js';
import { endsAsking } from './questions.js';
import type { Token } from './tokenise.js';

/** One row found in a text, with its points after the rules. */
export interface Hit {
  readonly row: SentimentRow;
  /** The number of its sentence. */
  readonly sentence: number;
  /** The token behind it. */
  readonly to: number;
  points: number;
  readonly rules: SentimentRule[];
}

/** A modifier that stands before something. */
interface Modifier {
  readonly row: SentimentRow;
  readonly to: number;
}

type FoundRow = Found<SentimentRow>;

/** Walks once over a text, from left to right, and keeps what still bears on the words to come. */
export class SentimentReader {
  private readonly hits: Hit[] = [];
  private sentence = 0;
  private sentenceFrom = { token: 0, hit: 0 };
  private negator: Modifier | undefined;
  private strength: Modifier | undefined;
  private conceded = false;
  private conditional = false;
  private contrasted = false;
  private reserved = false;
  private asked = false;
  private thanked = false;

  constructor(
    private readonly tokens: readonly Token[],
    private readonly language: TextLanguage,
  ) {}

  read(found: readonly FoundRow[]): readonly Hit[] {
    let at = 0;
    for (const [index, one] of found.entries()) {
      for (; at < one.from; at++) this.passMark(at);
      this.take(one, found[index + 1]);
      at = one.to;
    }
    for (; at < this.tokens.length; at++) this.passMark(at);
    this.closeSentence(this.tokens.length);
    return this.hits;
  }

  private passMark(at: number): void {
    const { kind, word } = this.tokens[at] as Token;
    if (kind === 'pause') this.closePart();
    if (kind !== 'end') return;
    if (word === '?') this.asked = true;
    this.closeSentence(at);
  }

  private closePart(): void {
    this.denyNothing();
    this.strength = undefined;
    this.conceded = false;
    this.conditional = false;
  }

  private closeSentence(at: number): void {
    if (this.asked || (this.language === 'vi' && endsAsking(this.tokens, this.sentenceFrom.token, at))) this.ask();
    this.closePart();
    this.contrasted = false;
    this.reserved = false;
    this.asked = false;
    this.sentence++;
    this.sentenceFrom = { token: at + 1, hit: this.hits.length };
  }

  private take(one: FoundRow, next: FoundRow | undefined): void {
    const { row, from, to } = one;
    if (this.negator !== undefined && from - this.negator.to >= REACH[this.language].praise) this.denyNothing();
    if (this.strength !== undefined && from - this.strength.to >= REACH[this.language].strength) this.strength = undefined;
    switch (row.role) {
      case 'feeling':
        this.feel(one);
        break;
      case 'negator':
        this.negator = { row, to };
        break;
      case 'intensifier':
      case 'diminisher':
      case 'shade':
      case 'excess':
        if (!this.strengthensLast(one, next)) this.strength = { row, to };
        break;
      case 'measure':
        this.measure(one, next);
        break;
      case 'contrast':
        this.contrast();
        break;
      case 'reservation':
        this.denyNothing();
        this.reserved = true;
        break;
      case 'concession':
        this.conceded = true;
        break;
      case 'condition':
        this.conditional = true;
        break;
      case 'asking':
        this.asked = true;
        break;
      case 'courtesy':
        if (!this.thanked) this.add(one, RULES.courtesy, ['courtesy']);
        this.thanked = true;
        break;
      case 'nothing':
        break;
    }
  }

  private feel(one: FoundRow): void {
    const rules: SentimentRule[] = [];
    const { points } = one.row;
    let factor = 1;
    const strength = this.strength?.row.role;
    this.strength = undefined;
    if (strength === 'excess' && points > 0 && this.language === 'en') {
      // too sweet
      this.negator = undefined;
      this.add(one, RULES.excess, ['excess']);
      return;
    }
    if (strength === 'intensifier' || strength === 'excess') {
      factor = this.negator === undefined ? RULES.intensified : RULES.deniedIntensity;
      rules.push('intensified');
    } else if (strength !== undefined) {
      factor = RULES.diminished;
      rules.push('diminished');
    }
    if (this.negator !== undefined && this.denies(this.negator, one)) {
      factor *= points > 0 ? RULES.deniedPraise : RULES.deniedBlame;
      rules.push('denied');
      this.negator = undefined;
    }
    if (this.tokens[one.from]?.drawn !== undefined) {
      factor *= RULES.drawnOut;
      rules.push('drawn out');
    }
    this.add(one, points * factor, rules);
  }

  private denies({ row, to }: Modifier, { row: feeling, from }: FoundRow): boolean {
    if (feeling.points > 0) return true;
    // `chưa` is not yet: chưa dùng đã hỏng, broken before it was used
    return from - to < REACH[this.language].blame - 1 && !row.words.startsWith('chưa');
  }

  /** `đẹp lắm`, `tệ quá`: in Vietnamese, what follows a feeling and does not lead to another one strengthens it. */
  private strengthensLast({ row, from, to }: FoundRow, next: FoundRow | undefined): boolean {
    const last = this.hits.at(-1);
    if (this.language !== 'vi' || last?.sentence !== this.sentence || from - last.to > 1) return false;
    if ((row.role !== 'intensifier' && row.role !== 'excess') || (next?.from === to && next.row.role === 'feeling')) return false;
    if (last.rules.includes('intensified')) return true;
    last.points *= last.rules.includes('denied') ? RULES.deniedIntensity : RULES.intensified;
    last.rules.push('intensified');
    return true;
  }

  /** `quá nhỏ`, `hơi nhỏ`, `nhỏ quá`; `not too small` is no fault. */
  private measure(one: FoundRow, next: FoundRow | undefined): void {
    const strength = this.strength?.row.role;
    const follows = this.language === 'vi' && next?.row.role === 'excess' && next.from === one.to;
    if (!follows && strength !== 'excess' && strength !== 'shade') return;
    this.strength = undefined;
    if (this.negator !== undefined) this.negator = undefined;
    else this.add(one, strength === 'shade' ? RULES.shade : RULES.excess, ['excess']);
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

  private ask(): void {
    this.negator = undefined;
    for (const hit of this.hits.slice(this.sentenceFrom.hit)) {
      if (hit.rules.includes('courtesy')) continue;
      hit.points *= hit.points > 0 ? RULES.askedPraise : RULES.askedBlame;
      hit.rules.push('asked');
    }
  }

  /** A negator that met no feeling. */
  private denyNothing(): void {
    if (this.negator !== undefined)
      this.add({ row: this.negator.row, from: this.negator.to, to: this.negator.to }, RULES.bareDenial, ['bare denial']);
    this.negator = undefined;
  }

  private add({ row, to }: FoundRow, points: number, rules: SentimentRule[]): void {
    let weighed = points;
    const weigh = (factor: number, rule: SentimentRule) => {
      weighed *= factor;
      rules.push(rule);
    };
    if (this.conceded) weigh(RULES.concession, 'conceded');
    if (this.reserved) weigh(RULES.reservation, 'a reservation');
    if (this.conditional) weigh(RULES.condition, 'conditional');
    if (this.contrasted) weigh(RULES.afterContrast, 'after a contrast');
    this.hits.push({ row, sentence: this.sentence, to, points: weighed, rules });
  }
}
