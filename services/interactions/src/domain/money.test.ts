import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { amountOf, currencyOf, moneyOf, statedMoney } from './money.js';

describe('amounts', () => {
  it.each([
    [12.5, '12.5'],
    [139.12, '139.12'],
    [0.1 + 0.2, '0.3'],
    [1e-7, '0'],
    [0, '0'],
    [-0, '0'],
    [-5.25, '-5.25'],
    [123456789012345, '123456789012345'],
    [250000, '250000'],
    ['12.50', '12.50'],
    [' 7 ', '7'],
    ['0.1234567', '0.123457'],
    ['-3.20', '-3.20'],
    [1e15, undefined],
    ['1000000000000000', undefined],
    [Number.POSITIVE_INFINITY, undefined],
    [Number.NaN, undefined],
    ['1,234.50', undefined],
    ['£5', undefined],
    ['1e3', undefined],
    ['', undefined],
    [null, undefined],
    [true, undefined],
    [{}, undefined],
    ['9'.repeat(60), undefined],
  ])('%j → %s', (raw, expected) => expect(amountOf(raw)).toBe(expected));

  it('an amount of up to 6 places survives as a number and as text', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999_999 }), fc.integer({ min: 0, max: 99 }), (units, cents) => {
        const text = `${units}.${String(cents).padStart(2, '0')}`;
        expect(amountOf(text)).toBe(text);
        expect(Number(amountOf(Number(text)))).toBe(Number(text));
      }),
    );
  });

  it('is always a decimal of the contract’s form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double(), fc.string(), fc.anything()), (raw) => {
        const amount = amountOf(raw);
        if (amount !== undefined) expect(amount).toMatch(/^-?\d{1,18}(\.\d{1,6})?$/);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('money', () => {
  it('takes the first amount that is there', () => {
    expect(moneyOf({ revenue: 10, total: '12.50' }, ['total', 'revenue'], false, 'GBP')).toEqual({ currency: 'GBP', amount: '12.50' });
    expect(moneyOf({ revenue: 10, total: 'free' }, ['total', 'revenue'], false, 'GBP')).toEqual({ currency: 'GBP', amount: '10' });
    expect(moneyOf({}, ['total'], false, 'GBP')).toBeUndefined();
    expect(moneyOf({ total: 1 }, ['total'], false, undefined)).toBeUndefined();
  });

  it('keeps a negative amount, but for a refund, which is recorded without its minus', () => {
    expect(moneyOf({ total: -4, revenue: 4 }, ['total', 'revenue'], false, 'GBP')).toEqual({ currency: 'GBP', amount: '-4' });
    expect(moneyOf({ total: -4.5 }, ['total'], true, 'GBP')).toEqual({ currency: 'GBP', amount: '4.5' });
    expect(moneyOf({ total: 4.5 }, ['total'], true, 'GBP')).toEqual({ currency: 'GBP', amount: '4.5' });
  });

  it('knows a currency by its form', () => {
    expect([currencyOf('gbp'), currencyOf('GBP'), currencyOf('£'), currencyOf('GB1'), currencyOf(826), currencyOf('ßss')]).toEqual([
      'GBP',
      'GBP',
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(statedMoney({ currency: 'vnd', amount: 250000 })).toEqual({ currency: 'VND', amount: '250000' });
    expect([statedMoney(5), statedMoney({ amount: 5 }), statedMoney({ currency: 'VND', amount: '-1' })]).toEqual([
      undefined,
      undefined,
      { currency: 'VND', amount: '-1' },
    ]);
  });
});
