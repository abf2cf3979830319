import { mayStandFor, strip } from './diacritics.js';
import type { Spellings } from './lexicon/spelling.js';
import { type Token, tokenise } from './tokenise.js';

/** What was found in a text: row `row` covers tokens `from` up to `to`. */
export interface Found<Row> {
  readonly row: Row;
  readonly from: number;
  readonly to: number;
}

export interface WordTable<Row> {
  /** Syllables that do not count alone without their marks. */
  readonly ambiguous: ReadonlySet<string>;
  readonly spellings: ReadonlyMap<string, readonly Token[]>;
  /** Endings that a word may have beyond its row. */
  readonly stems: (word: string) => readonly string[];
  /** Every word of every row, without marks. */
  readonly vocabulary: ReadonlySet<string>;
  readonly root: Node<Row>;
}

interface Node<Row> {
  readonly next: Map<string, Node<Row>>;
  readonly rows: { readonly words: readonly string[]; readonly row: Row }[];
}

export interface TableSource<Row> {
  readonly rows: readonly (readonly [words: string, row: Row])[];
  readonly spellings: Spellings;
  readonly ambiguous: readonly string[];
  readonly stems: (word: string) => readonly string[];
}

/**
 * Tables as people write them → a trie over words without marks.
 * @throws Error naming the phrase that is none, or that stands in two rows
 */
export function compileTable<Row>({ rows, spellings, ambiguous, stems }: TableSource<Row>): WordTable<Row> {
  const root: Node<Row> = { next: new Map(), rows: [] };
  const vocabulary = new Set<string>();
  for (const [phrase, row] of rows) {
    const tokens = tokenise(phrase);
    if (tokens.length === 0 || tokens.some(({ plain }) => plain === '')) throw new Error(`"${phrase}" is no word, number or face`);
    let node = root;
    for (const { plain } of tokens) {
      vocabulary.add(plain);
      let next = node.next.get(plain);
      if (next === undefined) node.next.set(plain, (next = { next: new Map(), rows: [] }));
      node = next;
    }
    const words = tokens.map(({ word }) => word);
    if (node.rows.some((other) => other.words.join(' ') === words.join(' '))) throw new Error(`"${phrase}" stands in two rows`);
    node.rows.push({ words, row });
  }
  return { root, vocabulary, stems, ambiguous: new Set(ambiguous), spellings: compileSpellings(spellings) };
}

function compileSpellings(spellings: Spellings): ReadonlyMap<string, readonly Token[]> {
  return new Map(spellings.flatMap(([meant, written]) => written.split(' ').map((form): [string, Token[]] => [form, tokenise(meant)])));
}

/** Chat spelling becomes the spelling of the table. */
export function respell<Row>(tokens: readonly Token[], table: WordTable<Row>): Token[] {
  const spelled: Token[] = [];
  for (const token of tokens) {
    if (token.kind !== 'word') {
      spelled.push(token);
      continue;
    }
    const { word, drawn } = token;
    const meant = table.spellings.get(word);
    if (meant !== undefined) spelled.push(...meant);
    else if (drawn !== undefined && table.vocabulary.has(strip(drawn)))
      spelled.push({ kind: 'word', word: drawn, plain: strip(drawn), drawn });
    else spelled.push(token);
  }
  return spelled;
}

/** A text as one table reads it. */
interface Reading<Row> {
  readonly table: WordTable<Row>;
  /** Whether nobody wrote marks in it, so that a word without them may be another one. */
  readonly unmarked: boolean;
}

/** The longest row at each place, from left to right; rows do not overlap. */
export function findWords<Row>(tokens: readonly Token[], table: WordTable<Row>): Found<Row>[] {
  const reading: Reading<Row> = { table, unmarked: !tokens.some(({ word, plain }) => word !== plain) };
  const found: Found<Row>[] = [];
  for (let from = 0; from < tokens.length; ) {
    const one = longestAt(tokens, from, reading) ?? stemAt(tokens, from, reading);
    if (one !== undefined) found.push(one);
    from = one?.to ?? from + 1;
  }
  return found;
}

function longestAt<Row>(tokens: readonly Token[], from: number, reading: Reading<Row>): Found<Row> | undefined {
  let node: Node<Row> | undefined = reading.table.root;
  let longest: Found<Row> | undefined;
  for (let to = from; to < tokens.length; ) {
    node = node.next.get((tokens[to] as Token).plain);
    if (node === undefined) break;
    to++;
    const row = node.rows.length === 0 ? undefined : rowMeant(node, tokens, from, reading);
    if (row !== undefined) longest = { row, from, to };
  }
  return longest;
}

/** The row that is written exactly so, else the first that it may stand for. */
function rowMeant<Row>(node: Node<Row>, tokens: readonly Token[], from: number, { table, unmarked }: Reading<Row>): Row | undefined {
  const first = (tokens[from] as Token).word;
  const exact = node.rows.find(({ words }) => words.every((word, index) => (tokens[from + index] as Token).word === word));
  const isAmbiguous = table.ambiguous.has(first);
  if (exact !== undefined) return isAmbiguous && unmarked && exact.words.length === 1 ? undefined : exact.row;
  return node.rows.find(
    ({ words }) =>
      !(words.length === 1 && isAmbiguous) && words.every((word, index) => mayStandFor((tokens[from + index] as Token).word, word)),
  )?.row;
}

function stemAt<Row>(tokens: readonly Token[], from: number, reading: Reading<Row>): Found<Row> | undefined {
  const { kind, word } = tokens[from] as Token;
  if (kind !== 'word') return undefined;
  for (const stem of reading.table.stems(word)) {
    const one = longestAt([{ kind, word: stem, plain: strip(stem) }], 0, reading);
    if (one !== undefined) return { row: one.row, from, to: from + 1 };
  }
  return undefined;
}
