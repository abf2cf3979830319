import { Inject, Injectable } from '@nestjs/common';
import { GROUPS, type Interaction, TOPICS } from '@rapport/contracts';
import type { BatchContext, Decision, Decoded, Fact, Pipeline, Reject, SourceRecord, Sql } from '@rapport/platform';
import type { Settings } from '../domain/make-interaction.js';
import { decodeReceived, type NewInteractions } from '../kafka/decode-received.js';

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
export class RecordInteractionsPipeline implements Pipeline<NewInteractions, boolean[], readonly WrittenInteraction[]> {
  readonly group = GROUPS.interactionsRecord;
  readonly topics = [TOPICS.interactionsReceived.name];

  constructor(
    @Inject(INTERACTION_STORE) private readonly store: InteractionStore,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  decode(record: SourceRecord): Decoded<NewInteractions> {
    return decodeReceived(record, this.settings);
  }

  /** Here the lock that loading takes is the claim on the key. */
  load(sql: Sql, inputs: readonly NewInteractions[], context: BatchContext): Promise<boolean[]> {
    return this.store.claim(sql, allOf(inputs), context.now);
  }

  /** @param isNew for each interaction of all inputs, in order */
  decide(isNew: boolean[], inputs: readonly NewInteractions[]): Decision<NewInteractions, readonly WrittenInteraction[]> {
    const changes: WrittenInteraction[] = [];
    const facts: Fact<typeof TOPICS.interactionsRecorded>[] = [];
    const rejects: Reject<NewInteractions>[] = [];
    let index = 0;
    for (const input of inputs) {
      const { interactions, refusals, traceparent } = input;
      for (const interaction of interactions) {
        if (!isNew[index++]) continue;
        const json = JSON.stringify(interaction);
        changes.push({ interaction, json });
        facts.push({ topic: TOPICS.interactionsRecorded, key: interaction.subject, value: interaction, json, traceparent });
      }
      if (refusals.length > 0) rejects.push({ input, reason: refusals.join('; ') });
    }
    return { changes, facts, rejects };
  }

  async commit(sql: Sql, interactions: readonly WrittenInteraction[]): Promise<void> {
    if (interactions.length > 0) await this.store.append(sql, interactions);
  }
}

/** Most records bring one interaction, so most batches need no list of their own but this. */
const allOf = (inputs: readonly NewInteractions[]): Interaction[] => {
  const all: Interaction[] = [];
  for (const { interactions } of inputs) for (const interaction of interactions) all.push(interaction);
  return all;
};
