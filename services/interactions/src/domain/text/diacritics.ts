/** Base letter of each Vietnamese letter that carries marks: a table, because normalising each word to NFD would cost most of the time of a message. */
const BASES: Readonly<Record<string, string>> = {
  a: 'àáảãạăằắẳẵặâầấẩẫậ',
  e: 'èéẻẽẹêềếểễệ',
  i: 'ìíỉĩị',
  o: 'òóỏõọôồốổỗộơờớởỡợ',
  u: 'ùúủũụưừứửữự',
  y: 'ỳýỷỹỵ',
  d: 'đ',
};

const BASE_OF: ReadonlyMap<string, string> = new Map(
  Object.entries(BASES).flatMap(([base, marked]) => [...marked].map((letter): [string, string] => [letter, base])),
);

/** By code unit, because this is done to every letter: all of them lie below U+1F00. */
const BASE_BY_CODE: readonly (string | undefined)[] = (() => {
  const bases: (string | undefined)[] = new Array(0x1f00).fill(undefined);
  for (const [letter, base] of BASE_OF) bases[letter.charCodeAt(0)] = base;
  return bases;
})();

/** Whether a text has a letter that only Vietnamese writes (a French é alone says nothing). Lower case, NFC. */
export const VIETNAMESE_LETTER = /[ăâđêôơưạảấầẩẫậắằẳẵặẹẻẽếềểễệỉịĩọỏốồổỗộớờởỡợụủũứừửữựỳỵỷỹ]/;

/** `đẹp` → `dep`. Lower case, NFC. */
export function strip(word: string): string {
  let plain = '';
  for (let index = 0; index < word.length; index++) plain += BASE_BY_CODE[word.charCodeAt(index)] ?? word[index];
  return plain;
}

/**
 * Whether `written` may stand for `meant`: the same letters, its vowels without any mark. `dep` and `đep` may be `đẹp`; `dép` may not, and neither may
 * `tôi` be `tồi`: who writes marks writes all of them.
 */
export function mayStandFor(written: string, meant: string): boolean {
  if (written === meant) return true;
  if (written.length !== meant.length) return false;
  for (let index = 0; index < written.length; index++) {
    const letter = written[index] as string;
    const wanted = meant[index] as string;
    if (letter !== (BASE_OF.get(wanted) ?? wanted) && !(letter === 'đ' && wanted === 'đ')) return false;
  }
  return true;
}

/** The tone stands on either vowel in `hoà` and `hòa`; the tables use the newer place, and so does every word after this. */
const OLD_PLACES: readonly (readonly [RegExp, string])[] = [
  [/oà(?![a-z])/g, 'òa'],
  [/oá(?![a-z])/g, 'óa'],
  [/oả(?![a-z])/g, 'ỏa'],
  [/oã(?![a-z])/g, 'õa'],
  [/oạ(?![a-z])/g, 'ọa'],
  [/oè(?![a-z])/g, 'òe'],
  [/oé(?![a-z])/g, 'óe'],
  [/oẻ(?![a-z])/g, 'ỏe'],
  [/oẹ(?![a-z])/g, 'ọe'],
];
const OLD_PLACE = /o[àáảãạèéẻẹ](?![a-z])/;

/** Lower case, NFC. */
export const newTonePlaces = (text: string): string =>
  OLD_PLACE.test(text) ? OLD_PLACES.reduce((done, [pattern, place]) => done.replace(pattern, place), text) : text;
