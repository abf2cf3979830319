import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { READ_LENGTH_MAX, tokenise } from './tokenise.js';

const words = (text: string) => tokenise(text).map(({ word }) => word);

describe('tokenise', () => {
  it.each([
    ['Hàng ĐẸP', ['hàng', 'đẹp']],
    ['quáaaaa đẹppppp', ['quá', 'đẹp']],
    ['hoà, hòa', ['hòa', ',', 'hòa']],
    ['rất kémTư vấn tệ', ['rất', 'kém', '.', 'tư', 'vấn', 'tệ']],
    ["don't, don’t", ["don't", ',', "don't"]],
    ['cho 5sao, giá 11k', ['cho', '5', 'sao', ',', 'giá', '11k']],
    ['ok :)))) =]]] :((', ['ok', ':)', ':)', ':(']],
    ['tệ T_T 😡👍', ['tệ', 't_t', '😡', '👍']],
    ['xem https://shop.example.com/p/1 hoặc lan@example.com', ['xem', 'hoặc']],
    ['Sao? Vậy!!!', ['sao', '?', 'vậy', '!']],
  ])('%s', (text, expected) => expect(words(text)).toEqual(expected));

  it('composes what is written decomposed', () => expect(words('đẹp'.normalize('NFD'))).toEqual(['đẹp']));

  it('keeps the form with two letters for languages that have it', () =>
    expect(tokenise('goooood')[0]).toMatchObject({ word: 'god', drawn: 'good' }));

  it('reads any text, and no more than its limit', () =>
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), fc.integer({ min: 0, max: 40 }), (text, times) => {
        const long = `${text} `.repeat(times);
        expect(tokenise(long).length).toBeLessThanOrEqual(READ_LENGTH_MAX * 2);
      }),
    ));
});
