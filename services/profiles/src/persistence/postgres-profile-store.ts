import { Inject, Injectable } from '@nestjs/common';
import type { Interaction } from '@rapport/contracts';
import { type BatchContext, SERVICE_CONFIG, type Sql } from '@rapport/platform';
import type { ProfilesConfig } from '../config.js';
import type { IdentityRequest } from '../domain/identity-request.js';
import type { Plan } from '../domain/plan-batch.js';
import type { AskedProfiles, RequestPlan } from '../domain/plan-request.js';
import type { LockedIdentities, ProfileStore } from '../pipeline/profile-store.js';
import { abandonRequest, closeRequest, dueRequests, lockAsked } from './identity-requests.js';
import { lockIdentities } from './lock-identities.js';
import { writePlan } from './write-plan.js';

/** A request claims no identifier. */
const NOTHING_LOCKED: LockedIdentities = Object.freeze({ owners: new Map(), profiles: new Map(), claims: new Map() });

@Injectable()
export class PostgresProfileStore implements ProfileStore {
  private readonly isSearchable: (trait: string) => boolean;

  constructor(@Inject(SERVICE_CONFIG) { searchableTraits }: Pick<ProfilesConfig, 'searchableTraits'>) {
    const names = new Set(searchableTraits);
    this.isSearchable = names.has('*') ? () => true : (trait) => names.has(trait);
  }

  lock(sql: Sql, interactions: readonly Interaction[], now: Date): Promise<LockedIdentities> {
    return lockIdentities(sql, interactions, now);
  }

  write(sql: Sql, locked: LockedIdentities, plan: Plan, context: BatchContext): Promise<void> {
    return writePlan(sql, locked, plan, context, this.isSearchable);
  }

  dueRequests(sql: Sql, context: BatchContext): Promise<IdentityRequest[]> {
    return dueRequests(sql, context);
  }

  lockAsked(sql: Sql, request: IdentityRequest): Promise<AskedProfiles> {
    return lockAsked(sql, request);
  }

  abandonRequest(sql: Sql, id: string): Promise<void> {
    return abandonRequest(sql, id);
  }

  async writeRequest(sql: Sql, { plan, closed }: RequestPlan, context: BatchContext): Promise<void> {
    await writePlan(sql, NOTHING_LOCKED, plan, context, this.isSearchable, closed.id);
    await closeRequest(sql, closed, context.now);
  }
}
