import type { Interaction } from '@rapport/contracts';
import { assertProducible, TOPICS } from '@rapport/contracts';
import { type InboundDelivery, type Understood } from '../adapters/adapter.js';
import { INBOUND_ADAPTERS } from '../adapters/inbound-adapters.js';
import { makeInteraction } from '../domain/make-interaction.js';
import { RECEIVED_AT, SETTINGS_FOR_TESTS } from './received.js';

/** A request as the door hands it on. A body that is no bytes and no text is sent as JSON. */
export function delivery(provider: string, body: unknown, more: Partial<InboundDelivery> = {}): InboundDelivery {
  const raw = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
  return { provider, connection: 'main', settings: {}, headers: {}, raw, receivedAt: RECEIVED_AT, ...more };
}

export const understand = (given: InboundDelivery): Understood => INBOUND_ADAPTERS[given.provider]!(given);

/** The interactions in a delivery, each as it would be recorded and checked against the contract. @throws when it is not understood so. */
export function interactionsIn(given: InboundDelivery): Interaction[] {
  const understood = understand(given);
  if (understood.kind !== 'interactions') throw new Error(JSON.stringify(understood));
  return understood.items.map(({ messageId, draft }) => {
    const made = makeInteraction({ source: 'test', messageId, receivedAt: given.receivedAt }, draft, SETTINGS_FOR_TESTS);
    if (!made.ok) throw new Error(made.reason);
    assertProducible(TOPICS.interactionsRecorded, made.interaction);
    return made.interaction;
  });
}
