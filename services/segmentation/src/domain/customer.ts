import type { TrackedTally } from './rulebook.js';
import type { Snapshot } from './snapshot.js';
import { advance, emptyTally, mergeTally, type Tally } from './tally.js';
import { noEvidence, mergeEvidence, type RelationshipEvidence } from './relationship/evidence.js';
import type { Classification } from './relationship/classification.js';

/** `sequence` counts the changes: odd = a member. It is kept after leaving, so that it never repeats. */
export interface Membership {
  readonly sequence: number;
  /** Epoch milliseconds. */
  readonly since: number;
}
export const isMember = (membership: Membership | undefined): boolean => membership !== undefined && membership.sequence % 2 === 1;

/** Everything this service knows of one customer, while a batch is being decided. */
export interface Customer {
  readonly profileId: string;
  /** Version of the snapshot; 0: none yet. */
  version: number;
  snapshot: Snapshot | undefined;
  tallies: Record<string, Tally>;
  memberships: Record<string, Membership>;
  evidence: RelationshipEvidence;
  classification: Classification | undefined;
  /** Up to which epoch of the rulebook the tallies were brought; null: never seen before, so there is no history. */
  epoch: number | null;
  /** The instant at which everything above stands. It never goes back, although the clocks of two replicas may differ. */
  evaluatedAt: number;
  /** When the clock has to look again: never later than the next instant at which something changes by itself. */
  dueAt: number | null;
}

export const newCustomer = (profileId: string): Customer => ({
  profileId,
  version: 0,
  snapshot: undefined,
  tallies: {},
  memberships: {},
  evidence: noEvidence(),
  classification: undefined,
  epoch: null,
  evaluatedAt: 0,
  dueAt: null,
});

/**
 * Two persons turned out to be one: what is known of `from` becomes part of `into`. Both must stand at the same epoch and instant. A membership that only
 * `from` had moves over without a word, since the person has entered already; sequences go on above those of both, so that they stay unique, also when
 * the two turn out not to be one.
 */
export function absorb(into: Customer, from: Customer, tracked: ReadonlyMap<string, TrackedTally>, t: number): void {
  for (const [key, { definition }] of tracked) {
    const theirs = from.tallies[key];
    if (!theirs) continue;
    into.tallies[key] ??= emptyTally();
    advance(theirs, definition, t);
    advance(into.tallies[key], definition, t);
    mergeTally(into.tallies[key], theirs, definition, t);
  }
  mergeEvidence(into.evidence, from.evidence);
  for (const [segmentId, theirs] of Object.entries(from.memberships)) {
    const own = into.memberships[segmentId];
    const members = [own, theirs].filter((one) => one !== undefined && isMember(one));
    const sequence = Math.max(own?.sequence ?? 0, theirs.sequence);
    into.memberships[segmentId] = {
      sequence: sequence % 2 === Math.min(members.length, 1) ? sequence : sequence + 1,
      since: members.length > 0 ? Math.min(...members.map((one) => one!.since)) : Math.max(own?.since ?? 0, theirs.since),
    };
  }
}
