import pg from 'pg';
import { textArray } from './text-array.js';

const pool = new pg.Pool({ connectionString: process.env.TEST_DATABASE_URL, max: 1 });
afterAll(() => pool.end());

test.each([[[]], [['']], [['plain', 'Hà Nội', '{"a":"\\"quoted\\", {curly} and \\\\"}', 'NULL', '👋', 'x'.repeat(100_000)]]])(
  'the database reads %#. as it was written',
  async (texts: string[]) => {
    const { rows } = await pool.query('SELECT $1::text[] AS texts', [textArray(texts)]);
    expect(rows[0].texts).toEqual(texts);
  },
);
