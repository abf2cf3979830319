import { describe, expect, it } from '@jest/globals';
import { compileTable, findWords, respell } from './find-words.js';
import { englishStems } from './stems.js';
import { tokenise } from './tokenise.js';

const table = (words: string[], ambiguous: string[] = [], stems: (word: string) => readonly string[] = () => []) =>
  compileTable({ rows: words.map((one) => [one, one] as const), spellings: [['không', 'ko k']], ambiguous, stems });
const found = (text: string, compiled: ReturnType<typeof table>) =>
  findWords(respell(tokenise(text), compiled), compiled).map(({ row }) => row);

describe('findWords', () => {
  it('takes the longest row', () => expect(found('không đẹp', table(['đẹp', 'không đẹp']))).toEqual(['không đẹp']));
  it('understands chat spelling', () => expect(found('k đẹp', table(['không đẹp']))).toEqual(['không đẹp']));
  it('finds what is written without marks', () => expect(found('dep đep', table(['đẹp']))).toEqual(['đẹp', 'đẹp']));
  it('does not take another mark for it', () => expect(found('dép', table(['đẹp']))).toEqual([]));
  it('prefers what is written exactly so', () => expect(found('bàn bán', table(['bán', 'bàn']))).toEqual(['bàn', 'bán']));
  it('leaves an ambiguous syllable alone, but not in a phrase', () => {
    const compiled = table(['hỏng', 'bị hỏng'], ['hong']);
    expect(found('hong', compiled)).toEqual([]);
    expect(found('bi hong', compiled)).toEqual(['bị hỏng']);
  });
  it('finds forms of a word, the listed form first', () => {
    const compiled = table(['disappoint', 'like', 'likely'], [], englishStems);
    expect(found('disappointed likely likes', compiled)).toEqual(['disappoint', 'likely', 'like']);
  });
  it('does not cross the end of a sentence', () => expect(found('không. đẹp', table(['không đẹp', 'đẹp']))).toEqual(['đẹp']));
  it('refuses a table with a phrase in two rows, or with none in a row', () => {
    expect(() => table(['đẹp', 'đẹp'])).toThrow('"đẹp" stands in two rows');
    expect(() => table(['...'])).toThrow('"..." is no word');
  });
});
