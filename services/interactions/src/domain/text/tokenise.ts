import { newTonePlaces, strip } from './diacritics.js';

/** `end` closes a sentence, `pause` a part of one (a comma); `face` is an emoticon or emoji in its short form. */
export type TokenKind = 'word' | 'number' | 'face' | 'pause' | 'end';

export interface Token {
  readonly kind: TokenKind;
  /** Lower case, NFC; elongation shortened; marks are kept. */
  readonly word: string;
  /** Without Vietnamese marks: the key of the tables. */
  readonly plain: string;
  /** How far a letter was drawn out: `quáaaa`. The form with two letters, for languages that write `good`. */
  readonly drawn?: string;
}

/** What is read of a text, in UTF-16 units. The tone of what comes later is rarely another, and the time of a batch stays bounded. */
export const READ_LENGTH_MAX = 2_000;

/** Letters of Latin scripts, composed: what both languages are written in. Named ranges cost a third of Unicode's `\p{L}`. */
const LETTER = String.raw`a-z\u00df-\u024f\u1e00-\u1eff`;

/** `rất kémTư vấn tệ`: a form's fields run into each other. */
const RUN_TOGETHER = /([a-z\u00df-\u00f6\u1ea1-\u1ef9]{2})([A-ZĐ][a-z\u00df-\u024f\u1e00-\u1eff])/g;

const ADDRESS = /https?:\/\/\S+|www\.\S+|[\w.+-]{1,64}@\S+/g;

const FACE = String.raw`[:;=]['’]?-?(?:[)(\]\[}{|*]+|/(?!/)|[dpx3v](?![${LETTER}\d]))|\^[_.]?\^|-[_.]+-|>[_.]?<|<3`;

// one alternative a line: weeping eyes, which start like a word | word | stars | number with its unit | end | emoticon | emoji | pause
const PIECE = new RegExp(
  [
    `t[_^.]t(?![${LETTER}])`,
    String.raw`[${LETTER}]+(?:['’*]+[${LETTER}]+)*`,
    String.raw`\*+`,
    String.raw`\d[\d.,/]*(?:(?:k|tr|ml?|l|k?g|[gm]b|h|p|d|đ|x|cm|mm|v|w|mah)(?![${LETTER}]))?`,
    String.raw`[.!?…\n]+`,
    FACE,
    String.raw`[\ud83c-\ud83e][\udc00-\udfff]|[\u2600-\u27bf\u2b50]`,
    String.raw`[,;:()"“”–|/]+|\s-+\s`,
  ].join('|'),
  'g',
);

/** Which kind of piece it is, told by how it starts: a tenth of what a group for each kind costs. */
const KINDS: readonly (readonly [RegExp, (piece: string) => Token])[] = [
  [/^t[_^.]t$|^[\ud83c-\ud83e\u2600-\u27bf\u2b50]/, (piece) => ({ kind: 'face', word: piece, plain: piece })],
  [new RegExp(`^[${LETTER}*]`), (piece) => wordToken(piece)],
  [/^\d/, (piece) => numberToken(piece.replace(/[.,/]+$/, ''))],
  [/^[.!?…\n]/, (piece) => ({ kind: 'end', word: piece.includes('?') ? '?' : piece.slice(0, 1), plain: '' })],
  [new RegExp(`^(?:${FACE})`), (piece) => faceToken(shortFace(piece))],
  [/^/, (piece) => ({ kind: 'pause', word: piece.slice(0, 1), plain: '' })],
];

const COMBINING = /[\u0300-\u036f]/;

export function tokenise(text: string): Token[] {
  const read = text.length > READ_LENGTH_MAX ? text.slice(0, READ_LENGTH_MAX) : text;
  const spoken = read.includes('@') || read.includes('://') || read.includes('www.') ? read.replace(ADDRESS, ' ') : read;
  const composed = COMBINING.test(spoken) ? spoken.normalize('NFC') : spoken;
  const pieces = newTonePlaces(composed.replace(RUN_TOGETHER, '$1. $2').toLowerCase()).match(PIECE) ?? [];
  return pieces.map(tokenOf);
}

function tokenOf(piece: string): Token {
  const first = piece.charCodeAt(0);
  // a to z, by far the most
  if (first >= 97 && first <= 122 && !(first === 116 && piece.length === 3)) return wordToken(piece);
  for (const [pattern, make] of KINDS) if (pattern.test(piece)) return make(piece);
  return numberToken(piece);
}

const numberToken = (word: string): Token => ({ kind: 'number', word, plain: word });
const faceToken = (word: string): Token => ({ kind: 'face', word, plain: word });

const ASCII = /^[a-z]+$/;
const TWICE = /([a-z])\1/;

function wordToken(piece: string): Token {
  const word = piece.includes('’') ? piece.replaceAll('’', "'") : piece;
  const plain = ASCII.test(word) ? word : strip(word);
  if (!TWICE.test(plain) || !hasRun(plain)) return { kind: 'word', word, plain };
  const once = shorten(word, plain, 1);
  return { kind: 'word', word: once, plain: strip(once), drawn: shorten(word, plain, 2) };
}

/** Three times the same letter is no spelling of either language. */
function hasRun(plain: string): boolean {
  for (let index = 2; index < plain.length; index++)
    if (plain[index] === plain[index - 1] && plain[index] === plain[index - 2]) return true;
  return false;
}

/** Every run of three or more becomes its first `kept` letters: `quáaaa` is `quá`. */
function shorten(word: string, plain: string, kept: number): string {
  let short = '';
  for (let from = 0; from < plain.length; ) {
    let to = from + 1;
    while (to < plain.length && plain[to] === plain[from]) to++;
    short += word.slice(from, to - from >= 3 ? from + kept : to);
    from = to;
  }
  return short;
}

const FACE_LETTERS: Readonly<Record<string, string>> = { '=': ':', ']': ')', '}': ')', '[': '(', '{': '(', '’': "'" };

/** `=]]]` → `:)`. */
function shortFace(face: string): string {
  let short = '';
  for (const letter of face) {
    const one = FACE_LETTERS[letter] ?? letter;
    if (one !== short.slice(-1) || one === '^') short += one;
  }
  return short.length > 2 ? short.replace('-', '') : short;
}
