import { strip } from './diacritics.js';
import { compileTable, type WordTable } from './find-words.js';
import type { TextLanguage } from './language.js';
import { ENGLISH_COMPLEXITY, ENGLISH_TOPICS } from './lexicon/english-matters.js';
import type { ComplexityRow, Hardness, Topic, TopicRow } from './lexicon/matter-row.js';
import { VIETNAMESE_COMPLEXITY, VIETNAMESE_TOPICS } from './lexicon/vietnamese-matters.js';
import { englishVerbStems, vietnameseStems } from './stems.js';

export interface ComplexityEntry {
  readonly words: string;
  readonly hardness: Hardness;
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
  rows.flatMap(([hardness, points, words]) => words.split(', ').map((one) => [one, { words: one, hardness, points }] as const));
const topics = (rows: readonly TopicRow[]): (readonly [string, TopicEntry])[] =>
  rows.flatMap(([topic, words]) => words.split(', ').map((one) => [one, { words: one, topic }] as const));

const ENGLISH = { spellings: [], ambiguous: [], stems: englishVerbStems };

/** Without marks only phrases are believed: `vay` is `vậy` (so) far more often than a loan. */
const vietnamese = <Row>(rows: readonly (readonly [string, Row])[]): WordTable<Row> =>
  compileTable({ rows, spellings: [], ambiguous: rows.map(([words]) => strip(words)), stems: vietnameseStems });

export const MATTER_TABLES: Readonly<Record<TextLanguage, MatterTables>> = {
  vi: {
    complexity: vietnamese(complexities(VIETNAMESE_COMPLEXITY)),
    topics: vietnamese(topics(VIETNAMESE_TOPICS)),
  },
  en: {
    complexity: compileTable({ rows: complexities(ENGLISH_COMPLEXITY), ...ENGLISH }),
    topics: compileTable({ rows: topics(ENGLISH_TOPICS), ...ENGLISH }),
  },
};
