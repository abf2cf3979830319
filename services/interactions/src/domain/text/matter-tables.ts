import type { Complexity } from '@rapport/contracts';
import { compileTable, type WordTable } from './find-words.js';
import type { TextLanguage } from './language.js';
import { ENGLISH_COMPLEXITY, ENGLISH_TOPICS } from './lexicon/english-matters.js';
import type { ComplexityRow, Topic, TopicRow } from './lexicon/matter-row.js';
import { VIETNAMESE_COMPLEXITY, VIETNAMESE_TOPICS } from './lexicon/vietnamese-matters.js';
import { AMBIGUOUS_WITHOUT_MARKS } from './lexicon/vietnamese-rules.js';
import { englishStems, vietnameseStems } from './stems.js';

export interface ComplexityEntry {
  readonly words: string;
  readonly complexity: Complexity | 'none';
  readonly points: number;
}

export interface TopicEntry {
  readonly words: string;
  readonly topic: Topic;
}

export interface MatterTables {
  readonly complexity: WordTable<ComplexityEntry>;
  readonly topics: WordTable<TopicEntry>;
}

const complexities = (rows: readonly ComplexityRow[]): (readonly [string, ComplexityEntry])[] =>
  rows.flatMap(([complexity, points, words]) => words.split(', ').map((one) => [one, { words: one, complexity, points }] as const));
const topics = (rows: readonly TopicRow[]): (readonly [string, TopicEntry])[] =>
  rows.flatMap(([topic, words]) => words.split(', ').map((one) => [one, { words: one, topic }] as const));

const VIETNAMESE = { spellings: [], ambiguous: AMBIGUOUS_WITHOUT_MARKS.map(([syllable]) => syllable), stems: vietnameseStems };
const ENGLISH = { spellings: [], ambiguous: [], stems: englishStems };

export const MATTER_TABLES: Readonly<Record<TextLanguage, MatterTables>> = {
  vi: {
    complexity: compileTable({ rows: complexities(VIETNAMESE_COMPLEXITY), ...VIETNAMESE }),
    topics: compileTable({ rows: topics(VIETNAMESE_TOPICS), ...VIETNAMESE }),
  },
  en: {
    complexity: compileTable({ rows: complexities(ENGLISH_COMPLEXITY), ...ENGLISH }),
    topics: compileTable({ rows: topics(ENGLISH_TOPICS), ...ENGLISH }),
  },
};
