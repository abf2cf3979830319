import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, profileHintHeaders, TOPICS } from '@rapport/contracts';
import { type BatchContext, type Decision, type Fact, type Pipeline, SERVICE_CONFIG, type SourceRecord, type Sql } from '@rapport/platform';
import type { ProfilesConfig } from '../config.js';
import { hintsOf } from '../domain/hints-of.js';
import { type Plan, type PlannedProfile, planBatch } from '../domain/plan-batch.js';
import { presentProfile } from '../domain/present-profile.js';
import { decodeInteraction, type RecordedInteraction } from '../kafka/decode-interaction.js';
import { type LockedIdentities, PROFILE_STORE, type ProfileStore } from './profile-store.js';

export interface ProfileChanges {
  readonly locked: LockedIdentities;
  readonly plan: Plan;
}

/** Recorded interactions become people: resolve whose each one is, fold it in, and tell what is now known. */
@Injectable()
export class ResolveProfilesPipeline implements Pipeline<RecordedInteraction, LockedIdentities, ProfileChanges> {
  readonly group = GROUPS.profilesResolve;
  readonly topics = [TOPICS.interactionsRecorded.name];

  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: Pick<ProfilesConfig, 'identifierRules'>,
    @Inject(PROFILE_STORE) private readonly store: ProfileStore,
  ) {}

  decode(record: SourceRecord) {
    return decodeInteraction(record);
  }

  load(sql: Sql, inputs: readonly RecordedInteraction[], { now }: BatchContext): Promise<LockedIdentities> {
    return this.store.lock(
      sql,
      inputs.map(({ interaction }) => interaction),
      now,
    );
  }

  decide(locked: LockedIdentities, inputs: readonly RecordedInteraction[]): Decision<RecordedInteraction, ProfileChanges> {
    const plan = planBatch(
      locked,
      inputs.map(({ interaction }) => interaction),
      this.config.identifierRules,
    );
    const traces = new Map(inputs.map(({ interaction, traceparent }) => [interaction.id, traceparent]));
    return {
      changes: { locked, plan },
      facts: plan.profiles.map((profile) => factOf(profile, traces)),
    };
  }

  commit(sql: Sql, { locked, plan }: ProfileChanges, context: BatchContext): Promise<void> {
    return this.store.write(sql, locked, plan, context);
  }
}

function factOf(profile: PlannedProfile, traces: ReadonlyMap<string, string | undefined>): Fact<typeof TOPICS.profilesUpdated> {
  const { id, version, state, applied, mergedFrom, mergedInto } = profile;
  const cause = applied.at(-1)?.id ?? mergedInto?.interactionId ?? '';
  const hints = hintsOf(profile);
  return {
    topic: TOPICS.profilesUpdated,
    key: id,
    value: {
      profileId: id,
      version,
      profile: presentProfile(id, version, state),
      applied: [...applied],
      ...(mergedFrom.length > 0 && { mergedFrom: [...mergedFrom] }),
      ...(mergedInto && { mergedInto }),
    },
    ...(hints && { headers: profileHintHeaders(hints) }),
    traceparent: traces.get(cause),
  };
}
