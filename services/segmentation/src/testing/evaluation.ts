import { randomUUID } from 'node:crypto';
import { type MembershipChanged, type ProfileUpdated, TOPICS } from '@rapport/contracts';
import { dataSourceOptions } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { DataSource } from 'typeorm';
import { ENTITIES } from '../persistence/entities.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { PostgresCustomerStore } from '../persistence/postgres-customer-store.js';
import { SegmentDefinitions, type StoredSegment } from '../persistence/segment-definitions.js';
import { EvaluateSegmentsPipeline } from '../pipeline/evaluate-segments.pipeline.js';

const SWEEP_CUSTOMERS_MAX = 3;

/** The pipeline and the definitions on a database of their own. */
export class Evaluation {
  private constructor(
    readonly database: TestDatabase,
    private readonly orm: DataSource,
    readonly definitions: SegmentDefinitions,
    readonly harness: PipelineHarness,
  ) {}

  static async start({ partitions = 1, batchRecordsMax = 500 } = {}): Promise<Evaluation> {
    const database = await createTestDatabase({ service: 'segmentation', migrations: MIGRATIONS });
    const config = { name: 'segmentation', databaseUrl: database.url };
    const orm = await new DataSource(dataSourceOptions({ config, entities: ENTITIES, migrations: MIGRATIONS })).initialize();
    const definitions = new SegmentDefinitions(orm, { segmentsMax: 20, topicPartitions: partitions });
    const pipeline = new EvaluateSegmentsPipeline(new PostgresCustomerStore(), { sweepCustomersMax: SWEEP_CUSTOMERS_MAX });
    return new Evaluation(database, orm, definitions, new PipelineHarness(pipeline, database.pool, { partitions, batchRecordsMax }));
  }

  async stop(): Promise<void> {
    await this.orm.destroy();
    await this.database.drop();
  }

  /** @throws when it is refused. */
  async segment(name: string, rule: object, id: string = randomUUID()): Promise<StoredSegment> {
    const outcome = (await this.definitions.find(id))
      ? await this.definitions.edit(id, { name, description: '', rule }, undefined, this.harness.now)
      : await this.definitions.create(id, { name, description: '', rule }, this.harness.now);
    if (outcome.kind !== 'done') throw new Error(JSON.stringify(outcome));
    return outcome.segment;
  }

  feed(...facts: ProfileUpdated[]): void {
    for (const fact of facts) this.harness.feed(TOPICS.profilesUpdated, fact.profileId, fact);
  }

  async hear(...facts: ProfileUpdated[]): Promise<void> {
    this.feed(...facts);
    await this.harness.run();
  }

  changes(): MembershipChanged[] {
    return this.harness.facts(TOPICS.membershipChanged);
  }

  /** `name:entered`, in order. */
  told(profileId?: string): string[] {
    return this.changes()
      .filter((one) => profileId === undefined || one.profileId === profileId)
      .map((one) => `${one.segmentName}:${one.membership}`);
  }

  async members(segment: StoredSegment): Promise<string[]> {
    return (await this.definitions.members(segment.segmentId, undefined, 200)).map((one) => one.profileId);
  }

  /** Everything that is kept, for comparing. */
  async kept(): Promise<Record<string, unknown[]>> {
    const tables: Record<string, unknown[]> = {};
    for (const table of ['customers', 'memberships', 'due_customers', 'behaviours'])
      tables[table] = (await this.database.pool.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)).rows;
    return tables;
  }
}
