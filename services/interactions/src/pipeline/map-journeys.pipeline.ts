import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, TOPICS } from '@rapport/contracts';
import type { BatchContext, Decision, Decoded, Pipeline, SourceRecord, Sql } from '@rapport/platform';
import { DAY_MS } from '../domain/maps/tally.js';
import { FollowedPath, heard, horizonOf, noCounts } from '../domain/maps/follow-path.js';
import { encodePath } from '../domain/maps/stored-path.js';
import { decodeMapFact, type MapInput } from '../kafka/decode-map-facts.js';
import { type LockedPaths, MAP_OPTIONS, type MapOptions, PATH_STORE, type PathChanges, type PathStore } from './path-store.js';

/** Facts of profiles and segments become the counts behind the journey map and the channel report (ADR 13). It publishes nothing. */
@Injectable()
export class MapJourneysPipeline implements Pipeline<MapInput, LockedPaths, PathChanges> {
  readonly group = GROUPS.interactionsMapJourneys;
  readonly topics = [TOPICS.profilesUpdated.name, TOPICS.membershipChanged.name];
  readonly batches = { restMinMs: 4_000, recordsMax: 3_000 };

  constructor(
    @Inject(PATH_STORE) private readonly store: PathStore,
    @Inject(MAP_OPTIONS) private readonly options: MapOptions,
  ) {}

  decode(record: SourceRecord): Decoded<MapInput> {
    return decodeMapFact(record);
  }

  load(sql: Sql, inputs: readonly MapInput[]): Promise<LockedPaths> {
    const ids = new Set<string>();
    for (const input of inputs) {
      ids.add(input.profileId);
      if (input.kind === 'heard' && input.mergedInto) ids.add(input.mergedInto.profileId);
    }
    return this.store.lock(sql, [...ids]);
  }

  decide(locked: LockedPaths, inputs: readonly MapInput[], { now }: BatchContext): Decision<MapInput, PathChanges> {
    const batch = new PathBatch(locked, horizonOf(now.getTime(), this.options.retentionDays * DAY_MS));
    for (const input of inputs) batch.take(input);
    return { changes: batch.changes(), facts: [] };
  }

  commit(sql: Sql, changes: PathChanges, { topic, partition }: BatchContext): Promise<void> {
    // both topics of a partition may be under way at once
    return this.store.save(sql, changes, partition * this.topics.length + this.topics.indexOf(topic));
  }
}

/** The customers of one batch, input after input. */
class PathBatch {
  private readonly followed = new Map<string, FollowedPath>();
  private readonly survivors: Map<string, string>;
  private readonly merged = new Map<string, string>();
  private readonly erased = new Set<string>();
  private readonly counts = noCounts();

  constructor(
    private readonly locked: LockedPaths,
    private readonly horizon: number,
  ) {
    this.survivors = new Map(locked.survivors);
  }

  take(input: MapInput): void {
    const path = this.pathOf(input.profileId);
    if (input.kind === 'erased') return this.erase(input.profileId, path);
    if (input.kind === 'membership') return path.enter(input.segmentId, input.profileId, input);
    for (const step of input.steps) {
      heard(step, this.counts);
      path.hear(step);
    }
    if (input.mergedInto) this.merge(path, input.mergedInto);
  }

  changes(): PathChanges {
    const saved: PathChanges['saved'][number][] = [];
    for (const path of this.followed.values()) {
      path.settle(this.counts);
      if (path.changed) saved.push({ profileId: path.profileId, stored: encodePath(path.path) });
    }
    const merged = [...this.merged].map(([from, into]) => ({ from, into }));
    return { saved, merged, erased: [...this.erased].filter((id) => !this.followed.get(id)?.changed), counts: this.counts };
  }

  private merge(loser: FollowedPath, { profileId, at }: { readonly profileId: string; readonly at: number }): void {
    const survivor = this.pathOf(profileId);
    if (survivor === loser) return;
    survivor.absorb(loser, at);
    loser.settle(this.counts, true);
    this.followed.delete(loser.profileId);
    this.merged.set(loser.profileId, survivor.profileId);
    for (const [id, stands] of this.survivors) if (stands === loser.profileId) this.survivors.set(id, survivor.profileId);
  }

  /** What was counted stays: no person can be read from it. */
  private erase(profileId: string, path: FollowedPath): void {
    if (path.profileId !== profileId) return; // a merged one: the survivor has a tombstone of its own
    path.settle(this.counts);
    this.erased.add(profileId);
    this.followed.set(profileId, new FollowedPath(profileId, null, this.horizon));
  }

  private pathOf(profileId: string): FollowedPath {
    const id = this.survivors.get(profileId)!;
    const path = this.followed.get(id) ?? new FollowedPath(id, this.locked.stored.get(id) ?? null, this.horizon);
    this.followed.set(id, path);
    return path;
  }
}
