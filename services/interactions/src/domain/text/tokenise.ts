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

/** `rất kémTư vấn tệ`: a form's fields run into each other. */
const RUN_TOGETHER = /(\p{Ll}{2})(\p{Lu}\p{Ll})/gu;

// one alternative a line: link or address | emoticon | emoji | number with its unit | word | stars | end | pause
const PIECE = new RegExp(
  [
    String.raw`https?:\/\/\S+|www\.\S+|\S+@\S+\.\S+`,
    String.raw`((?<![\p{L}\d])(?:[:;=]['’]?-?(?:[)(\]\[}{|*/]+|[dpx3v](?![\p{L}\d]))|x[d)](?![\p{L}\d])|\^[_.]?\^|t[_^.]t(?!\p{L})|-[_.]+-|>[_.]?<|<3)|[:;=]'?-?[)(\]\[}{]+)`,
    String.raw`(\p{Extended_Pictographic})`,
    String.raw`(\d[\d.,/]*(?:(?:k|tr|m|ml|l|g|kg|gb|mb|h|p|d|đ|x|cm|mm|v|w|mah)(?!\p{L}))?)`,
    String.raw`(\p{L}[\p{L}\p{M}]*(?:['’*]+\p{L}+)*|\*+)`,
    String.raw`([.!?…\n]+)`,
    String.raw`[,;:()"“”–|/]+|\s-+\s`,
  ].join('|'),
  'gu',
);

export function tokenise(text: string): Token[] {
  const read = text.length > READ_LENGTH_MAX ? text.slice(0, READ_LENGTH_MAX) : text;
  const lower = newTonePlaces(read.normalize('NFC').replace(RUN_TOGETHER, '$1. $2').toLowerCase());
  const tokens: Token[] = [];
  for (const [piece, emoticon, emoji, number, word, end] of lower.matchAll(PIECE)) {
    if (word !== undefined) tokens.push(wordToken(word));
    else if (end !== undefined) tokens.push(markToken('end', end));
    else if (number !== undefined) tokens.push(plainToken('number', number.replace(/[.,/]+$/, '')));
    else if (emoji !== undefined) tokens.push(plainToken('face', emoji));
    else if (emoticon !== undefined) tokens.push(plainToken('face', shortFace(emoticon)));
    else if (!/[\p{L}\d]/u.test(piece)) tokens.push(markToken('pause', piece));
  }
  return tokens;
}

const plainToken = (kind: TokenKind, word: string): Token => ({ kind, word, plain: word });
const markToken = (kind: TokenKind, piece: string): Token => ({ kind, word: piece.includes('?') ? '?' : piece.slice(0, 1), plain: '' });

const ASCII = /^[a-z]+$/;
const DRAWN = /(\p{L})\1/u;

function wordToken(piece: string): Token {
  const word = piece.includes('’') ? piece.replaceAll('’', "'") : piece;
  const plain = ASCII.test(word) ? word : strip(word);
  if (!DRAWN.test(plain) || !hasRun(plain)) return { kind: 'word', word, plain };
  const once = shorten(word, plain, 1);
  return { kind: 'word', word: once, plain: strip(once), drawn: shorten(word, plain, 2) };
}

/** Three times the same letter is no spelling of either language. */
function hasRun(plain: string): boolean {
  for (let index = 2; index < plain.length; index++) if (plain[index] === plain[index - 1] && plain[index] === plain[index - 2]) return true;
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
