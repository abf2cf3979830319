import pg from 'pg';

const SAMPLE = /^(stream_\w+)\{([^}]*)\} ([\d.e+-]+)$/gm;

/**
 * What the kernel of each service has counted: transactions, and inputs that had their effect in them.
 * @param {Record<string, {url: string}[]>} services
 * @returns {Promise<Record<string, {batches: number, inputs: number, seconds: number}>>} by group and cause
 */
export async function streamCounts(services) {
  const counts = /** @type {Record<string, {batches: number, inputs: number, seconds: number}>} */ ({});
  for (const { url } of Object.values(services).flat()) {
    const text = await (await fetch(`${url}/metrics`)).text();
    for (const [, name, labels = '', value] of text.matchAll(SAMPLE)) {
      const label = (/** @type {string} */ key) => new RegExp(`${key}="([^"]*)"`).exec(labels)?.[1];
      const cause = label('cause');
      if (cause === undefined) continue;
      const count = (counts[`${label('group')} (${cause})`] ??= { batches: 0, inputs: 0, seconds: 0 });
      if (name === 'stream_inputs_total') count.inputs += Number(value);
      else if (name === 'stream_batch_seconds_count') count.batches += Number(value);
      else if (name === 'stream_batch_seconds_sum') count.seconds += Number(value);
    }
  }
  return counts;
}

/** How large the transactions were between two counts. @param {Awaited<ReturnType<typeof streamCounts>>} before @param {Awaited<ReturnType<typeof streamCounts>>} after */
export function batchTable(before, after) {
  const lines = ['transactions: how many, inputs in each, milliseconds of each'];
  for (const [name, now] of Object.entries(after)) {
    const then = before[name] ?? { batches: 0, inputs: 0, seconds: 0 };
    const batches = now.batches - then.batches;
    if (batches === 0) continue;
    lines.push(
      `  ${name.padEnd(34)}${String(batches).padStart(7)}${((now.inputs - then.inputs) / batches).toFixed(0).padStart(7)}${(((now.seconds - then.seconds) * 1000) / batches).toFixed(1).padStart(8)}`,
    );
  }
  return lines.join('\n');
}

/** Settings that make PostgreSQL count its statements (`--statements`). */
export const STATEMENT_SETTINGS = ['shared_preload_libraries=pg_stat_statements', 'pg_stat_statements.track_planning=on'];

/** PostgreSQL's own account of its statements. */
export class StatementMeter {
  /** @param {pg.Client} client */
  constructor(client) {
    this.client = client;
  }

  /** @param {string} adminUrl */
  static async open(adminUrl) {
    const client = new pg.Client({ connectionString: adminUrl });
    await client.connect();
    await client.query('CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    return new StatementMeter(client);
  }

  async reset() {
    await this.client.query('SELECT pg_stat_statements_reset()');
  }

  /** The statements that took most time, as a table. @param {number} events that they served */
  async table(events) {
    const { rows } = await this.client.query(
      `SELECT rolname, calls, total_exec_time + total_plan_time AS ms, total_plan_time AS plan_ms, wal_bytes, rows, regexp_replace(left(query, 130), '\\s+', ' ', 'g') AS query
       FROM pg_stat_statements s JOIN pg_roles r ON r.oid = s.userid ORDER BY ms DESC LIMIT 40`,
    );
    const lines = ['statements: µs an event (of them planning), calls, rows a call, bytes of WAL an event'];
    for (const { rolname, calls, ms, plan_ms, wal_bytes, rows: touched, query } of rows)
      lines.push(
        `  ${((ms * 1000) / events).toFixed(2).padStart(8)} (${((plan_ms * 1000) / events).toFixed(2)})${String(calls).padStart(7)}${(touched / calls).toFixed(1).padStart(8)}${(wal_bytes / events).toFixed(0).padStart(7)}  ${rolname.padEnd(22)} ${query}`,
      );
    return lines.join('\n');
  }

  async close() {
    await this.client.end();
  }
}
