import type { Channel, Interaction, Money } from '@rapport/contracts';
import type { RawIdentifier } from '@rapport/identifiers';
import type { Json } from './json.js';

/** A payload in the words of an interaction, before anything is normalised or inferred. Every adapter makes one. */
export interface Draft {
  readonly kind: Interaction['kind'];
  /** As the sender spelled it. */
  readonly event: string;
  readonly originalTime: unknown;
  /** The sender's clock when it sent, to correct `originalTime` by. */
  readonly sentAt: unknown;
  readonly identifiers: readonly RawIdentifier[];
  /** Attributes of DOMAIN §1 that the sender names. */
  readonly stated: Json;
  /** Where it happened, as far as the context tells. */
  readonly channelGuess: Channel;
  readonly value?: Money | undefined;
  readonly links: Links;
  readonly properties: Json;
  readonly traits?: Json | undefined;
  readonly account?: { readonly id: string; readonly traits: Json } | undefined;
  readonly text?: string | undefined;
  readonly sentiment?: number | undefined;
  readonly context?: Json | undefined;
}

export type Links = Readonly<Record<'caseId' | 'conversationId' | 'agentId' | 'campaignId' | 'notificationId', string | undefined>>;
