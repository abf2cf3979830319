import type { Identifier, Interaction } from '@rapport/contracts';

/** Port of un-merges: the recorded interactions, which another service owns. */
export interface InteractionHistory {
  /**
   * All interactions whose subject is one of `identifiers`, in any order; undefined when there are more than `limit`.
   * @throws while the service cannot be reached
   */
  of(identifiers: readonly Identifier[], limit: number): Promise<Interaction[] | undefined>;
}

/** Nest injection token of the {@link InteractionHistory}. */
export const INTERACTION_HISTORY = Symbol('INTERACTION_HISTORY');
