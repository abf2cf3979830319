import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, TOPICS } from '@rapport/contracts';
import type { BatchContext, Decision, Pipeline, SourceRecord, Sql } from '@rapport/platform';
import { decodeFact } from '../kafka/decode-facts.js';
import { applyClassified, applyErased, applyProfile } from './apply-profile.js';
import { DECISION_STORE, type DecisionStore } from './decision-store.js';
import { countChanges } from './decision-metrics.js';
import { followDue, followOutcome } from './follow-up.js';
import type { Input } from './inputs.js';
import { startRuns } from './start-runs.js';
import { type Changes, type DecideSettings, newTurn, type Turn, type WorkingSet } from './working-set.js';

export const DECIDE_SETTINGS = Symbol('DECIDE_SETTINGS');

export interface Decided {
  readonly set: WorkingSet;
  readonly changes: Changes;
}

/** Hears what is known about customers, and decides whom to notify of what, on which channel, and when. */
@Injectable()
export class DecideNotificationsPipeline implements Pipeline<Input, WorkingSet, Decided> {
  readonly group = GROUPS.notificationsDecide;
  readonly topics = [TOPICS.profilesUpdated.name, TOPICS.membershipChanged.name, TOPICS.customerClassified.name];
  // three topics of which most is skipped: without it, transactions for a handful of records each
  readonly batches = { restMinMs: 100 };

  /** Told that deliveries wait: the dispatcher would find them by itself, but later. */
  onQueued: () => void = () => undefined;

  constructor(
    @Inject(DECIDE_SETTINGS) private readonly settings: DecideSettings,
    @Inject(DECISION_STORE) private readonly store: DecisionStore,
  ) {}

  decode(record: SourceRecord, { now }: BatchContext) {
    return decodeFact(record, now);
  }

  load(sql: Sql, inputs: readonly Input[], context: BatchContext): Promise<WorkingSet> {
    return this.store.load(sql, inputs, context);
  }

  decide(set: WorkingSet, inputs: readonly Input[], { now }: BatchContext): Decision<Input, Decided> {
    const turn = newTurn(set, this.settings, now);
    for (const input of inputs) apply(turn, input);
    return { changes: { set, changes: turn.changes }, facts: turn.facts };
  }

  commit(sql: Sql, { set, changes }: Decided, context: BatchContext): Promise<void> {
    return this.store.write(sql, changes, set, context);
  }

  committed({ changes }: Decided): void {
    countChanges(changes);
    if (changes.newDeliveries.length > 0) this.onQueued();
  }

  readonly clock = {
    due: (sql: Sql, context: BatchContext, limit: number): Promise<Input[]> => this.store.due(sql, context, limit),
    abandon: (sql: Sql, input: Input, reason: string): Promise<void> => this.store.abandon(sql, input, reason),
  };
}

function apply(turn: Turn, input: Input): void {
  switch (input.kind) {
    case 'profile':
      return applyProfile(turn, input);
    case 'erased':
      return applyErased(turn, input);
    case 'membership':
      return startRuns(turn, input);
    case 'classified':
      return applyClassified(turn, input);
    case 'due':
      return followDue(turn, input);
    case 'outcome':
      return followOutcome(turn, input);
  }
}
