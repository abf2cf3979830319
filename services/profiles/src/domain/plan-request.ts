import { identifierKey } from './identifier-key.js';
import type { AskedProfile, ClosedRequest, IdentityRequest, Outcome } from './identity-request.js';
import { type MergeReason, NO_PLAN, type Plan, type PlannedProfile, rewritten, type StoredProfile } from './plan-batch.js';
import { join } from './profile-state.js';
import { isHoldable } from './resolve-identity.js';
import { withoutOwnSeparations } from './separation.js';
import { appliedCount, unmerge } from './unmerge.js';

/** Interactions on their way between two services are there a moment later; whatever differs after so many looks will go on to differ. */
export const READS_MAX = 10;

/** What is known about the profiles of a request, locked: both, those who stand for them now, and all that became part of these. */
export type AskedProfiles = ReadonlyMap<string, AskedProfile>;

export interface RequestPlan {
  readonly plan: Plan;
  readonly closed: ClosedRequest;
}

/** @param now RFC 3339, UTC with milliseconds */
export function planRequest(request: IdentityRequest, profiles: AskedProfiles, now: string): RequestPlan {
  const [one, other] = [survivorOf(request.profileId, profiles), survivorOf(request.otherId, profiles)];
  switch (request.kind) {
    case 'merge':
      return one.id === other.id ? refused(request, 'SAME_PROFILE') : merge(request, one, other, now);
    case 'separate':
      return one.id === other.id ? refused(request, 'SAME_PROFILE') : separate(request, one, other);
    case 'unmerge':
      return cut(request, profiles, now);
  }
}

export function survivorOf(id: string, profiles: AskedProfiles): AskedProfile {
  const profile = profiles.get(id)!;
  return profile.mergedInto === undefined ? profile : survivorOf(profile.mergedInto, profiles);
}

const closed = (plan: Plan, id: string, outcome: Outcome | undefined): RequestPlan => ({ plan, closed: { id, outcome } });
const refused = ({ id }: IdentityRequest, code: Extract<Outcome, { kind: 'refused' }>['code']): RequestPlan =>
  closed(NO_PLAN, id, { kind: 'refused', code });

type Merge = Extract<IdentityRequest, { kind: 'merge' }>;

/** A person may say what no rule would: only what one profile can hold limits it. The older one survives, as ever. */
function merge(request: Merge, one: StoredProfile, two: StoredProfile, now: string): RequestPlan {
  const [survivor, other] = one.id < two.id ? [one, two] : [two, one];
  if (!isHoldable([...survivor.state.identifiers, ...other.state.identifiers])) return refused(request, 'IDENTIFIERS_LIMIT');
  const reason: Omit<MergeReason, 'profileId'> = { at: now, reason: request.reason, identifiers: [] };
  const state = join(survivor.state, { ...other.state, mergedFrom: [...other.state.mergedFrom, other.id] });
  const profiles: PlannedProfile[] = [
    { ...rewritten(other, other.state), mergedInto: { profileId: survivor.id, ...reason } },
    { ...rewritten(survivor, withoutOwnSeparations(survivor.id, state)), mergedFrom: [{ profileId: other.id, ...reason }] },
  ];
  const owners = other.state.identifiers.map(({ type, value }) => ({ type, value, profileId: survivor.id }));
  return closed({ ...NO_PLAN, profiles, owners: new Map(owners.map((owner) => [identifierKey(owner), owner])) }, request.id, {
    kind: 'merged',
    profileId: survivor.id,
    mergedId: other.id,
  });
}

function separate(request: IdentityRequest, one: StoredProfile, other: StoredProfile): RequestPlan {
  const apart = (own: StoredProfile, from: StoredProfile): PlannedProfile =>
    rewritten(own, { ...own.state, separatedFrom: [...new Set([...(own.state.separatedFrom ?? []), from.id])].sort() });
  return closed({ ...NO_PLAN, profiles: [apart(one, other), apart(other, one)] }, request.id, { kind: 'separated' });
}

type UnmergeRequest = Extract<IdentityRequest, { kind: 'unmerge' }>;

/**
 * The interactions were read without a lock; only when they are as many as the profile is made of are they the same ones, because every applied
 * interaction is recorded before.
 */
function cut(request: UnmergeRequest, profiles: AskedProfiles, now: string): RequestPlan {
  const { id, interactions, attempts } = request;
  const merged = profiles.get(request.otherId)!;
  const living = survivorOf(merged.id, profiles);
  if (merged.mergedInto === undefined) return refused(request, 'NOT_MERGED');
  if (interactions.length !== appliedCount(living.state))
    return attempts + 1 < READS_MAX ? closed(NO_PLAN, id, undefined) : refused(request, 'HISTORY_DIFFERS');
  const ancestors = new Map(living.state.mergedFrom.map((ancestor) => [ancestor, profiles.get(ancestor)!]));
  return unmerge({ requestId: id, now, living, merged, ancestors, interactions });
}
