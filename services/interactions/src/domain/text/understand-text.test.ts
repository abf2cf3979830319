import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ENGLISH_BLAME } from './lexicon/english-blame.js';
import { ENGLISH_PRAISE } from './lexicon/english-praise.js';
import { VIETNAMESE_BLAME } from './lexicon/vietnamese-blame.js';
import { VIETNAMESE_PRAISE } from './lexicon/vietnamese-praise.js';
import { understandText } from './understand-text.js';

const PRAISE = [...VIETNAMESE_PRAISE, ...ENGLISH_PRAISE];
const BLAME = [...VIETNAMESE_BLAME, ...ENGLISH_BLAME];

/** Texts of the tables' own words, so that the rules meet each other. */
const phrase = fc.constantFrom(...[...PRAISE, ...BLAME].flatMap(([, words]) => words.split(', ')));
const glue = fc.constantFrom(
  ' ',
  ' không ',
  ' not ',
  ' rất ',
  ' too ',
  ', ',
  '. ',
  '? ',
  ' nhưng ',
  ' but ',
  ' nếu ',
  ' if ',
  ' :) ',
  ' quá ',
  '!!! ',
);
const text = fc.array(fc.tuple(glue, phrase), { maxLength: 30 }).map((parts) => parts.flat().join(''));

describe('understandText', () => {
  it('answers within its bounds whatever is written', () =>
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 400 })), (written) => {
        const { sentiment = 0, complexity = 'simple', because } = understandText(written);
        expect(Math.abs(sentiment)).toBeLessThanOrEqual(1);
        expect(['simple', 'guided', 'complex']).toContain(complexity);
        for (const { points } of because.sentiment) expect(Number.isFinite(points)).toBe(true);
      }),
    ));

  it('says why: no sentiment without evidence, and none of it left out', () =>
    fc.assert(
      fc.property(text, (written) => {
        const { sentiment, because } = understandText(written);
        expect(sentiment === undefined).toBe(because.sentiment.length === 0);
        const sum = because.sentiment.reduce((total, { points }) => total + points, 0);
        if (Math.abs(sum) > 0.5) expect(Math.sign(sentiment as number)).toBe(Math.sign(sum));
      }),
    ));

  it('repeats no word of the customer that is in no table', () =>
    expect(JSON.stringify(understandText('Tôi là Minh An, 0900000012, hàng rất tệ').because)).not.toMatch(/minh|0900/i));

  it('reads the beginning of what is very long', () => {
    const { sentiment } = understandText(`Hàng rất đẹp. ${'Đơn hàng 48213. '.repeat(2_000)} quá tệ`);
    expect(sentiment).toBeGreaterThan(0);
  });

  it('has praise above 0 and blame below, in halves, up to 4', () => {
    for (const [points] of PRAISE) expect(points > 0 && points <= 4 && points % 0.5 === 0).toBe(true);
    for (const [points] of BLAME) expect(points < 0 && points >= -4 && points % 0.5 === 0).toBe(true);
  });
});
