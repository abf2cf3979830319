import type { PoolClient } from 'pg';
import type { Sql } from '../stream/pipeline.js';

/** A pool's client (or the pool itself) as the {@link Sql} of a pipeline: every statement is prepared once per connection under its name. */
export function sqlOf(client: Pick<PoolClient, 'query'>): Sql {
  return {
    async query<Row extends object>(name: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const result = await client.query<Row>({ name, text, values: values as unknown[] });
      return result.rows;
    },
  };
}
