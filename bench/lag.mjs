import { GROUPS, SUBSCRIPTIONS } from '@rapport/contracts';
import { createKafka } from '@rapport/platform';
import pg from 'pg';

/**
 * The groups of the walk, each with the first topic that it reads. Others follow it at their leisure: they cost what they cost, and do not hold it up.
 * @type {string[]}
 */
const WALK = [GROUPS.interactionsRecord, GROUPS.profilesResolve, GROUPS.segmentationEvaluate, GROUPS.notificationsDecide];
const STAGES = Object.entries(SUBSCRIPTIONS)
  .filter(([group]) => WALK.includes(group))
  .map(([group, [{ name }]]) => ({ group, topic: name, schema: group.split('.', 1)[0] }));

/** In one statement: the meter shares the machine with what it measures. */
const POSITIONS = STAGES.map(
  ({ schema, group, topic }) =>
    `SELECT '${group}' AS stage, coalesce(sum(next_offset), 0)::bigint AS done FROM ${schema}.stream_positions WHERE consumer = '${group}' AND topic = '${topic}'`,
).join(' UNION ALL ');

/** How far each stage is behind the log, by the log's ends and the positions in the database: the truth, not what a client says of itself. */
export class LagMeter {
  /** @param {import('kafkajs').Admin} admin @param {pg.Client} database */
  constructor(admin, database) {
    this.admin = admin;
    this.database = database;
  }

  /** @param {string} brokers @param {string} adminUrl */
  static async open(brokers, adminUrl) {
    const admin = createKafka('bench-lag', brokers.split(',')).admin();
    await admin.connect();
    const database = new pg.Client({ connectionString: adminUrl });
    await database.connect();
    return new LagMeter(admin, database);
  }

  async read() {
    const stages = /** @type {Record<string, number>} */ ({});
    const ends = new Map();
    const { rows } = await this.database.query({ name: 'positions', text: POSITIONS });
    const done = new Map(rows.map((row) => [row.stage, Number(row.done)]));
    for (const topic of new Set(STAGES.map(({ topic }) => topic))) {
      const offsets = await this.admin.fetchTopicOffsets(topic);
      ends.set(
        topic,
        offsets.reduce((sum, { high }) => sum + Number(high), 0),
      );
    }
    for (const { group, topic } of STAGES) stages[group] = Math.max(0, ends.get(topic) - (done.get(group) ?? 0));
    return { stages, total: Object.values(stages).reduce((a, b) => a + b, 0) };
  }

  /** Waits until nothing is under way. */
  async drained(timeoutMs = 120_000) {
    const end = Date.now() + timeoutMs;
    while ((await this.read()).total > 0) {
      if (Date.now() > end) throw new Error(`still under way after ${timeoutMs} ms: ${JSON.stringify(await this.read())}`);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async close() {
    await this.admin.disconnect();
    await this.database.end();
  }
}
