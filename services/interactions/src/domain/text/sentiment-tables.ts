import { EMOJI, EMOTICONS } from './lexicon/emoticons.js';
import { ENGLISH_BLAME } from './lexicon/english-blame.js';
import { ENGLISH_PRAISE } from './lexicon/english-praise.js';
import { ENGLISH_ROLES } from './lexicon/english-rules.js';
import type { FeelingRow, Role, RoleRow } from './lexicon/row.js';
import { ENGLISH_SPELLINGS, VIETNAMESE_SPELLINGS } from './lexicon/spelling.js';
import { VIETNAMESE_BLAME } from './lexicon/vietnamese-blame.js';
import { VIETNAMESE_PRAISE } from './lexicon/vietnamese-praise.js';
import { AMBIGUOUS_WITHOUT_MARKS, VIETNAMESE_ROLES } from './lexicon/vietnamese-rules.js';
import { compileTable, type WordTable } from './find-words.js';
import type { TextLanguage } from './language.js';
import { englishStems, vietnameseStems } from './stems.js';

/** One word or phrase of a sentiment table. */
export interface SentimentRow {
  /** As the table writes it: evidence names the table's words, never the customer's. */
  readonly words: string;
  readonly role: Role | 'feeling';
  /** 0 unless a feeling. */
  readonly points: number;
}

const split = (words: string): string[] => words.split(', ');
const feelings = (rows: readonly FeelingRow[]): SentimentRow[] =>
  rows.flatMap(([points, words]) => split(words).map((one): SentimentRow => ({ words: one, role: 'feeling', points })));
const roles = (rows: readonly RoleRow[]): SentimentRow[] =>
  rows.flatMap(([role, words]) => split(words).map((one): SentimentRow => ({ words: one, role, points: 0 })));
const faces = (rows: readonly FeelingRow[]): SentimentRow[] =>
  rows.flatMap(([points, words]) => words.split(' ').map((one): SentimentRow => ({ words: one, role: 'feeling', points })));
const keyed = (rows: readonly SentimentRow[]): (readonly [string, SentimentRow])[] => rows.map((row) => [row.words, row]);

const FACES = [...faces(EMOTICONS), ...faces(EMOJI)];

export const SENTIMENT_TABLES: Readonly<Record<TextLanguage, WordTable<SentimentRow>>> = {
  vi: compileTable({
    rows: keyed([...FACES, ...feelings(VIETNAMESE_PRAISE), ...feelings(VIETNAMESE_BLAME), ...roles(VIETNAMESE_ROLES)]),
    spellings: VIETNAMESE_SPELLINGS,
    ambiguous: AMBIGUOUS_WITHOUT_MARKS.map(([syllable]) => syllable),
    stems: vietnameseStems,
  }),
  en: compileTable({
    rows: keyed([...FACES, ...feelings(ENGLISH_PRAISE), ...feelings(ENGLISH_BLAME), ...roles(ENGLISH_ROLES)]),
    spellings: ENGLISH_SPELLINGS,
    ambiguous: [],
    stems: englishStems,
  }),
};
