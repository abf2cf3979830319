import type { Interaction, InteractionReceived } from '@rapport/contracts';
import { DELIVERY_ITEMS_MAX, type InboundDelivery, type InboundItem } from '../adapters/adapter.js';
import { INBOUND_ADAPTERS } from '../adapters/inbound-adapters.js';
import { messageIdOf } from '../adapters/message-id.js';
import { ownEntry } from '../adapters/own-entry.js';
import type { Draft } from '../domain/draft.js';
import { isObject, isTooDeep, type Json, storable } from '../domain/json.js';
import { makeInteraction, type Settings } from '../domain/make-interaction.js';

/** What was made of a delivery; `skip` holds nothing to record. */
export type DecodedDelivery =
  | { readonly kind: 'made'; readonly interactions: readonly Interaction[]; readonly refusals: readonly string[] }
  | { readonly kind: 'skip' }
  | { readonly kind: 'reject'; readonly reason: string };

/** A provider's delivery as the interactions in it. Items that cannot be recorded are refused one by one: the others are. */
export function decodeInbound(received: InteractionReceived, settings: Settings): DecodedDelivery {
  const delivery = deliveryOf(received);
  if (delivery === undefined) return { kind: 'reject', reason: 'no inbound delivery: provider, connection, body and encoding are needed' };
  const adapter = ownEntry(INBOUND_ADAPTERS, delivery.provider);
  if (adapter === undefined) return { kind: 'reject', reason: 'no adapter knows this provider' };
  const understood = adapter(delivery);
  if (understood.kind === 'nothing') return { kind: 'skip' };
  if (understood.kind === 'rejected') return { kind: 'reject', reason: `${delivery.provider}: ${understood.reason}` };
  const { items } = understood;
  if (items.length > DELIVERY_ITEMS_MAX)
    return { kind: 'reject', reason: `${delivery.provider}: ${items.length} items, more than ${DELIVERY_ITEMS_MAX}` };
  return record(items, received, settings);
}

function record(items: readonly InboundItem[], received: InteractionReceived, settings: Settings): DecodedDelivery {
  const interactions: Interaction[] = [];
  const refusals: string[] = [];
  for (const [index, item] of items.entries()) {
    const reason = recordOne(item, received, settings, interactions);
    if (reason !== undefined) refusals.push(`item ${index}: ${reason}`);
  }
  return interactions.length === 0
    ? { kind: 'reject', reason: refusals.join('; ') || 'no item' }
    : { kind: 'made', interactions, refusals };
}

/** @returns why there is no interaction, if there is none. */
function recordOne(
  { messageId, draft }: InboundItem,
  received: InteractionReceived,
  settings: Settings,
  interactions: Interaction[],
): string | undefined {
  if (isTooDeep(draft)) return 'nested too deeply';
  if (messageId === '') return 'no message id';
  // a provider's body is text inside our record: what it escapes only shows after the adapter has parsed it
  const clean = storable(draft) as Draft;
  const { source, receivedAt } = received;
  const made = makeInteraction({ source, receivedAt, messageId: messageIdOf(storable(messageId) as string) }, clean, settings);
  if (!made.ok) return made.reason;
  interactions.push(made.interaction);
  return undefined;
}

function deliveryOf({ payload, receivedAt }: InteractionReceived): InboundDelivery | undefined {
  const { provider, connection, settings, headers, body, encoding } = payload;
  if (typeof provider !== 'string' || typeof connection !== 'string' || typeof body !== 'string') return undefined;
  if (encoding !== 'utf8' && encoding !== 'base64') return undefined;
  return {
    provider,
    connection,
    settings: isObject(settings) ? settings : {},
    headers: textsOf(headers),
    raw: Buffer.from(body, encoding),
    receivedAt,
  };
}

function textsOf(headers: unknown): Readonly<Record<string, string>> {
  if (!isObject(headers)) return {};
  return Object.fromEntries(Object.entries(headers as Json).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
