import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, TOPICS } from '@rapport/contracts';
import { type BatchContext, type Decision, type Pipeline, SERVICE_CONFIG, type SourceRecord, type Sql } from '@rapport/platform';
import type { SegmentationConfig } from '../config.js';
import { decodeProfileUpdated, type ErasedInput, type ProfileInput } from '../kafka/decode-profile-updated.js';
import { BatchDecision } from './batch-decision.js';
import { CUSTOMER_STORE, type CustomerChanges, type CustomerStore } from './customer-store.js';
import { type LoadedCustomers, loadCustomers } from './load-customers.js';

/** `due`: an instant has come at which something about this customer may change, or definitions have. `swept`: all customers of the partition stand at the epoch. */
export type Input =
  | ProfileInput
  | ErasedInput
  | { readonly kind: 'due'; readonly profileId: string }
  | { readonly kind: 'swept'; readonly epoch: number };

/**
 * Profiles and the clock become memberships and classifications. Every input of a customer is decided one after another, in the order of the log, so
 * that the answer does not depend on how the log was cut into batches.
 */
@Injectable()
export class EvaluateSegmentsPipeline implements Pipeline<Input, LoadedCustomers, CustomerChanges> {
  readonly group = GROUPS.segmentationEvaluate;
  readonly topics = [TOPICS.profilesUpdated.name];
  readonly clock = {
    due: (sql: Sql, context: BatchContext, limit: number) => this.due(sql, context, limit),
    abandon: async (sql: Sql, input: Input) => {
      if (input.kind === 'due') await this.store.setAside(sql, input.profileId);
    },
  };

  constructor(
    @Inject(CUSTOMER_STORE) private readonly store: CustomerStore,
    @Inject(SERVICE_CONFIG) private readonly config: Pick<SegmentationConfig, 'sweepCustomersMax'>,
  ) {}

  decode(record: SourceRecord) {
    return decodeProfileUpdated(record);
  }

  load(sql: Sql, inputs: readonly Input[], context: BatchContext): Promise<LoadedCustomers> {
    return loadCustomers(this.store, sql, inputs, context.now);
  }

  decide(loaded: LoadedCustomers, inputs: readonly Input[], context: BatchContext): Decision<Input, CustomerChanges> {
    const batch = new BatchDecision(loaded, context.now);
    for (const input of inputs) batch.take(input);
    return { changes: batch.changes(context.partition), facts: batch.facts };
  }

  commit(sql: Sql, changes: CustomerChanges, context: BatchContext): Promise<void> {
    return this.store.save(sql, changes, context.partition);
  }

  /** What the clock makes due goes first; the sweep after a change of definitions fills up what is left of the limit. */
  private async due(sql: Sql, { partition, now }: BatchContext, limit: number): Promise<Input[]> {
    const due: Input[] = (await this.store.dueCustomers(sql, partition, now, limit)).map((profileId) => ({ kind: 'due', profileId }));
    if (due.length >= limit) return due;
    const sweep = await this.store.customersToSweep(sql, partition, Math.min(limit - due.length, this.config.sweepCustomersMax));
    if (!sweep) return due;
    if (sweep.profileIds.length === 0) return [...due, { kind: 'swept', epoch: sweep.epoch }];
    return [...due, ...sweep.profileIds.map((profileId) => ({ kind: 'due' as const, profileId }))];
  }
}
