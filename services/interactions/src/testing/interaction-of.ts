import { assertProducible, type Interaction, type InteractionReceived, TOPICS } from '@rapport/contracts';
import { decodeReceived } from '../kafka/decode-received.js';
import { recordOf, SETTINGS_FOR_TESTS } from './received.js';

/** What becomes of a payload, checked against the contract. @throws when it is refused. */
export function interactionOf(received: InteractionReceived | string): Interaction {
  const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
  if (decoded.kind !== 'input') throw new Error(JSON.stringify(decoded));
  const [interaction] = decoded.input.interactions;
  assertProducible(TOPICS.interactionsRecorded, interaction);
  return interaction!;
}
