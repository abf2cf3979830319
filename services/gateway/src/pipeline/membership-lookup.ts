import type { SegmentMembership } from '../domain/live/live-fact.js';

export const LOOKUP_IDS_MAX = 500;

/** Who is in which segments, asked of their owner. */
export abstract class MembershipLookup {
  /** @param profileIds at most {@link LOOKUP_IDS_MAX}. @throws when the owner does not answer in time */
  abstract find(profileIds: readonly string[]): Promise<ReadonlyMap<string, readonly SegmentMembership[]>>;
}
