import { describe, expect, it } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { splitFields } from './split-fields.js';
import { type RawRow, RowSplitter } from './split-records.js';

/** The rows of a file that arrives in chunks of these sizes, repeated. */
function rowsOf(file: string, sizes: readonly number[], delimiter: string | undefined = ',', bytesMax = 10_000): RawRow[] {
  const splitter = new RowSplitter(delimiter, bytesMax);
  const bytes = Buffer.from(file);
  const rows: RawRow[] = [];
  for (let at = 0, turn = 0; at < bytes.length; turn++) {
    const size = sizes[turn % sizes.length]!;
    rows.push(...splitter.push(bytes.subarray(at, at + size)));
    at += size;
  }
  return [...rows, ...splitter.end()];
}

const SIZES = fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 4 });
const CELL = fc.string({ unit: fc.constantFrom('a', 'é', '"', ',', '\n', '\r\n', ' ', '漢'), maxLength: 6 });
const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
const TABLE = fc.array(fc.array(CELL, { minLength: 2, maxLength: 4 }), { minLength: 1, maxLength: 6 });

describe('rows and fields of a CSV', () => {
  it('are what csv-parse reads, however the file is cut into chunks', () => {
    fc.assert(
      fc.property(TABLE, fc.constantFrom('\n', '\r\n'), SIZES, (table, newline, sizes) => {
        const file = table.map((row) => row.map(quoted).join(',')).join(newline) + newline;
        const rows = rowsOf(file, sizes);
        const expected = parse(file, { relax_column_count: true }) as string[][];
        expect(rows.map(({ text }) => splitFields(text, ','))).toEqual(expected);
        expect(expected).toEqual(table);
      }),
    );
  });

  it('say on which line they begin: as many line breaks stand before', () => {
    fc.assert(
      fc.property(TABLE, SIZES, (table, sizes) => {
        const file = table.map((row) => row.map(quoted).join(',')).join('\n');
        for (const { line, text } of rowsOf(file, sizes))
          expect(
            file
              .split('\n')
              .slice(line - 1)
              .join('\n')
              .startsWith(text),
          ).toBe(true);
      }),
    );
  });

  it.each<[string, [number, string][]]>([
    [
      '\uFEFFa,b\r\n1,2',
      [
        [1, 'a,b'],
        [2, '1,2'],
      ],
    ],
    [
      'a\n\n  \nb\n',
      [
        [1, 'a'],
        [4, 'b'],
      ],
    ],
    [
      '5" pipe,x\n6" pipe,y\n',
      [
        [1, '5" pipe,x'],
        [2, '6" pipe,y'],
      ],
    ],
    [
      '"a\nb",c\nd,e',
      [
        [1, '"a\nb",c'],
        [3, 'd,e'],
      ],
    ],
    [
      '"a""\nb",c\nd',
      [
        [1, '"a""\nb",c'],
        [3, 'd'],
      ],
    ],
    ['', []],
  ])('%j', (file, expected) => {
    expect(rowsOf(file, [3]).map(({ line, text }) => [line, text])).toEqual(expected);
  });

  it('lose no more than one row of the longest size to a quote that is never closed', () => {
    const rows = rowsOf(`"never\n${'a,b\n'.repeat(20)}`, [5], ',', 16);
    expect(rows[0]).toMatchObject({ line: 1, cut: true });
    expect(rows.at(-1)).toEqual({ line: 21, text: 'a,b', cut: false });
  });

  it('hold no more than a row may have, however long it is', () => {
    expect(rowsOf(`${'x'.repeat(1_000)}\nb`, [100], undefined, 16)).toEqual([
      { line: 1, text: 'x'.repeat(16), cut: true },
      { line: 2, text: 'b', cut: false },
    ]);
  });

  it.each([
    ['"a', 'a quote is opened and never closed'],
    ['"a"b,c', 'text follows a closing quote'],
  ])('are refused with a reason: %j', (row, reason) => {
    expect(splitFields(row, ',')).toEqual({ reason });
  });
});
