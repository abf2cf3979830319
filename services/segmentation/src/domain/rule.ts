import type { Condition } from './operators.js';
import type { FactSource } from './facts.js';
import type { Window } from './windows.js';

/** A parsed rule. `pointer` is the JSON Pointer of the node in the rule as it was written: answers and errors name leaves by it. */
export type Rule = GroupNode | NotNode | Leaf;
export interface GroupNode {
  readonly kind: 'all' | 'any';
  readonly pointer: string;
  readonly children: readonly Rule[];
}
export interface NotNode {
  readonly kind: 'not';
  readonly pointer: string;
  readonly child: Rule;
}

export type Leaf = TraitLeaf | FactLeaf | ConsentLeaf | MemberLeaf | DidLeaf | SumLeaf;
export interface TraitLeaf {
  readonly kind: 'trait';
  readonly pointer: string;
  readonly name: string;
  readonly conditions: readonly Condition[];
}
export interface FactLeaf {
  readonly kind: 'fact';
  readonly pointer: string;
  readonly path: string;
  readonly read: (source: FactSource) => unknown;
  readonly conditions: readonly Condition[];
}
export interface ConsentLeaf {
  readonly kind: 'consent';
  readonly pointer: string;
  readonly purpose: string;
  readonly channel: string | undefined;
  readonly conditions: readonly Condition[];
}
export interface MemberLeaf {
  readonly kind: 'member';
  readonly pointer: string;
  /** Id or name of the other segment, as written. */
  readonly reference: string;
}
export interface DidLeaf {
  readonly kind: 'did';
  readonly pointer: string;
  readonly tally: TallyDefinition;
  readonly times: Times;
}
export interface SumLeaf {
  readonly kind: 'sum';
  readonly pointer: string;
  readonly tally: TallyDefinition;
  readonly conditions: readonly Condition[];
}

/** How often: from `atLeast` to `atMost`, both included. `didNot` is at most 0. */
export interface Times {
  readonly atLeast: number;
  readonly atMost: number;
}

/** Which events are counted or summed. Leaves that ask the same share one tally: `key` is a hash of the canonical form. */
export interface TallyDefinition {
  readonly key: string;
  /** Undefined: every event (`*`). */
  readonly event: string | undefined;
  readonly where: readonly { readonly path: readonly string[]; readonly conditions: readonly Condition[] }[];
  readonly window: Window;
  /** Of a sum: the property that is added up. */
  readonly sumOf: readonly string[] | undefined;
  /** How many of the newest events are kept inside a `within` window. */
  readonly keep: number;
}

export function leavesOf(rule: Rule): Leaf[] {
  switch (rule.kind) {
    case 'all':
    case 'any':
      return rule.children.flatMap(leavesOf);
    case 'not':
      return leavesOf(rule.child);
    default:
      return [rule];
  }
}
