import type pg from 'pg';
import { sqlOf } from '../postgres/sql.js';
import { decodeOutboxRow, encodeOutboxRow } from './outbox-codec.js';
import type { Position, Source } from './position.js';
import type { OutboxRow, StreamStore, StreamTransaction } from './store.js';

const LOCK = `SELECT next_offset, sequence, origins FROM stream_positions WHERE consumer = $1 AND topic = $2 AND partition = $3 FOR UPDATE`;
const MAKE = `INSERT INTO stream_positions (consumer, topic, partition) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`;
// The statement's snapshot is taken under the lock, so `EXISTS` sees every row that any former owner has committed.
const SAVE = `
  WITH own AS (
    INSERT INTO stream_outbox (consumer, topic, partition, records) SELECT $1, $2, $3, $7::bytea WHERE $7::bytea IS NOT NULL RETURNING id
  )
  UPDATE stream_positions SET next_offset = $4, sequence = $5, origins = $6, updated_at = now() WHERE consumer = $1 AND topic = $2 AND partition = $3
  RETURNING (SELECT id FROM own) AS own_row,
    EXISTS (SELECT FROM stream_outbox o WHERE o.consumer = $1 AND o.topic = $2 AND o.partition = $3) AS others_wait`;
const OUTSTANDING = `SELECT id, records FROM stream_outbox WHERE consumer = $1 AND topic = $2 AND partition = $3 ORDER BY id`;

interface PositionRow {
  next_offset: string;
  sequence: string;
  origins: Record<string, string>;
}

/**
 * Positions and outbox in the service's own schema.
 * @param quick a pool whose commits do not wait for the disk: for removing rows that are published already (to remove one twice, or publish it
 *   again after a crash, is harmless: readers know its mark).
 */
export class PostgresStreamStore implements StreamStore {
  readonly sql;

  constructor(
    private readonly pool: pg.Pool,
    private readonly quick: pg.Pool,
  ) {
    this.sql = sqlOf(pool);
  }

  async transaction<T>(work: (transaction: StreamTransaction) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    let broken: Error | undefined;
    // A connection that dies while nothing is being asked of it emits an error; the next statement fails and tells us.
    const onError = (error: Error): void => void (broken = error);
    client.on('error', onError);
    try {
      await client.query('BEGIN');
      const result = await work(transactionOn(client));
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((rollback: Error) => void (broken ??= rollback));
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);
    }
  }

  async outstanding(source: Source): Promise<OutboxRow[]> {
    const rows = await this.sql.query<{ id: string; records: Buffer }>('stream-outstanding', OUTSTANDING, keyOf(source));
    return rows.map((row) => ({ id: BigInt(row.id), records: decodeOutboxRow(row.records) }));
  }

  async remove(ids: readonly bigint[]): Promise<void> {
    await this.quick.query({
      name: 'stream-remove',
      text: 'DELETE FROM stream_outbox WHERE id = ANY($1::bigint[])',
      values: [ids.map(String)],
    });
  }
}

const keyOf = (source: Source): unknown[] => [source.consumer, source.topic, source.partition];

function transactionOn(client: pg.PoolClient): StreamTransaction {
  const sql = sqlOf(client);
  return {
    sql,
    async lockPosition(source: Source): Promise<Position> {
      let [row] = await sql.query<PositionRow>('stream-lock', LOCK, keyOf(source));
      if (row === undefined) {
        await sql.query('stream-make', MAKE, keyOf(source));
        [row] = await sql.query<PositionRow>('stream-lock', LOCK, keyOf(source));
      }
      if (row === undefined) throw new Error('the position row vanished between insert and select');
      return { nextOffset: BigInt(row.next_offset), sequence: BigInt(row.sequence), origins: row.origins };
    },
    async savePosition(source, position, records) {
      const [row] = await sql.query<{ own_row: string | null; others_wait: boolean }>('stream-save', SAVE, [
        ...keyOf(source),
        String(position.nextOffset),
        String(position.sequence),
        JSON.stringify(position.origins),
        records.length === 0 ? null : encodeOutboxRow(records),
      ]);
      if (row === undefined) throw new Error('the position row vanished under its lock');
      return { ownRow: row.own_row === null ? null : BigInt(row.own_row), othersWait: row.others_wait };
    },
  };
}
