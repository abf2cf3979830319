import type { Identifier } from '@rapport/contracts';
import { type IdentifierRule, ruleOf } from '@rapport/identifiers';
import { type IdentifierTable, PROFILE_LIMITS } from './profile-state.js';
import { compareText, entryOf, isKeepable } from './registers.js';

export type IdentifierRules = Readonly<Record<string, IdentifierRule>>;

/** Who is known under what, at the moment of the question. */
export interface IdentityView {
  ownerOf(identifier: Identifier): string | undefined;
  identifiersOf(profileId: string): IdentifierTable;
}

export interface Resolution {
  /** Strongest first; never empty. */
  readonly kept: readonly Identifier[];
  readonly dropped: readonly Identifier[];
  /** None: create. One: attach. More: merge into the first, which is the oldest. */
  readonly profileIds: readonly string[];
}

/**
 * Whose interaction it is. If putting all owners of its identifiers, and the identifiers themselves, into one profile would break a limit, the
 * weakest identifier of the interaction is dropped and the question asked again: it says less about who this is than the others. One
 * identifier alone always fits, so there is always an answer; `undefined` only when there is no usable identifier at all.
 */
export function resolveIdentity(identifiers: readonly Identifier[], at: string, view: IdentityView, rules: IdentifierRules): Resolution | undefined {
  const strongestFirst = usable(identifiers, rules);
  for (let kept = strongestFirst; kept.length > 0; kept = kept.slice(0, -1)) {
    const profileIds = ownersOf(kept, view);
    if (kept.length === 1 || fits(kept, profileIds, at, view, rules)) return { kept, dropped: strongestFirst.slice(kept.length), profileIds };
  }
  return undefined;
}

/** Equals in priority are told apart as in the subject of an interaction, so the subject is never dropped. */
function usable(identifiers: readonly Identifier[], rules: IdentifierRules): readonly Identifier[] {
  if (identifiers.length === 1) return isKeepable(identifiers[0]!.value) ? identifiers : [];
  return identifiers
    .filter(({ type, value }, index) => isKeepable(value) && isKeepable(type) && index === identifiers.findIndex((one) => one.type === type && one.value === value))
    .sort((a, b) => ruleOf(b.type, rules).priority - ruleOf(a.type, rules).priority || compareText(a.type, b.type) || compareText(a.value, b.value));
}

/** Ids begin with the time of the interaction that created the profile: sorted, the oldest profile is first, with the same answer everywhere. */
function ownersOf(kept: readonly Identifier[], view: IdentityView): string[] {
  const owners = new Set<string>();
  for (const identifier of kept) {
    const owner = view.ownerOf(identifier);
    if (owner !== undefined) owners.add(owner);
  }
  return owners.size < 2 ? [...owners] : [...owners].sort(compareText);
}

/** A profile, or the interaction itself, as a part of the person that they would make together. */
interface Part {
  readonly identifiers: IdentifierTable;
  /** Priority of the strongest identifier by which the interaction reaches it. */
  readonly reach: number;
}

function fits(kept: readonly Identifier[], profileIds: readonly string[], at: string, view: IdentityView, rules: IdentifierRules): boolean {
  const added = kept.filter((identifier) => view.ownerOf(identifier) === undefined);
  if (profileIds.length === 1 && added.length === 0) return true;
  const parts = profileIds.map((id): Part => ({
    identifiers: view.identifiersOf(id),
    reach: ruleOf(kept.find((identifier) => view.ownerOf(identifier) === id)!.type, rules).priority,
  }));
  if (!sizeFits(parts, added)) return false;
  const strongest = ruleOf(kept[0]!.type, rules).priority;
  const types = new Set([...added.map(({ type }) => type), ...parts.flatMap((part) => Object.keys(part.identifiers))]);
  for (const type of types) if (!typeFits(type, parts, added, strongest, at, rules)) return false;
  return true;
}

function typeFits(type: string, parts: readonly Part[], added: readonly Identifier[], strongest: number, at: string, rules: IdentifierRules): boolean {
  const rule = ruleOf(type, rules);
  const since = rule.windowMs === undefined ? '' : new Date(Date.parse(at) - rule.windowMs).toISOString();
  const fresh = added.filter((identifier) => identifier.type === type).length;
  let sum = fresh;
  let largest = fresh;
  let reachedByStronger = strongest > rule.priority;
  for (const { identifiers, reach } of parts) {
    const count = countSince(entryOf(identifiers, type), since);
    sum += count;
    largest = Math.max(largest, count);
    // signed in (stronger) and then one more address: the same person. Another person's address that only shares the browser: not.
    if (count > 0 && reach < rule.priority) reachedByStronger = false;
  }
  const limit = reachedByStronger ? rule.limitByStronger : rule.limit;
  // a profile that is over a limit already (the limit was lowered) may still be met, and may grow in other types
  return sum <= limit || (sum === largest && fresh === 0);
}

function sizeFits(parts: readonly Part[], added: readonly Identifier[]): boolean {
  let count = added.length;
  let chars = added.reduce((sum, { value }) => sum + value.length, 0);
  for (const { identifiers } of parts) {
    for (const type in identifiers) {
      for (const value in identifiers[type]!) {
        count++;
        chars += value.length;
      }
    }
  }
  return count <= PROFILE_LIMITS.identifiers && chars <= PROFILE_LIMITS.identifierChars;
}

/** How many values were first seen after `since`; '' for all. */
function countSince(values: Readonly<Record<string, string>> | undefined, since: string): number {
  let count = 0;
  for (const value in values) if (values[value]! > since) count++;
  return count;
}
