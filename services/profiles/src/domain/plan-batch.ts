import type { Identifier, Interaction, ProfileSplit, ProfileUpdated, Unmerged } from '@rapport/contracts';
import { deriveId } from '@rapport/identifiers';
import { consentOf, type Evidence } from './consent-of.js';
import { effectOf } from './effect-of.js';
import { identifierKey } from './identifier-key.js';
import { EMPTY_STATE, join, type ProfileState } from './profile-state.js';
import { type IdentifierRules, type IdentityView, type Obstacle, resolveIdentity } from './resolve-identity.js';
import { areSeparated } from './separation.js';

export type MergeReason = NonNullable<ProfileUpdated['mergedInto']>;

export interface StoredProfile {
  readonly id: string;
  readonly version: number;
  readonly state: ProfileState;
  /** Its last fact is so young that the log still has it, also after compaction (see {@link hintsOf}). */
  readonly isInLog: boolean;
}

/** What is known before the batch: of every identifier in it the owner, if it has one, and of every owner the profile, locked. */
export interface Known {
  readonly owners: ReadonlyMap<string, string>;
  readonly profiles: ReadonlyMap<string, StoredProfile>;
}

/** One profile that the batch touched, as it is afterwards. `before` is missing when the batch created it. */
export interface PlannedProfile {
  readonly id: string;
  readonly before: StoredProfile | undefined;
  readonly version: number;
  readonly state: ProfileState;
  /** In the order of the batch. Empty for a profile that was merged away: the survivor has them. */
  readonly applied: readonly Interaction[];
  readonly mergedFrom: readonly MergeReason[];
  readonly mergedInto: MergeReason | undefined;
  readonly split?: ProfileSplit | undefined;
  readonly unmergedFrom?: Unmerged | undefined;
}

/** A merge that did not happen: one interaction carried identifiers of two people whom the rules keep apart. */
export interface HeldMerge {
  /** Whose the interaction is. */
  readonly profileId: string;
  /** Who owns the identifier that was dropped. */
  readonly otherId: string;
  readonly identifier: Identifier;
  readonly obstacle: Obstacle;
  readonly interactionId: string;
  readonly at: string;
}

/** What an interaction says about a company. */
export interface AccountEvidence {
  readonly id: string;
  readonly traits: Readonly<Record<string, unknown>>;
  readonly source: string;
  readonly at: string;
}

export interface ConsentEvidence extends Evidence {
  readonly profileId: string;
  readonly interactionId: string;
}

export interface IdentityLink extends Identifier {
  readonly profileId: string;
  readonly interactionId: string;
  readonly at: string;
}

export interface Plan {
  /** Profiles that were merged away first, each before its survivor; then the living ones in the order in which they were touched. */
  readonly profiles: readonly PlannedProfile[];
  /** Identifiers that got their first owner (as attached; a merge may have moved them on), by key. */
  readonly linked: ReadonlyMap<string, IdentityLink>;
  /** Who owns each identifier now that was linked or moved, by key. */
  readonly owners: ReadonlyMap<string, Identifier & { readonly profileId: string }>;
  readonly consents: readonly ConsentEvidence[];
  readonly heldMerges: readonly HeldMerge[];
  readonly accounts: readonly AccountEvidence[];
}

export const NO_PLAN: Plan = Object.freeze({
  profiles: [],
  linked: new Map(),
  owners: new Map(),
  consents: [],
  heldMerges: [],
  accounts: [],
});

/** A replay makes the same ids; the time of the first interaction makes the older profile the smaller id. */
export const newProfileId = (interaction: Interaction): string => deriveId(new Date(interaction.at), 'profile', interaction.id);

/**
 * Plans a whole batch before anything is written: each interaction, in order, creates, attaches or merges, and sees what those before it did.
 * Applying the plan equals applying the interactions one by one, but for the versions: a profile gets one new version per batch.
 */
export function planBatch(known: Known, interactions: readonly Interaction[], rules: IdentifierRules): Plan {
  const batch = new Batch(known);
  for (let index = 0; index < interactions.length; index++) batch.apply(interactions[index]!, index, rules);
  return batch.plan();
}

interface Draft {
  readonly id: string;
  readonly before: StoredProfile | undefined;
  state: ProfileState;
  applied: { readonly index: number; readonly interaction: Interaction }[];
  mergedFrom: MergeReason[];
  mergedInto: MergeReason | undefined;
}

class Batch implements IdentityView {
  private readonly drafts = new Map<string, Draft>();
  /** What this batch linked or moved; it hides what was known before. */
  private readonly owners = new Map<string, Identifier & { profileId: string }>();
  private readonly linked = new Map<string, IdentityLink>();
  private readonly mergedAway: Draft[] = [];
  private readonly consents: ConsentEvidence[] = [];
  private readonly heldMerges: HeldMerge[] = [];
  private readonly accounts: AccountEvidence[] = [];

  constructor(private readonly known: Known) {}

  ownerOf(identifier: Identifier): string | undefined {
    const key = identifierKey(identifier);
    return this.owners.get(key)?.profileId ?? this.known.owners.get(key);
  }

  identifiersOf(profileId: string): ProfileState['identifiers'] {
    return this.person(profileId).state.identifiers;
  }

  areSeparated(profileIds: readonly string[]): boolean {
    return areSeparated(profileIds.map((id) => this.person(id)));
  }

  apply(interaction: Interaction, index: number, rules: IdentifierRules): void {
    const { kept, added, dropped, profileIds, obstacle } = resolveIdentity(interaction.identifiers, interaction.at, this, rules);
    const [oldest = newProfileId(interaction), ...others] = profileIds;
    const person = this.draft(oldest);
    for (const identifier of added) this.link(identifier, person.id, interaction);
    for (const other of others) this.merge(person, this.draft(other), interaction, kept);
    person.state = join(person.state, effectOf(interaction, kept));
    person.applied.push({ index, interaction });
    const { account, source, at } = interaction;
    if (account !== undefined) this.accounts.push({ ...account, source, at });
    if (obstacle !== undefined && obstacle !== 'separated') this.holdMerges(dropped, obstacle, person.id, interaction);
    const consent = consentOf(interaction);
    if (consent !== undefined) this.consents.push({ ...consent, profileId: person.id, interactionId: interaction.id });
  }

  plan(): Plan {
    const living = [...this.drafts.values()].filter((draft) => draft.mergedInto === undefined);
    return {
      profiles: [...this.mergedAway, ...living].map(planned),
      linked: this.linked,
      owners: this.owners,
      consents: this.consents,
      heldMerges: this.heldMerges,
      accounts: this.accounts,
    };
  }

  private person(id: string): Pick<Draft, 'id' | 'state'> {
    return this.drafts.get(id) ?? this.known.profiles.get(id)!;
  }

  private holdMerges(dropped: readonly Identifier[], obstacle: Obstacle, profileId: string, { id, at }: Interaction): void {
    for (const identifier of dropped) {
      const otherId = this.ownerOf(identifier) ?? profileId;
      if (otherId !== profileId || obstacle === 'identifiers')
        this.heldMerges.push({ profileId, otherId, identifier, obstacle, interactionId: id, at });
    }
  }

  private draft(id: string): Draft {
    let draft = this.drafts.get(id);
    if (draft === undefined) {
      const before = this.known.profiles.get(id);
      draft = { id, before, state: before?.state ?? EMPTY_STATE, applied: [], mergedFrom: [], mergedInto: undefined };
      this.drafts.set(id, draft);
    }
    return draft;
  }

  private link({ type, value }: Identifier, profileId: string, { id, at }: Interaction): void {
    const key = identifierKey({ type, value });
    this.owners.set(key, { type, value, profileId });
    this.linked.set(key, { type, value, profileId, interactionId: id, at });
  }

  private merge(survivor: Draft, other: Draft, { id, at }: Interaction, identifiers: readonly Identifier[]): void {
    const reason = { at, reason: 'identifiers', interactionId: id, identifiers: identifiers.map(({ type, value }) => ({ type, value })) };
    for (const { type, value } of other.state.identifiers)
      this.owners.set(identifierKey({ type, value }), { type, value, profileId: survivor.id });
    survivor.state = join(survivor.state, { ...other.state, mergedFrom: [...other.state.mergedFrom, other.id] });
    survivor.applied = [...survivor.applied, ...other.applied].sort((a, b) => a.index - b.index);
    survivor.mergedFrom.push({ profileId: other.id, ...reason });
    other.applied = [];
    other.mergedInto = { profileId: survivor.id, ...reason };
    this.mergedAway.push(other);
  }
}

/** The next version of a profile that no interaction changed. */
export const rewritten = (before: StoredProfile, state: ProfileState): PlannedProfile => ({
  id: before.id,
  before,
  version: before.version + 1,
  state,
  applied: [],
  mergedFrom: [],
  mergedInto: undefined,
});

function planned({ id, before, state, applied, mergedFrom, mergedInto }: Draft): PlannedProfile {
  return {
    id,
    before,
    version: (before?.version ?? 0) + 1,
    state,
    applied: applied.map(({ interaction }) => interaction),
    mergedFrom,
    mergedInto,
  };
}
