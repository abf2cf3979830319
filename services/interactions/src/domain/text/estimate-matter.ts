import type { Complexity, Sensitivity } from '@rapport/contracts';
import { findWords } from './find-words.js';
import type { TextLanguage } from './language.js';
import type { Topic } from './lexicon/matter-row.js';
import { MATTER_TABLES } from './matter-tables.js';
import { endsAsking } from './questions.js';
import type { Token } from './tokenise.js';

const RULES = {
  /** Points at which a matter is complex, whatever else it is. */
  complexFrom: 3,
  complaintPoints: 1,
  /** Who tells a story has one. */
  storyPoints: 1,
  longStoryPoints: 2,
  /** A short question, or a short complaint, is rather a simple matter; a long question one that somebody has to think about. */
  shortPoints: 1,
  longQuestionPoints: 1,
  /** A text this bad is a complaint in whatever words. */
  complaintBelow: -0.4,
} as const;

/** In words; Vietnamese writes its syllables apart, so the same takes more of them. */
const LENGTHS: Readonly<Record<TextLanguage, { readonly short: number; readonly story: number; readonly longStory: number }>> = {
  en: { short: 12, story: 20, longStory: 24 },
  vi: { short: 14, story: 24, longStory: 30 },
};

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
 * Complexity: 3 points of `complex` decide; else the most points of `simple`, `guided` and `complex`, the harder one at a tie. Besides the words: a
 * complaint beside something complex, and a long text that ends in no question, are more complex; a short question or complaint is rather simple, a
 * long question rather guided.
 * Sensitivity: one word of money, health, complaint, conflict or identity is enough; so is a sentiment below -0.4.
 */
export function estimateMatter(tokens: readonly Token[], language: TextLanguage, sentiment: number | undefined): Matter {
  const { complexity, topics } = MATTER_TABLES[language];
  const sensitive: MatterEvidence[] = [];
  for (const { row } of findWords(tokens, topics))
    if (row.topic !== 'none') sensitive.push({ words: row.words, says: row.topic, points: 1 });
  if (sentiment !== undefined && sentiment < RULES.complaintBelow) sensitive.push({ words: '(sentiment)', says: 'complaint', points: 1 });
  const hard: MatterEvidence[] = [];
  for (const { row } of findWords(tokens, complexity)) {
    if (row.hardness === 'none') continue;
    if (row.hardness === 'conflict') sensitive.push({ words: row.words, says: 'complaint', points: 1 });
    hard.push({ words: row.words, says: row.hardness === 'conflict' ? 'complex' : row.hardness, points: row.points });
  }
  if (hard.some(({ says }) => says === 'complex') && sensitive.some(({ says }) => says === 'complaint'))
    hard.push({ words: '(complaint)', says: 'complex', points: RULES.complaintPoints });
  const shape = shapeOf(tokens, language, sensitive.length > 0);
  if (shape !== undefined) hard.push(shape);
  return { complexity: hardest(hard), sensitivity: sensitive.length > 0 ? 'sensitive' : undefined, because: [...sensitive, ...hard] };
}

/** What the length and the end of a text say. */
function shapeOf(tokens: readonly Token[], language: TextLanguage, sensitive: boolean): MatterEvidence | undefined {
  const { short, story, longStory } = LENGTHS[language];
  const words = tokens.reduce((count, { kind }) => (kind === 'word' ? count + 1 : count), 0);
  const asks = tokens.at(-1)?.word === '?' || (language === 'vi' && endsAsking(tokens, 0, tokens.length));
  if (words <= short) return asks || sensitive ? { words: '(short)', says: 'simple', points: RULES.shortPoints } : undefined;
  if (asks) return { words: '(long question)', says: 'guided', points: RULES.longQuestionPoints };
  if (words >= longStory) return { words: '(long story)', says: 'complex', points: RULES.longStoryPoints };
  return words >= story ? { words: '(story)', says: 'complex', points: RULES.storyPoints } : undefined;
}

function hardest(because: readonly MatterEvidence[]): Complexity | undefined {
  const sum = { simple: 0, guided: 0, complex: 0 };
  for (const { says, points } of because) if (says in sum) sum[says as Complexity] += points;
  if (sum.complex >= RULES.complexFrom) return 'complex';
  const most = Math.max(sum.simple, sum.guided, sum.complex);
  if (most === 0) return undefined;
  return sum.complex === most ? 'complex' : sum.guided === most ? 'guided' : 'simple';
}
