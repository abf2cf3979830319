import { type Interaction, type InteractionReceived, readerOf, TOPICS } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import { readItem } from '../adapters/rapport/read-item.js';
import { readSegmentMessage } from '../adapters/segment/read-segment-message.js';
import type { Draft } from '../domain/draft.js';
import { isUnstorable, isTooDeep, storable } from '../domain/json.js';
import { makeInteraction, type Settings } from '../domain/make-interaction.js';
import { decodeInbound } from './decode-inbound.js';

/** What one record brings. */
export interface NewInteractions {
  /** At least one. */
  readonly interactions: readonly Interaction[];
  /** Why others of its items could not be recorded: then the record is a dead letter, too, and what it did bring is known when it comes again. */
  readonly refusals: readonly string[];
  /** W3C trace context of the request that brought it. */
  readonly traceparent: string | undefined;
}

const read = readerOf(TOPICS.interactionsReceived);

const NONE: readonly string[] = Object.freeze([]);

/** Protocols whose record is one interaction. */
const ADAPTERS: Readonly<Record<Exclude<InteractionReceived['protocol'], 'inbound'>, (received: InteractionReceived) => Draft | string>> = {
  segment: readSegmentMessage,
  rapport: readItem,
};

/** A received payload as the interactions to be recorded. Everything that can be refused is refused here, before an interaction claims its key. */
export function decodeReceived(record: SourceRecord, settings: Settings): Decoded<NewInteractions> {
  if (record.value === null) return { kind: 'skip' };
  const text = record.value.toString('utf8');
  const result = read(text);
  if (!result.ok) return reject(result.reason);
  const received = isUnstorable(text) ? (storable(result.value) as InteractionReceived) : result.value;
  if (isTooDeep(received.payload)) return reject('nested too deeply');
  const traceparent = record.headers['traceparent'];
  if (received.protocol === 'inbound') {
    const decoded = decodeInbound(received, settings);
    return decoded.kind === 'made'
      ? { kind: 'input', input: { interactions: decoded.interactions, refusals: decoded.refusals, traceparent } }
      : decoded;
  }
  const draft = ADAPTERS[received.protocol](received);
  if (typeof draft === 'string') return reject(draft);
  const made = makeInteraction(received, draft, settings);
  if (!made.ok) return reject(made.reason);
  return { kind: 'input', input: { interactions: [made.interaction], refusals: NONE, traceparent } };
}

const reject = (reason: string): { readonly kind: 'reject'; readonly reason: string } => ({ kind: 'reject', reason });
