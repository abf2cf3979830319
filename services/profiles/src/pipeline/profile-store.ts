import type { Interaction } from '@rapport/contracts';
import type { BatchContext, Sql } from '@rapport/platform';
import type { IdentityRequest } from '../domain/identity-request.js';
import type { Known, Plan } from '../domain/plan-batch.js';
import type { AskedProfiles, RequestPlan } from '../domain/plan-request.js';

/** An identifier that nobody had: this transaction holds it, under the profile that its first interaction would create. */
export interface Claim {
  readonly type: string;
  readonly value: string;
  readonly profileId: string;
  readonly interactionId: string;
}

export interface LockedIdentities extends Known {
  /** By identifier key. Claimed identifiers have no owner yet. */
  readonly claims: ReadonlyMap<string, Claim>;
}

/** Port of the pipeline: how identities are locked and a plan is written. Both run inside the kernel's transaction. */
export interface ProfileStore {
  /**
   * Everything that the interactions' identifiers lead to, locked until the transaction ends. New identifiers are claimed, so that of two
   * partitions which meet the same stranger at once the second one waits and then sees what the first one made of him.
   */
  lock(sql: Sql, interactions: readonly Interaction[], now: Date): Promise<LockedIdentities>;
  write(sql: Sql, locked: LockedIdentities, plan: Plan, context: BatchContext): Promise<void>;
  /** The oldest request that is due, if any. */
  dueRequests(sql: Sql, context: BatchContext): Promise<IdentityRequest[]>;
  lockAsked(sql: Sql, request: IdentityRequest): Promise<AskedProfiles>;
  /** Takes a request that cannot be decided away from the clock. */
  abandonRequest(sql: Sql, id: string): Promise<void>;
  writeRequest(sql: Sql, planned: RequestPlan, context: BatchContext): Promise<void>;
}

/** Nest injection token of the {@link ProfileStore}. */
export const PROFILE_STORE = Symbol('PROFILE_STORE');
