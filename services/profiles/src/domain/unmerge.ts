import type { FormerProfile, Identifier, Interaction } from '@rapport/contracts';
import { consentOf } from './consent-of.js';
import { fold } from './effect-of.js';
import { identifierKey } from './identifier-key.js';
import type { AddedByHand, AskedProfile, ClosedRequest, Outcome, Unmerge } from './identity-request.js';
import { newProfileId, NO_PLAN, type Plan, type PlannedProfile, rewritten, type StoredProfile } from './plan-batch.js';
import { EMPTY_STATE, type ProfileState } from './profile-state.js';
import { edgeOf, type Edge, type Side, splitIdentifiers, type SplitIdentifiers } from './split-identifiers.js';

export interface UnmergeQuestion {
  readonly requestId: string;
  /** RFC 3339. */
  readonly now: string;
  /** The living profile that has both. */
  readonly living: StoredProfile;
  /** Whose merge is undone. */
  readonly merged: AskedProfile;
  /** All that ever became part of the living one, `merged` among them, by id, each with its last own state. */
  readonly ancestors: ReadonlyMap<string, AskedProfile>;
  /** Exactly those that the living profile is made of. */
  readonly interactions: readonly Interaction[];
}

/** How many interactions a profile is made of: each is one contact. */
export const appliedCount = ({ contactsByChannel }: ProfileState): number =>
  Object.values(contactsByChannel).reduce((sum, { count }) => sum + count, 0);

/**
 * Cuts two people apart and makes both anew from the interactions, which were never rewritten. An interaction goes with its subject. The living
 * id stays with whom it began with; on the other side the profile that was merged lives again, or, when the living one has followed it to its
 * side, the profile into which it was merged.
 */
export function unmerge(question: UnmergeQuestion): { readonly plan: Plan; readonly closed: ClosedRequest } {
  const { living, merged, ancestors } = question;
  const founders = foundersOf(question);
  const split = splitIdentifiers({
    identifiers: living.state.identifiers,
    merged: merged.state.identifiers.map(identifierKey),
    other: founders.get(merged.mergedInto!) ?? [],
    edges: [...question.interactions.map(edgeOf), ...statedEdges(ancestors, founders)],
  });
  const sideOfProfile = (id: string): Side => (id === merged.id ? 'merged' : (split.sides.get(founders.get(id)?.[0] ?? '') ?? 'other'));
  const livingSide = sideOfProfile(living.id);
  const backSide: Side = livingSide === 'other' ? 'merged' : 'other';
  const back = livingSide === 'other' ? merged : ancestors.get(merged.mergedInto!)!;
  const cut: Cut = { question, split, back, livingSide, backSide, sideOfProfile, parts: { merged: [], other: [] } };
  for (const interaction of question.interactions) cut.parts[sideOf(interaction, split)].push(interaction);
  return { plan: planOf(cut), closed: { id: question.requestId, outcome: outcomeOf(cut), unmerge: rowsOf(cut) } };
}

interface Cut {
  readonly question: UnmergeQuestion;
  readonly split: SplitIdentifiers;
  /** The profile that lives again. */
  readonly back: AskedProfile;
  readonly livingSide: Side;
  readonly backSide: Side;
  readonly sideOfProfile: (id: string) => Side;
  readonly parts: Record<Side, Interaction[]>;
}

/** Keys that the founding interaction of each profile carried, the strongest first. */
function foundersOf({ living, ancestors, interactions }: UnmergeQuestion): Map<string, readonly string[]> {
  const founders = new Map<string, readonly string[]>();
  for (const interaction of interactions) {
    const id = newProfileId(interaction);
    if (id === living.id || ancestors.has(id)) founders.set(id, edgeOf(interaction).keys);
  }
  return founders;
}

/** Merges that a person stated: no interaction says them. */
function statedEdges(ancestors: ReadonlyMap<string, AskedProfile>, founders: ReadonlyMap<string, readonly string[]>): Edge[] {
  const edges: Edge[] = [];
  for (const { id, mergedInto, mergedAt = '', isStated } of ancestors.values()) {
    const [own, others] = [founders.get(id), founders.get(mergedInto ?? '')];
    if (isStated && own !== undefined && others !== undefined) edges.push({ at: mergedAt, keys: [others[0]!, own[0]!] });
  }
  return edges;
}

function sideOf({ subject, identifiers }: Interaction, { sides }: SplitIdentifiers): Side {
  const own = identifiers.find(({ type, value }) => `${type}:${value}` === subject);
  return (own === undefined ? undefined : sides.get(identifierKey(own))) ?? 'other';
}

function planOf(cut: Cut): Plan {
  const { question, back, livingSide, backSide, parts } = cut;
  const { living, now } = question;
  const version = back.version + 1;
  const interactionIds = parts[backSide].map(({ id }) => id).sort();
  const keptInteractionIds = parts[livingSide].map(({ id }) => id).sort();
  const formers = formersOf(cut);
  const again: PlannedProfile = {
    ...rewritten({ ...back, state: EMPTY_STATE }, stateOf(cut, backSide, back)),
    unmergedFrom: { profileId: living.id, at: now, formers },
  };
  const identifiers = again.state.identifiers.map(({ type, value }) => ({ type, value }));
  const left: PlannedProfile = {
    ...rewritten(living, stateOf(cut, livingSide, living)),
    split: { profileId: back.id, version, at: now, interactionIds, keptInteractionIds, formers, identifiers },
  };
  const owners = identifiers.map((identifier) => ({ ...identifier, profileId: back.id }));
  return { ...NO_PLAN, profiles: [left, again], owners: new Map(owners.map((owner) => [identifierKey(owner), owner])) };
}

/**
 * All that stay merged, for readers who have yet to hear that they are, or heard that they led to the other side. Where they belong is a new version of each: a reader who
 * meets several un-merges in any order knows the last word.
 */
function formersOf({ question: { living, ancestors }, back, backSide, sideOfProfile }: Cut): FormerProfile[] {
  const rest = [...ancestors.values()].filter(({ id }) => id !== back.id);
  return rest.map(({ id, version }) => ({
    profileId: id,
    version: version + 1,
    intoId: sideOfProfile(id) === backSide ? back.id : living.id,
  }));
}

function stateOf({ question: { living, merged }, split, back, parts, sideOfProfile }: Cut, side: Side, own: StoredProfile): ProfileState {
  const isOwn = (identifier: Identifier): boolean => split.sides.get(identifierKey(identifier)) === side;
  const folded = parts[side].reduce(
    (state, interaction) => fold(state, interaction, distinct(interaction.identifiers.filter(isOwn))),
    EMPTY_STATE,
  );
  const mergedFrom = living.state.mergedFrom.filter((id) => id !== back.id && sideOfProfile(id) === side);
  const apart = side === 'merged' ? merged.mergedInto! : merged.id;
  // whom either was told apart from may have been any of its parts: asking a person once more is better than a wrong merge
  const separatedFrom = new Set([...(living.state.separatedFrom ?? []), ...(own.state.separatedFrom ?? []), apart]);
  return { ...folded, mergedFrom, separatedFrom: [...separatedFrom].sort() };
}

const distinct = (identifiers: readonly Identifier[]): Identifier[] => [
  ...new Map(identifiers.map((identifier) => [identifierKey(identifier), identifier])).values(),
];

/** Redirects follow their profile's side; what stays merged forgets the identifiers that are not its own any more. */
function rowsOf({ question, split, back, backSide, sideOfProfile, parts }: Cut): Unmerge {
  const { living, ancestors } = question;
  const rest = [...ancestors.values()].filter(({ id }) => id !== back.id);
  return {
    backId: back.id,
    livingId: living.id,
    interactionIds: parts[backSide].map(({ id }) => id),
    redirects: rest.map(({ id }) => ({ id, rootId: sideOfProfile(id) === backSide ? back.id : living.id })),
    trimmed: rest.flatMap(({ id, state }) => {
      const identifiers = state.identifiers.filter(
        (one) => (split.sides.get(identifierKey(one)) ?? sideOfProfile(id)) === sideOfProfile(id),
      );
      return identifiers.length === state.identifiers.length ? [] : [{ id, state: { ...state, identifiers } }];
    }),
  };
}

function outcomeOf({ question, split, back, backSide, livingSide, parts }: Cut): Outcome {
  const { living, merged } = question;
  const idOf = (side: Side): string => (side === backSide ? back.id : living.id);
  const partOf = (side: Side) => ({
    profileId: idOf(side),
    identifiers: [...split.sides.values()].filter((one) => one === side).length,
    interactions: parts[side].length,
  });
  const addedByHand = ([livingSide, backSide] as const).flatMap((side) =>
    parts[side]
      .filter((interaction) => isByHand(interaction) && interaction.receivedAt >= (merged.mergedAt ?? ''))
      .map(({ id, event, at }): AddedByHand => ({ interactionId: id, event, at, profileId: idOf(side) })),
  );
  return {
    kind: 'unmerged',
    profiles: [partOf(livingSide), partOf(backSide)],
    sharedIdentifiers: split.shared.map(({ type, value, side }) => ({ type, value, profileId: idOf(side) })),
    addedByHand: addedByHand.slice(0, ADDED_BY_HAND_MAX),
  };
}

const ADDED_BY_HAND_MAX = 1_000;

/** A statement about the person through the doors of the API: a trait, a consent, an agent. */
const isByHand = (interaction: Interaction): boolean =>
  interaction.channel === 'api' &&
  (interaction.traits !== undefined || interaction.event === 'Agent Assigned' || consentOf(interaction) !== undefined);
