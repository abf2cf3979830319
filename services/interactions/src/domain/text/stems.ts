const ENDINGS = /(?:ies|ied|ier|iest|ily|ing|ed|es|er|est|ly|ness|s|d)$/;
const VERB_ENDINGS = /(?:ies|ied|ing|ed|es|s|d)$/;

/** Words that an English word may be a form of: `disappoints` → `disappoint`; `stopped` → `stop`; `tastier` → `tasty`. Most likely first. */
export const englishStems = (word: string): readonly string[] => stemsBy(ENDINGS, word);

/** The same, of things and deeds only: a `number` is not more `numb`. */
export const englishVerbStems = (word: string): readonly string[] => stemsBy(VERB_ENDINGS, word);

function stemsBy(endings: RegExp, word: string): readonly string[] {
  if (word.length < 5) return [];
  const ending = endings.exec(word);
  if (ending === null) return [];
  const stem = word.slice(0, ending.index);
  if (stem.length < 3) return [];
  if (ending[0].startsWith('i') && ending[0] !== 'ing') return [`${stem}y`];
  const twice = stem.at(-1) === stem.at(-2);
  return twice ? [stem, stem.slice(0, -1), `${stem}e`] : [stem, `${stem}e`];
}

/** Vietnamese words have no endings; what is doubled at the end (`đẹpp`, `lắmm`) is drawn out. */
export function vietnameseStems(word: string): readonly string[] {
  const { length } = word;
  return length >= 3 && word[length - 1] === word[length - 2] ? [word.slice(0, -1)] : [];
}
