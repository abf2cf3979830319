import pg from 'pg';

/** Nest injection token of the service's `pg.Pool`. */
export const PG_POOL = Symbol('PG_POOL');

export interface PoolOptions {
  readonly databaseUrl: string;
  /** Shows in `pg_stat_activity`. */
  readonly name: string;
  readonly connectionsMax?: number;
  /** `false`: a commit need not wait for the disk. Only for writes whose loss is harmless. */
  readonly synchronousCommit?: boolean;
}

/**
 * A connection pool with a limit on everything that can hang: connecting, a statement, a lock, an idle transaction.
 * An idle connection that breaks (the server restarts) is dropped from the pool instead of ending the process.
 */
export function createPool({ databaseUrl, name, connectionsMax = 12, synchronousCommit = true }: PoolOptions): pg.Pool {
  const settings = ['statement_timeout=30000', 'lock_timeout=15000', 'idle_in_transaction_session_timeout=30000', 'jit=off'];
  if (!synchronousCommit) settings.push('synchronous_commit=off');
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    application_name: `rapport-${name}`,
    max: connectionsMax,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 60_000,
    keepAlive: true,
    options: settings.map((setting) => `-c ${setting}`).join(' '),
  });
  pool.on('error', () => undefined);
  return pool;
}
