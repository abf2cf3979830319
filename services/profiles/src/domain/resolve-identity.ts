import type { Identifier } from '@rapport/contracts';
import { type IdentifierRule, ruleOf } from '@rapport/identifiers';
import { PROFILE_LIMITS, type SeenIdentifier } from './profile-state.js';
import { compareText } from './registers.js';

export type IdentifierRules = Readonly<Record<string, IdentifierRule>>;

/** Who is known under what, at the moment of the question. */
export interface IdentityView {
  ownerOf(identifier: Identifier): string | undefined;
  identifiersOf(profileId: string): readonly SeenIdentifier[];
  /** Whether a person has decided that two of these are different people. */
  areSeparated(profileIds: readonly string[]): boolean;
}

/** Why identifiers cannot all be of one person: a person said so, the profile would hold too many, or too many of one type. */
export type Obstacle = 'separated' | 'identifiers' | `limit:${string}`;

export interface Resolution {
  /** Strongest first; never empty. */
  readonly kept: readonly Identifier[];
  /** Those of `kept` that nobody owns yet. */
  readonly added: readonly Identifier[];
  readonly dropped: readonly Identifier[];
  /** None: create. One: attach. More: merge into the first, which is the oldest. */
  readonly profileIds: readonly string[];
  /** What the first of `dropped` ran into. */
  readonly obstacle: Obstacle | undefined;
}

interface Candidate {
  readonly identifier: Identifier;
  readonly priority: number;
  readonly owner: string | undefined;
}

/**
 * Whose interaction it is. If putting all owners of its identifiers, and the identifiers themselves, into one profile would break a limit, the
 * weakest identifier of the interaction is dropped and the question asked again: it says less about who this is than the others. One
 * identifier alone always fits, so there is always an answer.
 * @param identifiers at least one, normalised.
 */
export function resolveIdentity(identifiers: readonly Identifier[], at: string, view: IdentityView, rules: IdentifierRules): Resolution {
  const strongestFirst = candidates(identifiers, view, rules);
  let kept = strongestFirst;
  let profileIds = ownersOf(kept);
  let obstacle: Obstacle | undefined;
  while (kept.length > 1) {
    const met = obstacleOf(kept, profileIds, at, view, rules);
    if (met === undefined) break;
    obstacle ??= met;
    kept = kept.slice(0, -1);
    profileIds = ownersOf(kept);
  }
  return {
    kept: kept.map(identifierOf),
    added: kept.filter(isAdded).map(identifierOf),
    dropped: strongestFirst.slice(kept.length).map(identifierOf),
    profileIds,
    obstacle,
  };
}

const identifierOf = ({ identifier }: Candidate): Identifier => identifier;
const isAdded = ({ owner }: Candidate): boolean => owner === undefined;

/** Equals in priority are told apart as in the subject of an interaction, so the subject is never dropped. */
function candidates(identifiers: readonly Identifier[], view: IdentityView, rules: IdentifierRules): readonly Candidate[] {
  const list: Candidate[] = [];
  for (const identifier of identifiers) {
    if (list.some((other) => other.identifier.value === identifier.value && other.identifier.type === identifier.type)) continue;
    list.push({ identifier, priority: ruleOf(identifier.type, rules).priority, owner: view.ownerOf(identifier) });
  }
  return list.sort(
    (a, b) =>
      b.priority - a.priority || compareText(a.identifier.type, b.identifier.type) || compareText(a.identifier.value, b.identifier.value),
  );
}

/** Ids begin with the time of the interaction that created the profile: sorted, the oldest profile is first, with the same answer everywhere. */
function ownersOf(kept: readonly Candidate[]): readonly string[] {
  const owners: string[] = [];
  for (const { owner } of kept) if (owner !== undefined && !owners.includes(owner)) owners.push(owner);
  return owners.sort(compareText);
}

/** A profile as a part of the person that it would make together with the others. */
interface Part {
  readonly identifiers: readonly SeenIdentifier[];
  /** Priority of the strongest identifier by which the interaction reaches it. */
  readonly reach: number;
}

function obstacleOf(
  kept: readonly Candidate[],
  profileIds: readonly string[],
  at: string,
  view: IdentityView,
  rules: IdentifierRules,
): Obstacle | undefined {
  const added = kept.filter(isAdded).map(identifierOf);
  if (profileIds.length === 1 && added.length === 0) return undefined;
  if (profileIds.length > 1 && view.areSeparated(profileIds)) return 'separated';
  const parts = profileIds.map(
    (id): Part => ({ identifiers: view.identifiersOf(id), reach: kept.find(({ owner }) => owner === id)!.priority }),
  );
  const all = [...added, ...parts.flatMap((part) => part.identifiers)];
  if (!isHoldable(all)) return 'identifiers';
  for (const type of new Set(all.map((identifier) => identifier.type)))
    if (!typeFits(type, parts, added, kept[0]!.priority, at, rules)) return `limit:${type}`;
  return undefined;
}

/** Whether one profile may hold all of these. */
export const isHoldable = (identifiers: readonly Identifier[]): boolean =>
  identifiers.length <= PROFILE_LIMITS.identifiers &&
  identifiers.reduce((chars, { value }) => chars + value.length, 0) <= PROFILE_LIMITS.identifierChars;

function typeFits(
  type: string,
  parts: readonly Part[],
  added: readonly Identifier[],
  strongest: number,
  at: string,
  rules: IdentifierRules,
): boolean {
  const rule = ruleOf(type, rules);
  const since = rule.windowMs === undefined ? '' : new Date(Date.parse(at) - rule.windowMs).toISOString();
  const fresh = added.filter((identifier) => identifier.type === type).length;
  let sum = fresh;
  let largest = fresh;
  let reachedByStronger = strongest > rule.priority;
  for (const { identifiers, reach } of parts) {
    const count = identifiers.filter((identifier) => identifier.type === type && identifier.firstSeenAt > since).length;
    sum += count;
    largest = Math.max(largest, count);
    // signed in (stronger) and then one more address: the same person. Another person's address that only shares the browser: not.
    if (count > 0 && reach < rule.priority) reachedByStronger = false;
  }
  const limit = reachedByStronger ? rule.limitByStronger : rule.limit;
  // a profile that is over a limit already (the limit was lowered) may still be met, and may grow in other types
  return sum <= limit || (sum === largest && fresh === 0);
}
