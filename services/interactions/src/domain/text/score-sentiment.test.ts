import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { balance } from './score-sentiment.js';
import { understandText } from './understand-text.js';

const tone = (text: string): number => understandText(text).sentiment ?? Number.NaN;
const rules = (text: string) => understandText(text).because.sentiment.flatMap((one) => one.rules);

describe('the tone of a text', () => {
  it.each([
    'Sản phẩm rất đẹp, giao hàng nhanh',
    'san pham rat dep, giao hang nhanh',
    'sp đẹp lắm, ship nhanh, sẽ ủng hộ shop dài dài',
    'Không chê vào đâu được',
    'toẹt vời 😍',
    'ko bị lỗi gì, dùng ok',
    'I love it, works perfectly',
    'Not bad at all',
    'The staff was very friendly and the food delicious',
    'soooo goooood',
  ])('is good: %s', (text) => expect(tone(text)).toBeGreaterThan(0));

  it.each([
    'Hàng quá tệ, không bao giờ mua nữa',
    'hang qua te, that vong',
    'sp lỗi, nt k ai trả lời :((',
    'Không đẹp như hình',
    'Áo nhỏ quá, mặc không vừa',
    'Giao sai màu',
    'I am not happy with it',
    'Broken after two days, waste of money',
    "It doesn't work and nobody answers",
    'Too small and too sweet',
  ])('is bad: %s', (text) => expect(tone(text)).toBeLessThan(0));

  it.each(['Đơn hàng 48213', 'Where is the branch on Le Loi street', '...', '🤖', ''])('says nothing measurable: %s', (text) =>
    expect(understandText(text).sentiment).toBeUndefined(),
  );

  it.each([
    ['intensifier', 'rất tốt', 'tốt'],
    ['intensifier behind, Vietnamese', 'đẹp lắm', 'đẹp'],
    ['diminisher', 'chậm chút', 'chậm lắm'],
    ['elongation', 'đẹppppp', 'đẹp'],
    ['intensifier, English', 'very good', 'good'],
    ['denied intensity', 'not very good', 'not good'],
    ['what follows but weighs more', 'The food was bad but the staff was friendly', 'The staff was friendly but the food was bad'],
    ['what follows nhưng weighs more', 'Giao chậm nhưng hàng đẹp', 'Hàng đẹp nhưng giao chậm'],
    ['a reservation is a small thing', 'Hàng đẹp, mỗi tội giao chậm', 'Hàng đẹp, giao chậm'],
    ['a condition is no statement', 'If it breaks I will return it', 'It breaks, I will return it'],
    ['a question is no statement', 'Is it broken?', 'It is broken.'],
  ])('%s', (_, more, less) => expect(tone(more)).toBeGreaterThan(tone(less)));

  it('asks without a question mark', () => {
    expect(rules('hàng này có tốt không shop')).toContain('asked');
    expect(Math.abs(tone('hàng này có tốt không shop'))).toBeLessThanOrEqual(0.2);
  });

  it('reads a word that is another one without its marks only with them, or in company', () => {
    expect(understandText('cho ban mua').sentiment).toBeUndefined();
    expect(tone('Quần bẩn')).toBeLessThan(0);
    expect(tone('quan bi hong')).toBeLessThan(0);
  });

  it('counts thanks once', () => expect(tone('Cảm ơn shop. Cảm ơn nhiều. Cảm ơn ạ')).toBe(tone('Cảm ơn shop')));

  it('explains itself by rows of the tables and rules', () =>
    expect(understandText('Hàng không tốt lắm').because.sentiment).toEqual([
      { words: 'không tốt', points: -3.75, rules: ['intensified'] },
    ]));
});

describe('balance', () => {
  it('is (praise − blame) / (praise + blame + 4)', () => {
    expect(balance([3, 2, -1])).toBe(0.4);
    expect(balance([2])).toBe(0.33);
    expect(balance([-2, 2])).toBe(0);
  });

  const points = fc.array(fc.integer({ min: -12, max: 12 }).map((halves) => halves / 2));

  it('stays within -1..1, and turns its sign with all signs', () =>
    fc.assert(
      fc.property(points, (all) => {
        const score = balance(all);
        expect(Math.abs(score)).toBeLessThanOrEqual(1);
        expect(balance(all.map((one) => -one))).toBeCloseTo(-score, 10);
      }),
    ));

  it('is never lowered by more praise, nor raised by more blame', () =>
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 12 }), (all, more) => {
        expect(balance([...all, more])).toBeGreaterThanOrEqual(balance(all));
        expect(balance([...all, -more])).toBeLessThanOrEqual(balance(all));
      }),
    ));
});
