import { Injectable } from '@nestjs/common';
import type { SegmentMembership } from '../domain/live/live-fact.js';
import { MembershipLookup } from '../pipeline/membership-lookup.js';
import { Upstreams } from './upstreams.js';

/** Listeners are told without segments rather than late. */
const TIMEOUT_MS = 500;

interface Found {
  readonly data: readonly { readonly profileId: string; readonly segmentId: string; readonly name: string; readonly sequence: number }[];
}

/** Segmentation knows who is in which segments. */
@Injectable()
export class SegmentMemberships extends MembershipLookup {
  constructor(private readonly upstreams: Upstreams) {
    super();
  }

  async find(profileIds: readonly string[]): Promise<ReadonlyMap<string, readonly SegmentMembership[]>> {
    const request = { body: { ids: profileIds }, timeoutMs: TIMEOUT_MS };
    const { body } = await this.upstreams.segmentation.post<Found>('/profiles/memberships', request);
    const memberships = new Map<string, SegmentMembership[]>();
    for (const { profileId, segmentId, name, sequence } of body.data) {
      const list = memberships.get(profileId) ?? [];
      list.push({ segmentId, name, sequence, isMember: true });
      memberships.set(profileId, list);
    }
    return memberships;
  }
}
