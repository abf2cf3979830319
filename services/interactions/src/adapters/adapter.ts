import type { Draft } from '../domain/draft.js';
import type { Json } from '../domain/json.js';

/** A provider's request as it came, its signature already checked at the door. */
export interface InboundDelivery {
  readonly provider: string;
  readonly connection: string;
  /** What the operator set for this connection; never a secret. */
  readonly settings: Json;
  /** Lower-case names, only those that matter. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  readonly receivedAt: string;
}

/** One interaction found in it; `messageId` is stable for the same fact of the provider, so that a repeated delivery is recognised. */
export interface InboundItem {
  readonly messageId: string;
  readonly draft: Draft;
}

/** `nothing`: understood, and no interaction (a ping, a typing indicator). Reasons never hold personal data. */
export type Understood =
  | { readonly kind: 'interactions'; readonly items: readonly InboundItem[] }
  | { readonly kind: 'nothing'; readonly why: string }
  | { readonly kind: 'rejected'; readonly reason: string };

/** Pure and total: whatever a stranger sends is one of the three. */
export type Adapter = (delivery: InboundDelivery) => Understood;

/** No delivery of at most a megabyte honestly holds more. */
export const DELIVERY_ITEMS_MAX = 2_500;

export const rejected = (reason: string): Understood => ({ kind: 'rejected', reason });
export const nothing = (why: string): Understood => ({ kind: 'nothing', why });

/** What was found, or nothing and why. */
export const found = (items: readonly InboundItem[], whyNothing: string): Understood =>
  items.length > 0 ? { kind: 'interactions', items } : nothing(whyNothing);
