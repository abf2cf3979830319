import { type Interaction, type InteractionReceived, readerOf, TOPICS } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import { readItem } from '../adapters/rapport/read-item.js';
import { readSegmentMessage } from '../adapters/segment/read-segment-message.js';
import type { Draft } from '../domain/draft.js';
import { isUnstorable, isTooDeep, storable } from '../domain/json.js';
import { makeInteraction, type Settings } from '../domain/make-interaction.js';

export interface NewInteraction {
  readonly interaction: Interaction;
  /** W3C trace context of the request that brought it. */
  readonly traceparent: string | undefined;
}

const read = readerOf(TOPICS.interactionsReceived);

const ADAPTERS: Readonly<Record<InteractionReceived['protocol'], (received: InteractionReceived) => Draft | string>> = {
  segment: readSegmentMessage,
  rapport: readItem,
};

/** A received payload as the interaction to be recorded. Everything that can be refused is refused here, before the interaction claims its key. */
export function decodeReceived(record: SourceRecord, settings: Settings): Decoded<NewInteraction> {
  if (record.value === null) return { kind: 'skip' };
  const text = record.value.toString('utf8');
  const result = read(text);
  if (!result.ok) return reject(result.reason);
  const received = isUnstorable(text) ? (storable(result.value) as InteractionReceived) : result.value;
  if (isTooDeep(received.payload)) return reject('nested too deeply');
  const draft = ADAPTERS[received.protocol](received);
  if (typeof draft === 'string') return reject(draft);
  const made = makeInteraction(received, draft, settings);
  if (!made.ok) return reject(made.reason);
  return { kind: 'input', input: { interaction: made.interaction, traceparent: record.headers['traceparent'] } };
}

const reject = (reason: string): { readonly kind: 'reject'; readonly reason: string } => ({ kind: 'reject', reason });
