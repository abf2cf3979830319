import { TOPICS, type MembershipChanged, type ProfileUpdated } from '@rapport/contracts';
import {
  ORIGIN_HEADER,
  ORIGIN_SEQ_HEADER,
  PartitionProcessor,
  PostgresStreamStore,
  partitionOf,
  sqlOf,
  type SourceRecord,
} from '@rapport/platform';
import { randomOf } from '@rapport/testkit';
import { isMember } from '../domain/customer.js';
import { judgeSegments, refresh } from '../domain/follow-customer.js';
import { decodeCustomer } from '../domain/stored-customer.js';
import { PostgresCustomerStore } from '../persistence/postgres-customer-store.js';
import type { CustomerRow } from './customer-store.js';
import { Evaluation } from '../testing/evaluation.js';
import { DAY, Person, START } from '../testing/people.js';
import { EvaluateSegmentsPipeline } from './evaluate-segments.pipeline.js';

const PARTITIONS = 4;
const SEED = Number(process.env.SEED ?? Date.now() % 1_000_000);

const below = (random: () => number) => (end: number) => Math.floor(random() * end);

/** People who do things over ten days; every third turns out to be another one in the end. */
function someHistory(random: (below: number) => number): ProfileUpdated[] {
  const people = Array.from({ length: 18 }, (_, n) => new Person(`p${n}`));
  const facts: ProfileUpdated[] = [];
  for (let n = 0; n < 300; n++) {
    const person = people[random(people.length)]!;
    person.trait('plan', random(2) === 0 ? 'pro' : 'free');
    facts.push(
      person.did(random(3) === 0 ? 'Order Completed' : 'Page Viewed', random(10 * DAY), { properties: { total: random(5000) / 100 } }),
    );
  }
  for (let n = 2; n < people.length; n += 3) facts.push(people[n]!.mergedInto(people[random(n)]!, 10 * DAY));
  return facts;
}

/** A log per partition, keyed as Kafka would. */
function logsOf(facts: readonly ProfileUpdated[]): SourceRecord[][] {
  const logs: SourceRecord[][] = Array.from({ length: PARTITIONS }, () => []);
  for (const fact of facts) {
    const partition = partitionOf(fact.profileId, PARTITIONS);
    const log = logs[partition]!;
    const value = Buffer.from(JSON.stringify(fact));
    log.push({
      topic: TOPICS.profilesUpdated.name,
      partition,
      offset: BigInt(log.length),
      key: fact.profileId,
      value,
      headers: {},
      timestampMs: START,
    });
  }
  return logs;
}

test('two owners of every partition, merges across partitions, ticks and changes of definitions at once: every answer is that of the history', async () => {
  const random = below(randomOf(SEED));
  const evaluation = await Evaluation.start({ partitions: PARTITIONS });
  try {
    let now = new Date(START + 10 * DAY);
    const told: MembershipChanged[] = [];
    const dead: string[] = [];
    const marks = new Set<string>();
    const store = new PostgresCustomerStore();
    const { pool } = evaluation.database;
    const owner = (partition: number) =>
      new PartitionProcessor({
        pipeline: new EvaluateSegmentsPipeline(new PostgresCustomerStore(), { sweepCustomersMax: 2 }),
        source: { consumer: 'segmentation.evaluate', topic: TOPICS.profilesUpdated.name, partition },
        store: new PostgresStreamStore(pool, pool),
        log: {
          publish: async (records) => {
            for (const { topic, value, headers } of records) {
              // two owners may both publish a row; a reader knows it by its mark
              const mark = `${headers[ORIGIN_HEADER]} ${headers[ORIGIN_SEQ_HEADER]}`;
              if (marks.has(mark)) continue;
              marks.add(mark);
              if (topic === TOPICS.membershipChanged.name) told.push(JSON.parse(value!.toString()) as MembershipChanged);
              if (topic.endsWith('.dlq')) dead.push(topic);
            }
          },
        },
        now: () => now,
        clockInputsMax: 5,
      });
    await evaluation.segment('buyers', { did: 'Order Completed', within: { days: 3 }, times: { atLeast: 2 } });
    const spenders = await evaluation.segment('spenders', {
      all: [
        { sum: 'properties.total', of: 'Order Completed', within: { days: 7 }, gte: 60 },
        { trait: 'plan', is: 'pro' },
      ],
    });
    const gone = await evaluation.segment('gone', { didNot: 'Page Viewed', within: { days: 2 } });

    const facts = someHistory(random);
    const work = logsOf(facts).flatMap((log, partition) =>
      [1, 2].map(async () => {
        const processor = owner(partition);
        for (let from = 0; from < log.length; ) {
          const size = 1 + random(6);
          await processor.records(log.slice(from, from + size));
          from += size;
          if (random(3) === 0) await processor.tick();
        }
      }),
    );
    const define = async () => {
      await evaluation.segment('quiet', { all: [{ did: '*' }, { not: { did: '*', within: { days: 1 } } }] });
      await evaluation.segment(
        'spenders',
        { any: [{ sum: 'properties.total', of: '*', gte: 200 }, { member: 'quiet' }] },
        spenders.segmentId,
      );
      await evaluation.definitions.archive(gone.segmentId, now);
    };
    await Promise.all([...work, define()]);

    const quietDown = async () => {
      for (let partition = 0; partition < PARTITIONS; partition++) for (const processor = owner(partition); (await processor.tick()) > 0; );
    };
    for (const days of [10, 11, 12.5, 20]) {
      now = new Date(START + days * DAY);
      await quietDown();
      await expectAnswersOfHistory(evaluation, store, now);
    }
    expect((await evaluation.kept()).behaviours).toHaveLength(300);
    expect(dead).toEqual([]);
    const changes = new Map(told.map((one) => [`${one.profileId} ${one.segmentId} ${one.sequence}`, one]));
    for (const one of changes.values()) expect(one.membership).toBe(one.sequence % 2 === 1 ? 'entered' : 'left');
    expect(changes.size).toBe(told.length);
  } catch (error) {
    throw new Error(`SEED=${SEED}: ${(error as Error).message}`, { cause: error });
  } finally {
    await evaluation.stop();
  }
}, 60_000);

const LIVING = 'SELECT profile_id AS "profileId", partition, version, epoch, snapshot, state FROM customers WHERE merged_into IS NULL';

async function expectAnswersOfHistory(evaluation: Evaluation, store: PostgresCustomerStore, now: Date): Promise<void> {
  const sql = sqlOf(evaluation.database.pool);
  const rulebook = await store.rulebook(sql);
  const customers = await sql.query<CustomerRow>('living', LIVING);
  const ids = customers.map(({ profileId }) => profileId);
  const histories = await store.history(sql, ids, { events: undefined, after: new Date(0) });
  const stored: string[] = [];
  const expected: string[] = [];
  for (const row of customers) {
    const kept = decodeCustomer(row);
    expect(row.epoch).toBe(rulebook.epoch);
    for (const [segmentId, membership] of Object.entries(kept.memberships))
      if (isMember(membership)) stored.push(`${segmentId} ${row.profileId}`);
    const rebuilt = decodeCustomer({ ...row, state: null, epoch: 0 });
    refresh(rebuilt, rulebook, histories.get(row.profileId) ?? [], now.getTime());
    for (const [segmentId, { holds }] of judgeSegments(rebuilt, rulebook, now.getTime()).verdicts)
      if (holds) expected.push(`${segmentId} ${row.profileId}`);
  }
  expect(stored.sort()).toEqual(expected.sort());
  const listed = await sql.query<{ segment_id: string; profile_id: string }>('listed', 'SELECT segment_id, profile_id FROM memberships');
  expect(listed.map((row) => `${row.segment_id} ${row.profile_id}`).sort()).toEqual(expected);
}
