import type { LiveType, ToldChange } from './live-fact.js';
import type { Visitor } from './visitor.js';

/** Why a visitor is no longer here. `crowded`: more are here than are kept, and he was the one not seen for the longest. */
export type Departure = 'silent' | 'merged' | 'erased' | 'crowded';

export interface Left {
  readonly visitor: Visitor;
  readonly reason: Departure;
  /** The segments that he was known to be in. */
  readonly segmentIds: readonly string[];
  /** Of a merge: as whom he is here now. */
  readonly survivor?: Visitor;
}

/** What listeners are told. */
export type LiveEvent =
  | { readonly kind: 'here'; readonly visitor: Visitor }
  | { readonly kind: 'left'; readonly atMs: number; readonly left: readonly Left[] }
  | { readonly kind: 'told'; readonly change: ToldChange; readonly visitor?: Visitor };

export const typeOf = (event: LiveEvent): LiveType => (event.kind === 'told' ? event.change.type : 'presence');
