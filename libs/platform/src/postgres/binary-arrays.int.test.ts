import pg from 'pg';
import { textArray, timestampArray, uuidArray } from './binary-arrays.js';

const pool = new pg.Pool({ connectionString: process.env.TEST_DATABASE_URL, max: 1 });
afterAll(() => pool.end());

test.each([[[]], [['']], [['plain', 'Hà Nội', '{"a":"\\"quoted\\", {curly} and \\\\"}', 'NULL', '👋', 'x'.repeat(100_000)]]])(
  'the database reads texts as they were written: %#.',
  async (texts: string[]) => {
    const { rows } = await pool.query('SELECT $1::text[] AS texts', [textArray(texts)]);
    expect(rows[0].texts).toEqual(texts);
  },
);

test.each([
  [[]],
  [[null]],
  [['00000000-0000-0000-0000-000000000000', null, 'ffffffff-ffff-4fff-bfff-ffffffffffff', '01a21bd6-d015-7776-a9ff-34bf880aa784']],
])('the database reads UUIDs as they were written: %#.', async (ids: (string | null)[]) => {
  const { rows } = await pool.query('SELECT $1::uuid[]::text[] AS ids', [uuidArray(ids)]);
  expect(rows[0].ids).toEqual(ids);
});

test('dashes and capitals make no difference', () => {
  const id = '01a21bd6-d015-7776-a9ff-34bf880aa784';
  expect(uuidArray([id.replaceAll('-', '').toUpperCase()])).toEqual(uuidArray([id]));
});

test.each([
  '',
  '01a21bd6',
  '01a21bd6-d015-7776-a9ff-34bf880aa78',
  '01a21bd6-d015-7776-a9ff-34bf880aa7844',
  '01a21bd6-d015-7776-a9ff-34bf880aa78g',
  'ữ'.repeat(36),
])('%p is no UUID', (text) => {
  expect(() => uuidArray([text])).toThrow(RangeError);
});

test('the database reads times as they were written', async () => {
  const times = [
    '1970-01-01T00:00:00.000Z',
    '1969-12-31T23:59:59.999Z',
    '2026-11-27T07:09:53.007Z',
    '0001-01-01T00:00:00.000Z',
    '9999-12-31T23:59:59.999Z',
  ];
  const { rows } = await pool.query('SELECT $1::timestamptz[] AS times', [timestampArray(times.map(Date.parse))]);
  expect(rows[0].times.map((time: Date) => time.toISOString())).toEqual(times);
  expect((await pool.query('SELECT $1::timestamptz[] AS times', [timestampArray([])])).rows[0].times).toEqual([]);
  expect(() => timestampArray([Number.NaN])).toThrow(RangeError);
});
