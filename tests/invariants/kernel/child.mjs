// A real process that runs one small pipeline on the real kernel, and, when told so, stops itself dead at a named point.
import { createPool, PostgresStreamStore, StreamServer } from '@rapport/platform';
import { Type } from '@sinclair/typebox';

const { CRASH_POINT, CRASH_HIT = '1', BATCH_RECORDS_MAX = '10' } = process.env;
const { DATABASE_URL = '', KAFKA_BROKERS = '', GROUP = '', IN_TOPIC = '', OUT_TOPIC = '' } = process.env;

/** @typedef {{value: string, key: string, due: boolean}} Input */

/** @type {import('@rapport/contracts').TopicDefinition} */
const out = {
  name: OUT_TOPIC,
  type: OUT_TOPIC,
  owner: 'gateway',
  key: 'subject',
  cleanup: 'delete',
  retentionMs: 1,
  description: '',
  schema: Type.Object({ value: Type.String() }),
};

/**
 * Every input has one effect and one fact; every tenth makes something due, with an effect and a fact of its own. `throw` is undecidable.
 * @type {import('@rapport/platform').Pipeline<Input, null, readonly Input[]>}
 */
const pipeline = {
  group: GROUP,
  topics: [IN_TOPIC],
  decode(record) {
    const { value } = JSON.parse(String(record.value));
    return typeof value === 'string'
      ? { kind: 'input', input: { value, key: record.key ?? '', due: false } }
      : { kind: 'reject', reason: 'value is not a string' };
  },
  async load() {
    return null;
  },
  decide(_state, inputs) {
    if (inputs.some((input) => input.value === 'throw')) throw new Error('cannot decide this one');
    return {
      changes: inputs,
      facts: inputs.map((input) => ({ topic: out, key: input.key, value: { value: input.due ? `due ${input.value}` : input.value } })),
    };
  },
  async commit(sql, inputs, context) {
    if (inputs.some((input) => input.value === 'unwritable')) throw new RangeError('Invalid time value');
    const effects = inputs.map((input) => (input.due ? `due ${input.value}` : input.value));
    await sql.query('effects', 'INSERT INTO effects (consumer, value) SELECT $1, unnest($2::text[])', [GROUP, effects]);
    const due = inputs.filter((input) => !input.due && /0$/.test(input.value));
    await sql.query('make-due', 'INSERT INTO due (consumer, partition, key, value) SELECT $1, $2, * FROM unnest($3::text[], $4::text[])', [
      GROUP,
      context.partition,
      due.map((input) => input.key),
      due.map((input) => input.value),
    ]);
    const done = inputs.filter((input) => input.due).map((input) => input.value);
    await sql.query('drop-due', 'DELETE FROM due WHERE consumer = $1 AND value = ANY($2)', [GROUP, done]);
  },
  clock: {
    async due(sql, context, limit) {
      const rows = /** @type {{key: string, value: string}[]} */ (
        await sql.query('due', 'SELECT key, value FROM due WHERE consumer = $1 AND partition = $2 ORDER BY value LIMIT $3 FOR UPDATE', [
          GROUP,
          context.partition,
          limit,
        ])
      );
      return rows.map(({ key, value }) => ({ key, value, due: true }));
    },
    async abandon(sql, input) {
      await sql.query('drop-due', 'DELETE FROM due WHERE consumer = $1 AND value = ANY($2)', [GROUP, [input.value]]);
    },
  },
};

let hits = 0;
const probe = (/** @type {string} */ point) => {
  if (point === CRASH_POINT && ++hits === Number(CRASH_HIT)) process.kill(process.pid, 'SIGKILL');
};

const pool = createPool({ databaseUrl: DATABASE_URL, name: 'kernel-child' });
const quick = createPool({ databaseUrl: DATABASE_URL, name: 'kernel-child-quick', synchronousCommit: false });
const silent = {
  info() {},
  warn: (/** @type {unknown} */ fields, /** @type {string} */ message) => console.error(message, JSON.stringify(fields)),
  error: (/** @type {unknown} */ fields, /** @type {string} */ message) => console.error(message, JSON.stringify(fields)),
};
const server = new StreamServer({
  config: {
    name: GROUP,
    kafkaBrokers: KAFKA_BROKERS.split(','),
    batchRecordsMax: Number(BATCH_RECORDS_MAX),
    partitionsAtOnce: 2,
    clockIntervalMs: 50,
    sessionTimeoutMs: 1_500,
  },
  pipelines: [pipeline],
  store: new PostgresStreamStore(pool, quick),
  logger: silent,
  probe,
});
process.on('SIGTERM', async () => {
  await server.close();
  process.exit(0);
});
process.on('disconnect', () => process.exit(1)); // the test is gone
await server.listen((error) => {
  if (error) throw error;
  process.send?.('listening');
});
