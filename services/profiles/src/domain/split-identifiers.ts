import type { Identifier, Interaction } from '@rapport/contracts';
import { identifierKey } from './identifier-key.js';
import { compareText } from './registers.js';

/** On which side of the cut: of the profile that was merged, or of the one that took it in. */
export type Side = 'merged' | 'other';

/** An identifier that was used beside people of both sides: it went with those who used it first, and may belong to the others. */
export interface SharedIdentifier extends Identifier {
  readonly side: Side;
}

export interface SplitIdentifiers {
  /** By identifier key. Every identifier of the profile has one. */
  readonly sides: ReadonlyMap<string, Side>;
  readonly shared: readonly SharedIdentifier[];
}

/** Identifiers that something says to be one person's, the strongest first. */
export interface Edge {
  /** RFC 3339: when it became known. */
  readonly at: string;
  readonly keys: readonly string[];
}

export interface SplitQuestion {
  /** All identifiers that the profile holds. */
  readonly identifiers: readonly Identifier[];
  /** Keys of those that the other had when it was merged. */
  readonly merged: readonly string[];
  /** Keys of those that the first interaction of whoever took it in carried. */
  readonly other: readonly string[];
  readonly edges: readonly Edge[];
}

/**
 * Cuts the edges between two people. What the merged profile brought is its own; everything else follows the edges, in the order in which they
 * became known, and goes with the strongest identifier of the edge that first named it beside somebody known. An edge between both sides is
 * one that is cut: it stays with its strongest identifier, the subject. What no edge reaches stays with the other side.
 */
export function splitIdentifiers({ identifiers, merged, other, edges }: SplitQuestion): SplitIdentifiers {
  const held = new Set(identifiers.map(identifierKey));
  const sides = new Map<string, Side>();
  for (const key of merged) if (held.has(key)) sides.set(key, 'merged');
  for (const key of other) if (held.has(key) && !sides.has(key)) sides.set(key, 'other');
  const inOrder = [...edges].sort((a, b) => compareText(a.at, b.at)).map(({ keys }) => keys.filter((key) => held.has(key)));
  spread(inOrder, sides);
  for (const key of held) if (!sides.has(key)) sides.set(key, 'other');
  const met = sidesMet(inOrder, sides);
  const shared = identifiers.filter((one) => met.get(identifierKey(one))?.size === 2);
  return { sides, shared: shared.map(({ type, value }) => ({ type, value, side: sides.get(identifierKey({ type, value }))! })) };
}

/** The subject is the strongest; the others come as the interaction lists them. */
export function edgeOf({ subject, identifiers, receivedAt, id }: Interaction): Edge {
  const own = identifiers.find(({ type, value }) => `${type}:${value}` === subject);
  const ordered = own === undefined ? identifiers : [own, ...identifiers.filter((one) => one !== own)];
  return { at: `${receivedAt} ${id}`, keys: [...new Set(ordered.map(identifierKey))] };
}

function spread(edges: readonly (readonly string[])[], sides: Map<string, Side>): void {
  for (let before = -1; before !== sides.size; ) {
    before = sides.size;
    for (const keys of edges) {
      const known = keys.find((key) => sides.has(key));
      if (known !== undefined) for (const key of keys) if (!sides.has(key)) sides.set(key, sides.get(known)!);
    }
  }
}

/** For each identifier the sides whose identifiers were carried beside it, its own included. */
function sidesMet(edges: readonly (readonly string[])[], sides: ReadonlyMap<string, Side>): Map<string, Set<Side>> {
  const met = new Map<string, Set<Side>>();
  for (const keys of edges) {
    for (const key of keys) {
      let own = met.get(key);
      if (own === undefined) met.set(key, (own = new Set([sides.get(key)!])));
      for (const beside of keys) own.add(sides.get(beside)!);
    }
  }
  return met;
}
