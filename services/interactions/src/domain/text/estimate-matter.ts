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
  complaintPoints: 1,
  /** A question this short is rather a simple one. */
  shortUpTo: 14,
  shortPoints: 1,
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
 * Complexity: 3 points of `complex` decide; else the most points of `simple`, `guided` and `complex`, the harder one at a tie. Something complex that
 * comes with a complaint, or in many words, is more so; a short question or a short complaint without any other sign is simple.
 * Sensitivity: one word of money, health, complaint or identity is enough; so is a sentiment below -0.4.
 */
export function estimateMatter(tokens: readonly Token[], language: TextLanguage, sentiment: number | undefined): Matter {
  const { complexity, topics } = MATTER_TABLES[language];
  const sensitive: MatterEvidence[] = [];
  for (const { row } of findWords(tokens, topics))
    if (row.topic !== 'none') sensitive.push({ words: row.words, says: row.topic, points: 1 });
  if (sentiment !== undefined && sentiment < RULES.complaintBelow) sensitive.push({ words: '(sentiment)', says: 'complaint', points: 1 });
  const hard: MatterEvidence[] = [];
  for (const { row } of findWords(tokens, complexity)) {
    if (row.complexity !== 'none') hard.push({ words: row.words, says: row.complexity, points: row.points });
  }
  const words = tokens.reduce((count, { kind }) => (kind === 'word' ? count + 1 : count), 0);
  if (hard.some(({ says }) => says === 'complex')) {
    if (sensitive.some(({ says }) => says === 'complaint'))
      hard.push({ words: '(complaint)', says: 'complex', points: RULES.complaintPoints });
    if (words >= RULES.longFrom) hard.push({ words: '(long)', says: 'complex', points: RULES.longPoints });
  }
  const asks = tokens.at(-1)?.word === '?';
  if (words <= RULES.shortUpTo && (asks || sensitive.length > 0))
    hard.push({ words: '(short)', says: 'simple', points: RULES.shortPoints });
  return { complexity: hardest(hard), sensitivity: sensitive.length > 0 ? 'sensitive' : undefined, because: [...sensitive, ...hard] };
}

function hardest(because: readonly MatterEvidence[]): Complexity | undefined {
  const sum = { simple: 0, guided: 0, complex: 0 };
  for (const { says, points } of because) if (says in sum) sum[says as Complexity] += points;
  if (sum.complex >= RULES.complexFrom) return 'complex';
  const most = Math.max(sum.simple, sum.guided, sum.complex);
  if (most === 0) return undefined;
  return sum.complex === most ? 'complex' : sum.guided === most ? 'guided' : 'simple';
}
