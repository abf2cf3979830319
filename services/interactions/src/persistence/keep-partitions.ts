import type pg from 'pg';
import { planPartitions, type Retention } from './partitions.js';

/** What a statement needs to run on: a pool's client or a migration's runner. */
interface Runner {
  query(text: string): Promise<unknown>;
}

export interface Kept {
  readonly created: readonly string[];
  readonly dropped: readonly string[];
}

/**
 * Makes the partitions of the coming weeks and drops those past their retention. One replica does it at a time, the others go on their way; a
 * table that is busy is left for the next time rather than waited for (a waiting DDL statement would hold up every insert behind it).
 * @returns null when another replica is at it.
 */
export async function keepPartitions(pool: pg.Pool, now: Date, retention: Retention): Promise<Kept | null> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<{ mine: boolean }>(`SELECT pg_try_advisory_xact_lock(hashtext('interactions.partitions')) AS mine`);
    const kept = rows[0]?.mine === true ? await bringUpToDate(client, now, retention) : null;
    await client.query('COMMIT');
    return kept;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

async function bringUpToDate(client: pg.PoolClient, now: Date, retention: Retention): Promise<Kept> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT child.relname AS name FROM pg_inherits
    JOIN pg_class AS parent ON parent.oid = inhparent JOIN pg_class AS child ON child.oid = inhrelid
    WHERE parent.relname IN ('interactions', 'interaction_keys') AND parent.relnamespace = current_schema()::regnamespace`);
  const plan = planPartitions(now, new Set(rows.map(({ name }) => name)), retention);
  if (plan.create.length + plan.drop.length > 0) await client.query(`SET LOCAL lock_timeout = '2s'`);
  await createPartitions(client, plan.create);
  for (const partition of plan.drop) await client.query(`DROP TABLE ${partition}`);
  // what came with a time for which there was no partition
  await client.query(`DELETE FROM interactions_default WHERE received_at < $1`, [
    new Date(now.getTime() - retention.retentionDays * 86_400_000),
  ]);
  return { created: plan.create.map(({ partition }) => partition), dropped: plan.drop };
}

/** Names and dates come from {@link planPartitions}, never from outside. */
export async function createPartitions(runner: Runner, partitions: ReturnType<typeof planPartitions>['create']): Promise<void> {
  for (const { table, partition, from, to } of partitions) {
    await runner.query(`CREATE TABLE IF NOT EXISTS ${partition} PARTITION OF ${table} FOR VALUES FROM ('${from}') TO ('${to}')`);
  }
}
