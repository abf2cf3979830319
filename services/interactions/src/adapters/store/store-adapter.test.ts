import { describe, expect, it } from '@jest/globals';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';

const csv = (text: string, settings = {}) => inbound('store', text, { headers: { 'content-type': 'text/csv' }, settings });
const reason = (given: ReturnType<typeof csv>) => decodedOf(given).refusals[0];

const HEAD = 'receipt_id,at,store,total,currency,phone,product_id,quantity,price,kind\n';

describe('a CSV batch of a point of sale', () => {
  it('lines of one receipt are one order, with its products and its exact money', () => {
    const found = interactionsOf(
      csv(
        `${HEAD}R1,2026-01-14T09:30:00+07:00,Store 1,0.30,USD,+84901234567,A,1,0.10,\nR1,2026-01-14T09:30:00+07:00,Store 1,0.30,USD,+84901234567,B,2,0.10,\nR2,2026-01-14T10:00:00+07:00,Store 1,-12.345678,USD,+84901234568,,,,refund\n`,
      ),
    );
    expect(found).toMatchObject([
      {
        event: 'Order Completed',
        channel: 'store',
        touchpoint: 'store_visit',
        handling: 'human',
        at: '2026-01-14T02:30:00.000Z',
        identifiers: [{ type: 'phone', value: '+84901234567' }],
        value: { currency: 'USD', amount: '0.30' },
        properties: {
          order_id: 'R1',
          store: 'Store 1',
          products: [
            { product_id: 'A', quantity: '1' },
            { product_id: 'B', quantity: '2' },
          ],
        },
      },
      { event: 'Order Refunded', value: { currency: 'USD', amount: '12.345678' } },
    ]);
  });

  it('reads a file of another tongue: semicolons, names, local time, the shop’s currency, a byte order mark', () => {
    const settings = {
      columns: { receipt_id: 'Số hoá đơn', at: 'Giờ', total: 'Tổng', phone: 'SĐT' },
      utcOffset: '+07:00',
      currency: 'VND',
    };
    expect(interactionsOf(csv('\ufeffSố hoá đơn;Giờ;Tổng;SĐT\r\nHD1;2026-01-14 09:30;125000;0901234567\r\n', settings))).toMatchObject([
      {
        at: '2026-01-14T02:30:00.000Z',
        value: { currency: 'VND', amount: '125000' },
        identifiers: [{ type: 'phone', value: '+84901234567' }],
      },
    ]);
  });

  it('leaves out receipts of nobody', () => {
    expect(decodedOf(csv(`${HEAD}R1,2026-01-14T09:30:00Z,Store 1,1,USD,,,,,\n`)).kind).toBe('skip');
  });

  it.each([
    ['R1,2026-01-14T09:30:00Z,S,1.250.000,VND,0901234567,,,,', 'line 2: /total'],
    ['R1,yesterday,S,1,VND,0901234567,,,,', 'line 2: /at'],
    ['R1,2026-01-14T09:30:00Z,S,1,VND,0901234567,,,,\n,2026-01-14T09:30:00Z,S,1,VND,0901234567,,,,', 'line 3: no receipt_id'],
    [
      'R1,2026-01-14T09:30:00Z,S,1,VND,0901234567,A,,,\nR1,2026-01-14T09:30:00Z,S,2,VND,0901234567,B,,,',
      'line 3: total is another than in line 2',
    ],
    ['R1,2026-01-14T09:30:00Z,S,1,VND,0901234567,,,,gift', 'line 2: /kind'],
    ['R1,"2026', 'no CSV: '],
  ])('refuses %j as a whole, and says where', (lines, expected) => expect(reason(csv(HEAD + lines))).toContain(expected));

  it.each(['', 'hello', 'receipt_id\nR1'])('refuses %j', (text) => expect(reason(csv(text))).toContain('no CSV'));
});

describe('a JSON batch of a point of sale', () => {
  it('is taken as a whole or not at all, and no float is money', () => {
    const receipt = {
      id: 'R1',
      at: '2026-01-14T09:30:00+07:00',
      total: '99.99',
      currency: 'USD',
      person: { loyaltyId: 'L-1' },
      agentId: 'lan',
    };
    expect(interactionsOf(inbound('store', { receipts: [receipt] }))).toMatchObject([
      { event: 'Order Completed', agentId: 'lan', value: { amount: '99.99' } },
    ]);
    expect(reason(inbound('store', { receipts: [receipt, { ...receipt, id: 'R2', total: 99.99 }] }))).toContain('/receipts/1/total');
  });
});
