import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, TOPICS } from '@rapport/contracts';
import type { BatchContext, Decision, Decoded, Pipeline, SourceRecord, Sql } from '@rapport/platform';
import { DAY_MS } from '../domain/maps/tally.js';
import { horizonOf } from '../domain/maps/follow-path.js';
import { decodeMapFact, type MapInput } from '../kafka/decode-map-facts.js';
import { PathBatch } from './path-batch.js';
import {
  type LockedPaths,
  MAP_OPTIONS,
  type MapOptions,
  PATH_STORE,
  type PathChanges,
  type PathQuestion,
  type PathStore,
} from './path-store.js';

/** Facts of profiles and segments become the counts behind the journey map and the channel report (ADR 13). It publishes nothing. */
@Injectable()
export class MapJourneysPipeline implements Pipeline<MapInput, LockedPaths, PathChanges> {
  readonly group = GROUPS.interactionsMapJourneys;
  readonly topics = [TOPICS.profilesUpdated.name, TOPICS.membershipChanged.name];
  readonly batches = { restMinMs: 4_000, recordsMax: 2_500 };

  constructor(
    @Inject(PATH_STORE) private readonly store: PathStore,
    @Inject(MAP_OPTIONS) private readonly options: MapOptions,
  ) {}

  decode(record: SourceRecord): Decoded<MapInput> {
    return decodeMapFact(record);
  }

  load(sql: Sql, inputs: readonly MapInput[]): Promise<LockedPaths> {
    return this.store.lock(sql, questionOf(inputs));
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

export function questionOf(inputs: readonly MapInput[]): PathQuestion {
  const ids = new Set<string>();
  const split: PathQuestion['split'][number][] = [];
  for (const input of inputs) {
    ids.add(input.profileId);
    if (input.kind !== 'heard') continue;
    if (input.mergedInto) ids.add(input.mergedInto.profileId);
    const { split: parts, livesAgain } = input;
    if (parts)
      split.push({ subjects: [...parts.movedSubjects, ...parts.keptSubjects], interactionIds: [...parts.movedIds, ...parts.keptIds] });
    if (parts) ids.add(parts.profileId);
    if (livesAgain) ids.add(livesAgain.fromId);
    for (const { profileId, intoId } of (parts ?? livesAgain)?.formers ?? []) ids.add(profileId).add(intoId);
  }
  return { profileIds: [...ids], split };
}
