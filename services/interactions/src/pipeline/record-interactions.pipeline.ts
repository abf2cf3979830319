import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, type Interaction, TOPICS } from '@rapport/contracts';
import type { BatchContext, Decision, Decoded, Pipeline, SourceRecord, Sql } from '@rapport/platform';
import type { Settings } from '../domain/make-interaction.js';
import { decodeReceived, type NewInteraction } from '../kafka/decode-received.js';

export const INTERACTION_STORE = Symbol('INTERACTION_STORE');
export const SETTINGS = Symbol('SETTINGS');

/** What the pipeline needs of its tables. */
export interface InteractionStore {
  /**
   * Claims the key (source, messageId) of each interaction for as long as keys are remembered, inside the transaction that records it.
   * @returns for each, in order, whether this is the first time that it is seen. Doubles within the list: the first one wins.
   */
  claim(sql: Sql, interactions: readonly Interaction[], now: Date): Promise<boolean[]>;
  append(sql: Sql, interactions: readonly WrittenInteraction[]): Promise<void>;
}

/** With its JSON, which the record and the fact share. */
export interface WrittenInteraction {
  readonly interaction: Interaction;
  readonly json: string;
}

/**
 * Payload → interaction, each (source, messageId) once. All understanding happens in `decode`, which is pure, so that whatever is refused is
 * refused before it claims its key: a corrected dead letter can come again under the same messageId.
 */
@Injectable()
export class RecordInteractionsPipeline implements Pipeline<NewInteraction, boolean[], readonly WrittenInteraction[]> {
  readonly group = GROUPS.interactionsRecord;
  readonly topics = [TOPICS.interactionsReceived.name];

  constructor(
    @Inject(INTERACTION_STORE) private readonly store: InteractionStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  decode(record: SourceRecord): Decoded<NewInteraction> {
    return decodeReceived(record, this.settings);
  }

  /** Here the lock that loading takes is the claim on the key. */
  load(sql: Sql, inputs: readonly NewInteraction[], context: BatchContext): Promise<boolean[]> {
    return this.store.claim(
      sql,
      inputs.map(({ interaction }) => interaction),
      context.now,
    );
  }

  decide(isNew: boolean[], inputs: readonly NewInteraction[]): Decision<NewInteraction, readonly WrittenInteraction[]> {
    const recorded = inputs
      .filter((_, index) => isNew[index])
      .map(({ interaction, traceparent }) => ({ interaction, traceparent, json: JSON.stringify(interaction) }));
    return {
      changes: recorded,
      facts: recorded.map(({ interaction, traceparent, json }) => ({
        topic: TOPICS.interactionsRecorded,
        key: interaction.subject,
        value: interaction,
        json,
        traceparent,
      })),
    };
  }

  async commit(sql: Sql, interactions: readonly WrittenInteraction[]): Promise<void> {
    if (interactions.length > 0) await this.store.append(sql, interactions);
  }
}
