import { Inject, Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { SERVICE_CONFIG } from '@rapport/platform';
import { DataSource, type EntityManager, In, IsNull, MoreThan, Not } from 'typeorm';
import type { SegmentationConfig } from '../config.js';
import { defineSegment, dependentsOf } from '../domain/define-segment.js';
import { parseRule, type RuleError } from '../domain/parse-rule.js';
import type { Segment } from '../domain/rulebook.js';
import { BackfillEntity } from './entities/backfill.entity.js';
import { MembershipEntity } from './entities/membership.entity.js';
import { SegmentVersionEntity } from './entities/segment-version.entity.js';
import { SegmentEntity } from './entities/segment.entity.js';

export interface SegmentDraft {
  readonly name: string;
  readonly description: string;
  readonly rule: unknown;
}

export type Refusal =
  | { readonly kind: 'not-found' }
  | { readonly kind: 'archived' }
  | { readonly kind: 'name-taken' }
  | { readonly kind: 'too-many'; readonly limit: number }
  | { readonly kind: 'rule-invalid'; readonly errors: readonly RuleError[] }
  | { readonly kind: 'version-differs'; readonly version: number }
  | { readonly kind: 'in-use'; readonly by: readonly string[] };
export type Outcome = { readonly kind: 'done'; readonly segment: StoredSegment } | Refusal;

/** `backfilling`: in some partition customers may still stand at an older epoch. */
export type StoredSegment = SegmentEntity & { readonly backfilling: boolean };

export interface SegmentFilter {
  readonly archived: boolean;
  readonly after: string | undefined;
  readonly limit: number;
}

/**
 * Definitions of segments. Each change takes the lock of the rulebook, so one follows the other, and what was checked is still so when it is written. A
 * change makes the next epoch, and a backfill row for every partition: the pipeline's clock does the rest.
 */
@Injectable()
export class SegmentDefinitions {
  constructor(
    @InjectDataSource() private readonly database: DataSource,
    @Inject(SERVICE_CONFIG) private readonly config: Pick<SegmentationConfig, 'segmentsMax' | 'topicPartitions'>,
  ) {}

  /** A repetition with the same id finds what the first try made. */
  create(id: string, draft: SegmentDraft, now: Date): Promise<Outcome> {
    return this.change(async (manager, epoch, live) => {
      const made = await load(manager, id);
      if (made) return { kind: 'done', segment: made };
      if (live.length >= this.config.segmentsMax) return { kind: 'too-many', limit: this.config.segmentsMax };
      return this.put(manager, { segmentId: id, version: 0, createdAt: now, archivedAt: null }, draft, epoch, live, now);
    });
  }

  /** @param expected the version that the editor has seen, when given: another one is not overwritten. */
  edit(id: string, draft: SegmentDraft, expected: number | undefined, now: Date): Promise<Outcome> {
    return this.change(async (manager, epoch, live) => {
      const segment = await load(manager, id);
      if (!segment) return { kind: 'not-found' };
      if (segment.archivedAt) return { kind: 'archived' };
      if (expected !== undefined && expected !== segment.version) return { kind: 'version-differs', version: segment.version };
      const { segmentId, version, createdAt, archivedAt } = segment;
      return this.put(manager, { segmentId, version, createdAt, archivedAt }, draft, epoch, live, now);
    });
  }

  /** The members leave, with the cause `definition`; the definition and its versions stay readable. */
  archive(id: string, now: Date): Promise<Outcome> {
    return this.change(async (manager, epoch, live) => {
      const segment = await load(manager, id);
      if (!segment) return { kind: 'not-found' };
      if (segment.archivedAt) return { kind: 'done', segment };
      const dependents = dependentsOf(id, live);
      if (dependents.length > 0) return { kind: 'in-use', by: dependents.map((other) => other.name) };
      await manager.update(SegmentEntity, { segmentId: id }, { archivedAt: now, updatedAt: now });
      return this.done(manager, id, epoch);
    });
  }

  find(id: string): Promise<StoredSegment | undefined> {
    return load(this.database.manager, id);
  }

  async list({ archived, after, limit }: SegmentFilter): Promise<StoredSegment[]> {
    const { manager } = this.database;
    const where = { archivedAt: archived ? Not(IsNull()) : IsNull(), ...(after !== undefined && { segmentId: MoreThan(after) }) };
    return withState(manager, await manager.find(SegmentEntity, { where, order: { segmentId: 'ASC' }, take: limit }));
  }

  versions(id: string, below: number | undefined, limit: number): Promise<SegmentVersionEntity[]> {
    const versions = this.database.manager
      .createQueryBuilder(SegmentVersionEntity, 'v')
      .where('v.segment_id = :id', { id })
      .orderBy('v.version', 'DESC')
      .limit(limit);
    return (below === undefined ? versions : versions.andWhere('v.version < :below', { below })).getMany();
  }

  members(id: string, after: string | undefined, limit: number): Promise<MembershipEntity[]> {
    const where = { segmentId: id, ...(after !== undefined && { profileId: MoreThan(after) }) };
    return this.database.manager.find(MembershipEntity, { where, order: { profileId: 'ASC' }, take: limit });
  }

  memberCount(id: string): Promise<number> {
    return this.database.manager.countBy(MembershipEntity, { segmentId: id });
  }

  private change(decide: (manager: EntityManager, nextEpoch: number, live: readonly Segment[]) => Promise<Outcome>): Promise<Outcome> {
    return this.database.transaction(async (manager) => {
      const [book] = (await manager.query('SELECT epoch FROM rulebook FOR UPDATE')) as { epoch: number }[];
      const live = await manager.find(SegmentEntity, { where: { archivedAt: IsNull() } });
      return decide(manager, book!.epoch + 1, live.map(toSegment));
    });
  }

  private async put(
    manager: EntityManager,
    known: Pick<SegmentEntity, 'segmentId' | 'version' | 'createdAt' | 'archivedAt'>,
    draft: SegmentDraft,
    epoch: number,
    live: readonly Segment[],
    now: Date,
  ): Promise<Outcome> {
    if (live.some((other) => other.name === draft.name && other.id !== known.segmentId)) return { kind: 'name-taken' };
    const defined = defineSegment(known.segmentId, draft.rule, live);
    if (!defined.ok) return { kind: 'rule-invalid', errors: defined.errors };
    const version = known.version + 1;
    const { name, description, rule } = draft;
    const definition = { name, description, rule: rule as object, references: defined.references, version, epoch, updatedAt: now };
    await manager.upsert(SegmentEntity, { ...known, ...definition }, ['segmentId']);
    await manager.insert(SegmentVersionEntity, {
      segmentId: known.segmentId,
      version,
      name,
      description,
      rule: rule as object,
      createdAt: now,
    });
    return this.done(manager, known.segmentId, epoch);
  }

  private async done(manager: EntityManager, segmentId: string, epoch: number): Promise<Outcome> {
    await manager.query('UPDATE rulebook SET epoch = $1', [epoch]);
    const partitions = Array.from({ length: this.config.topicPartitions }, (_, partition) => ({ segmentId, partition, epoch }));
    await manager.upsert(BackfillEntity, partitions, ['segmentId', 'partition']);
    return { kind: 'done', segment: (await load(manager, segmentId))! };
  }
}

const load = async (manager: EntityManager, segmentId: string): Promise<StoredSegment | undefined> =>
  (await withState(manager, await manager.findBy(SegmentEntity, { segmentId })))[0];

async function withState(manager: EntityManager, segments: readonly SegmentEntity[]): Promise<StoredSegment[]> {
  const backfills = await manager.findBy(BackfillEntity, { segmentId: In(segments.map((segment) => segment.segmentId)) });
  const busy = new Set(backfills.map((backfill) => backfill.segmentId));
  return segments.map((segment) => ({ ...segment, backfilling: busy.has(segment.segmentId) }));
}

/** Only for finding references: a rule that is no longer understood is no obstacle to editing another one. */
function toSegment({ segmentId, name, version, epoch, rule, references }: SegmentEntity): Segment {
  const parsed = parseRule(rule);
  return { id: segmentId, name, version, epoch, references, rule: parsed.ok ? parsed.rule : { kind: 'any', pointer: '', children: [] } };
}
