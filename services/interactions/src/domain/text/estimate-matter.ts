import type { Complexity, Sensitivity } from '@rapport/contracts';
import { findWords } from './find-words.js';
import type { TextLanguage } from './language.js';
import type { Topic } from './lexicon/matter-row.js';
import { MATTER_TABLES } from './matter-tables.js';
import type { Token } from './tokenise.js';

const RULES = {
  /** Points at which a matter is complex, whatever else it is. */
  complexFrom: 3,
  /** A customer who tells a story has one: words from which a text counts as long. */
  longFrom: 25,
  longPoints: 1,
  /** A question this short, without any other sign, is a simple one. */
  shortUpTo: 14,
  /** A text this bad is a complaint in whatever words. */
  complaintBelow: -0.4,
} as const;

export interface MatterEvidence {
  readonly words: string;
  readonly says: Complexity | Topic;
  readonly points: number;
}

export interface Matter {
  /** undefined: nothing in the text tells. */
  readonly complexity: Complexity | undefined;
  /** Never `normal`: a text without a sensitive word proves nothing. */
  readonly sensitivity: Extract<Sensitivity, 'sensitive'> | undefined;
  readonly because: readonly MatterEvidence[];
}

/**
 * Complexity: 3 points of `complex` decide; else the most points of `simple`, `guided` and `complex`, the harder one at a tie. A complaint, and a long
 * text, are one point of `complex` each.
 * Sensitivity: one word of money, health, complaint or identity is enough; so is a sentiment below -0.4.
 */
export function estimateMatter(tokens: readonly Token[], language: TextLanguage, sentiment: number | undefined): Matter {
  const { complexity, topics } = MATTER_TABLES[language];
  const because: MatterEvidence[] = [];
  for (const { row } of findWords(tokens, topics)) if (row.topic !== 'none') because.push({ words: row.words, says: row.topic, points: 1 });
  if (sentiment !== undefined && sentiment < RULES.complaintBelow) because.push({ words: '(sentiment)', says: 'complaint', points: 1 });
  const sensitive = because.length > 0;
  if (because.some(({ says }) => says === 'complaint')) because.push({ words: '(complaint)', says: 'complex', points: 1 });
  for (const { row } of findWords(tokens, complexity)) {
    if (row.complexity !== 'none') because.push({ words: row.words, says: row.complexity, points: row.points });
  }
  const words = tokens.filter(({ kind }) => kind === 'word').length;
  if (words >= RULES.longFrom) because.push({ words: '(long)', says: 'complex', points: RULES.longPoints });
  if (words <= RULES.shortUpTo && tokens.at(-1)?.word === '?') because.push({ words: '(short question)', says: 'simple', points: 1 });
  return { complexity: hardest(because), sensitivity: sensitive ? 'sensitive' : undefined, because };
}

function hardest(because: readonly MatterEvidence[]): Complexity | undefined {
  const sum = { simple: 0, guided: 0, complex: 0 };
  for (const { says, points } of because) if (says in sum) sum[says as Complexity] += points;
  if (sum.complex >= RULES.complexFrom) return 'complex';
  const most = Math.max(sum.simple, sum.guided, sum.complex);
  if (most === 0) return undefined;
  return sum.complex === most ? 'complex' : sum.guided === most ? 'guided' : 'simple';
}
