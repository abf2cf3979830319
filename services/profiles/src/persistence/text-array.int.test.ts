import { createTestDatabase, type TestDatabase } from '@rapport/testkit';
import { textArray } from './text-array.js';

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase({ service: 'profiles', migrations: [] })), 60_000);
afterAll(() => database.drop());

test.each([[[]], [['']], [['plain', 'Hà Nội', '{"a":"\\"quoted\\", {curly} and \\\\"}', 'NULL', '👋', 'x'.repeat(100_000)]]])(
  'the database reads %#. as it was written',
  async (texts: string[]) => {
    const { rows } = await database.pool.query('SELECT $1::text[] AS texts', [textArray(texts)]);
    expect(rows[0].texts).toEqual(texts);
  },
);
