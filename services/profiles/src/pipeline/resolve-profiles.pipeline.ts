import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, profileHintHeaders, TOPICS } from '@rapport/contracts';
import { type BatchContext, type Decision, type Fact, type Pipeline, SERVICE_CONFIG, type SourceRecord, type Sql } from '@rapport/platform';
import type { ProfilesConfig } from '../config.js';
import { type CompanySource, NO_COMPANIES } from '../domain/companies.js';
import type { IdentityRequest } from '../domain/identity-request.js';
import { hintsOf } from '../domain/hints-of.js';
import { type Plan, type PlannedProfile, planBatch } from '../domain/plan-batch.js';
import { type AskedProfiles, planRequest, type RequestPlan } from '../domain/plan-request.js';
import { presentProfile } from '../domain/present-profile.js';
import { decodeInteraction, type RecordedInteraction } from '../kafka/decode-interaction.js';
import { COMPANY_SOURCE } from './account-queries.js';
import { type LockedIdentities, PROFILE_STORE, type ProfileStore } from './profile-store.js';

export type ProfileInput = RecordedInteraction | { readonly kind: 'request'; readonly request: IdentityRequest };

type Loaded =
  | { readonly kind: 'interactions'; readonly locked: LockedIdentities }
  | { readonly kind: 'request'; readonly request: IdentityRequest; readonly profiles: AskedProfiles };

export type ProfileChanges =
  | { readonly kind: 'interactions'; readonly locked: LockedIdentities; readonly plan: Plan }
  | { readonly kind: 'request'; readonly planned: RequestPlan };

/**
 * Recorded interactions become people: resolve whose each one is, fold it in, and tell what is now known. What people decide about who is who
 * comes by the clock, one decision at a time.
 */
@Injectable()
export class ResolveProfilesPipeline implements Pipeline<ProfileInput, Loaded, ProfileChanges> {
  readonly group = GROUPS.profilesResolve;
  readonly topics = [TOPICS.interactionsRecorded.name];
  readonly clock = {
    due: async (sql: Sql, context: BatchContext): Promise<ProfileInput[]> =>
      (await this.store.dueRequests(sql, context)).map((request) => ({ kind: 'request', request })),
    abandon: async (sql: Sql, input: ProfileInput): Promise<void> => {
      if (input.kind === 'request') await this.store.abandonRequest(sql, input.request.id);
    },
  };

  /** Told that interactions have to be read once more: the reader would find that by itself, but later. */
  onReading: () => void = () => undefined;

  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: Pick<ProfilesConfig, 'identifierRules'>,
    @Inject(PROFILE_STORE) private readonly store: ProfileStore,
    @Inject(COMPANY_SOURCE) private readonly companies: CompanySource = NO_COMPANIES,
  ) {}

  decode(record: SourceRecord) {
    return decodeInteraction(record);
  }

  async load(sql: Sql, inputs: readonly ProfileInput[], { now }: BatchContext): Promise<Loaded> {
    const [first] = inputs;
    if (first?.kind === 'request')
      return { kind: 'request', request: first.request, profiles: await this.store.lockAsked(sql, first.request) };
    return {
      kind: 'interactions',
      locked: await this.store.lock(
        sql,
        recorded(inputs).map(({ interaction }) => interaction),
        now,
      ),
    };
  }

  decide(loaded: Loaded, inputs: readonly ProfileInput[], { now }: BatchContext): Decision<ProfileInput, ProfileChanges> {
    if (loaded.kind === 'request') {
      const planned = planRequest(loaded.request, loaded.profiles, now.toISOString());
      return {
        changes: { kind: 'request', planned },
        facts: planned.plan.profiles.map((profile) => factOf(profile, this.companies, NO_TRACES)),
      };
    }
    const interactions = recorded(inputs);
    const plan = planBatch(
      loaded.locked,
      interactions.map(({ interaction }) => interaction),
      this.config.identifierRules,
    );
    const traces = new Map(interactions.map(({ interaction, traceparent }) => [interaction.id, traceparent]));
    return {
      changes: { kind: 'interactions', locked: loaded.locked, plan },
      facts: plan.profiles.map((profile) => factOf(profile, this.companies, traces)),
    };
  }

  commit(sql: Sql, changes: ProfileChanges, context: BatchContext): Promise<void> {
    return changes.kind === 'request'
      ? this.store.writeRequest(sql, changes.planned, context)
      : this.store.write(sql, changes.locked, changes.plan, context);
  }

  committed(changes: ProfileChanges): void {
    if (changes.kind === 'request' && changes.planned.closed.outcome === undefined) this.onReading();
  }
}

const NO_TRACES: ReadonlyMap<string, string | undefined> = new Map();

/** Records and what falls due never share a batch. */
const recorded = (inputs: readonly ProfileInput[]): RecordedInteraction[] =>
  inputs.filter((input): input is RecordedInteraction => input.kind !== 'request');

function factOf(
  profile: PlannedProfile,
  companies: CompanySource,
  traces: ReadonlyMap<string, string | undefined>,
): Fact<typeof TOPICS.profilesUpdated> {
  const { id, version, state, applied, mergedFrom, mergedInto, split, unmergedFrom } = profile;
  const cause = applied.at(-1)?.id ?? mergedInto?.interactionId ?? '';
  const hints = hintsOf(profile);
  return {
    topic: TOPICS.profilesUpdated,
    key: id,
    value: {
      profileId: id,
      version,
      profile: presentProfile(id, version, state, companies),
      applied: [...applied],
      ...(mergedFrom.length > 0 && { mergedFrom: [...mergedFrom] }),
      ...(mergedInto && { mergedInto }),
      ...(split && { split }),
      ...(unmergedFrom && { unmergedFrom }),
    },
    ...(hints && { headers: profileHintHeaders(hints) }),
    traceparent: traces.get(cause),
  };
}
