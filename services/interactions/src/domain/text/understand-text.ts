import type { Complexity, Sensitivity } from '@rapport/contracts';
import { estimateMatter, type MatterEvidence } from './estimate-matter.js';
import { respell } from './find-words.js';
import { languageOf, type TextLanguage } from './language.js';
import { type SentimentEvidence, scoreSentiment } from './score-sentiment.js';
import { SENTIMENT_TABLES } from './sentiment-tables.js';
import { tokenise } from './tokenise.js';

export interface UnderstoodText {
  readonly language: TextLanguage;
  /** -1..1; undefined when the text says nothing that can be measured. */
  readonly sentiment: number | undefined;
  readonly complexity: Complexity | undefined;
  /** `sensitive` or undefined: a text cannot prove that a matter is not. */
  readonly sensitivity: Extract<Sensitivity, 'sensitive'> | undefined;
  /** Rows of the tables and rules, never the customer's own words. */
  readonly because: { readonly sentiment: readonly SentimentEvidence[]; readonly matter: readonly MatterEvidence[] };
}

/** What a person reads from free text in Vietnamese or English, estimated by tables that people can read (docs/text-model.md). Reads 2,000 characters at most. */
export function understandText(text: string): UnderstoodText {
  const raw = tokenise(text);
  const language = languageOf(raw);
  const tokens = respell(raw, SENTIMENT_TABLES[language]);
  const { sentiment, because } = scoreSentiment(tokens, language);
  const matter = estimateMatter(tokens, language, sentiment);
  return {
    language,
    sentiment,
    complexity: matter.complexity,
    sensitivity: matter.sensitivity,
    because: { sentiment: because, matter: matter.because },
  };
}
