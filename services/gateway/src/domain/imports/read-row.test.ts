import { describe, expect, it } from '@jest/globals';
import { readMapping, type RowMapping } from './read-mapping.js';
import { readRow, rowId } from './read-row.js';

const compile = (value: object): RowMapping => {
  const read = readMapping(value, '/mapping');
  if ('errors' in read) throw new Error(JSON.stringify(read.errors));
  return read;
};
const csv = (more: object = {}) =>
  compile({
    format: 'csv',
    columns: {
      mail: 'identifiers.email',
      total: 'value.amount',
      vip: { to: 'traits.vip', as: 'boolean' },
      n: { to: 'properties.n', as: 'number' },
    },
    constants: { event: 'Order Completed', 'value.currency': 'EUR' },
    ...more,
  });
const row = (text: string, mapping = csv(), header = ['mail', 'total', 'vip', 'n']) =>
  readRow({ name: 'test', mapping, header }, { line: 2, text, cut: false });

describe('a row', () => {
  it('becomes an interaction: empty cells say nothing, a currency alone is no value', () => {
    expect(row('ann@example.com,"1,234.5",yes,3')).toMatchObject({
      item: {
        identifiers: { email: 'ann@example.com' },
        value: { amount: '1234.5', currency: 'EUR' },
        traits: { vip: true },
        properties: { n: 3 },
      },
    });
    expect(row('ann@example.com')).toMatchObject({ item: { event: 'Order Completed', identifiers: { email: 'ann@example.com' } } });
    expect(row('ann@example.com')).not.toHaveProperty('item.value');
  });

  it.each([
    ['.', '1,25', undefined],
    ['.', '1,250', '1250'],
    [',', '1.250,5', '1250.5'],
    [',', '1,25', '1.25'],
    ['.', '-12', '-12'],
    ['.', '1 250.00', '1250.00'],
    ['.', '12 EUR', undefined],
  ])('with %s for decimals reads the amount %s as %s', (decimal, text, amount) => {
    const read = row(`ann@example.com;${text}`, csv({ decimal, delimiter: ';' }));
    if (amount === undefined) expect(read).toMatchObject({ errors: [{ column: 'total' }] });
    else expect(read).toMatchObject({ item: { value: { amount } } });
  });

  it.each<[string, string, RegExp, string | undefined]>([
    ['too many fields', 'a@example.com,1,1,1,5', /has 5 fields/, undefined],
    ['nobody', ',1', /names nobody: mail is empty/, undefined],
    ['somebody who cannot be', 'not-an-address,1', /names somebody/, undefined],
    ['no boolean', 'a@example.com,1,perhaps', /true, false/, 'vip'],
    ['a NUL', 'a@example.com,1,,\u0000', /number/, 'n'],
    ['bytes that are not UTF-8', '\uFFFD@example.com', /UTF-8/, undefined],
    ['an open quote', '"a', /never closed/, undefined],
  ])('with %s is refused, without its values', (_, text, reason, column) => {
    expect(row(text)).toEqual({ errors: [{ ...(column && { column }), reason: expect.stringMatching(reason) }] });
  });

  it('names the column of what the schema refuses', () => {
    const mapping = compile({ format: 'csv', columns: { mail: 'identifiers.email', how: 'channel' }, constants: { event: 'Seen' } });
    expect(row('a@example.com,pigeon', mapping, ['mail', 'how'])).toEqual({
      errors: [{ column: 'how', reason: expect.stringContaining('must be one of web,') }],
    });
  });

  it('has the id of its column, or one by name, line and text', () => {
    const mapping = compile({ format: 'csv', columns: { mail: 'identifiers.email', no: 'id' }, constants: { event: 'Seen' } });
    expect(row('a@example.com,A-1', mapping, ['mail', 'no'])).toMatchObject({ parts: { messageId: 'A-1' } });
    const ids = [
      ['test', 2, 'a'],
      ['test', 3, 'a'],
      ['test', 2, 'b'],
      ['other', 2, 'a'],
    ].map(([name, line, text]) => rowId(name as string, { line: line as number, text: text as string, cut: false }));
    expect(new Set(ids).size).toBe(4);
    expect(rowId('test', { line: 2, text: 'a', cut: false })).toBe(ids[0]);
  });

  it('of JSON may hold what nobody sends by accident, and is refused for it alone', () => {
    const mapping = compile({ format: 'jsonl' });
    const read = (text: string) => readRow({ name: 'test', mapping, header: undefined }, { line: 1, text, cut: false });
    const item = (properties: string) => `{"event":"Seen","identifiers":{"email":"a@example.com"},"properties":${properties}}`;
    for (const properties of [
      '{"__proto__":1}',
      '[]',
      '{"n":1e999}',
      `${'{"a":'.repeat(70)}1${'}'.repeat(70)}`,
      '{"a":"\\u0000"}',
      `{"a":"${'x'.repeat(33_000)}"}`,
    ])
      expect(read(item(properties))).toEqual({ errors: [{ reason: expect.any(String) }] });
    expect(read(item('{"a":"\\u00e9"}'))).toHaveProperty('item');
  });
});

describe('a mapping', () => {
  it.each<[object, string]>([
    [{ format: 'xml' }, '/mapping/format'],
    [{ format: 'csv', columns: { a: 'identifiers.email' } }, '/mapping/columns'],
    [{ format: 'csv', columns: { a: 'identifiers.email', b: 'identifiers.email' }, constants: { event: 'x' } }, '/mapping/columns/b'],
    [{ format: 'csv', columns: { a: 'identifiers.email', b: 'value.amount' }, constants: { event: 'x' } }, '/mapping/columns'],
    [{ format: 'csv', columns: { a: 'identifiers.email', b: 'at' }, constants: { event: 'x' } }, '/mapping/columns/b'],
    [{ format: 'csv', columns: { a: 'identifiers.email', b: 'properties.__proto__' }, constants: { event: 'x' } }, '/mapping/columns/b'],
    [{ format: 'csv', columns: { a: 'identifiers.email' }, constants: { event: 'x', toString: 'y' } }, '/mapping/constants/toString'],
    [{ format: 'jsonl', delimiter: ';' }, '/mapping/delimiter'],
    [{ format: 'csv', columns: {}, more: 1 }, '/mapping/more'],
  ])('%j is refused at %s', (value, pointer) => {
    expect(readMapping(value, '/mapping')).toMatchObject({ errors: expect.arrayContaining([expect.objectContaining({ pointer })]) });
  });
});
