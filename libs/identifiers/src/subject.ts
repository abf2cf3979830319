import { type NormalIdentifier, type NormalizeOptions, normalizeIdentifier } from './normalize-identifier.js';
import type { RawIdentifier } from './read-identifiers.js';
import { identifierType, ruleOf } from './rules.js';

/**
 * `type:value` of the strongest usable identifier, normalised: the key under which an interaction is ordered. undefined when none is usable.
 * Takes raw or normalised identifiers, in any order, and normalises no more of them than it must.
 */
export function subjectOf(identifiers: readonly RawIdentifier[], options?: NormalizeOptions): string | undefined {
  if (identifiers.length === 1) return subject(identifiers[0]!, options);
  let rest = identifiers;
  while (rest.length > 0) {
    const priority = Math.max(...rest.map(priorityOf));
    // equals are told apart by value, so that the order in which a sender lists them does not matter
    const best = rest
      .filter((one) => priorityOf(one) === priority)
      .map((one) => subject(one, options))
      .filter((one) => one !== undefined)
      .sort()[0];
    if (best !== undefined) return best;
    rest = rest.filter((one) => priorityOf(one) !== priority);
  }
  return undefined;
}

/** Normalised, without the unusable ones and doubles, strongest first, then by type and value. */
export function normalizeIdentifiers(identifiers: readonly RawIdentifier[], options?: NormalizeOptions): NormalIdentifier[] {
  const usable: NormalIdentifier[] = [];
  for (const raw of identifiers) {
    const one = normalizeIdentifier(raw.type, raw.value, options);
    if (!one.ok || usable.some((other) => other.type === one.type && other.value === one.value)) continue;
    usable.push({ type: one.type, value: one.value });
  }
  return usable.length < 2 ? usable : usable.sort(strongestFirst);
}

function strongestFirst(a: NormalIdentifier, b: NormalIdentifier): number {
  return ruleOf(b.type).priority - ruleOf(a.type).priority || compare(a.type, b.type) || compare(a.value, b.value);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function priorityOf(raw: RawIdentifier): number {
  return ruleOf(identifierType(raw.type) ?? '').priority;
}

function subject(raw: RawIdentifier, options?: NormalizeOptions): string | undefined {
  const one = normalizeIdentifier(raw.type, raw.value, options);
  return one.ok ? `${one.type}:${one.value}` : undefined;
}
