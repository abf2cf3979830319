import { Inject, Injectable } from '@nestjs/common';
import type { Interaction } from '@rapport/contracts';
import { type BatchContext, SERVICE_CONFIG, type Sql } from '@rapport/platform';
import type { ProfilesConfig } from '../config.js';
import type { Plan } from '../domain/plan-batch.js';
import type { LockedIdentities, ProfileStore } from '../pipeline/profile-store.js';
import { lockIdentities } from './lock-identities.js';
import { writePlan } from './write-plan.js';

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
}
