import type { Purpose } from '@rapport/contracts';
import type { Sql } from '@rapport/platform';
import type { RenderedMessage } from '../templates/render-message.js';
import type { WrittenChannel } from '../templates/template.js';

/** One message to one address, as the dispatcher hands it to a channel. */
export interface Delivery {
  readonly id: string;
  readonly notificationId: string;
  readonly profileId: string;
  readonly partition: number;
  readonly channel: WrittenChannel;
  readonly address: string;
  readonly purpose: Purpose;
  readonly attempt: number;
  /** The same for every attempt of this delivery. */
  readonly idempotencyKey: string;
  readonly expiresAt: Date | null;
}

/** What is frozen before the first attempt: every attempt says the same, to the byte. */
export type FrozenMessage = RenderedMessage & {
  /** Of the message, not of the attempt. RFC 3339. */
  readonly at: string;
  readonly unsubscribeUrl?: string;
  /** What the notification carried, for machines that read it (webhooks). */
  readonly data?: Readonly<Record<string, unknown>>;
};

/**
 * What a provider made of a message. `unknown`: the call ended without an answer after the provider may have taken the message; only the
 * purpose's policy can say whether it is sent again.
 */
export type SendResult =
  | { readonly kind: 'accepted'; readonly providerMessageId: string }
  | {
      readonly kind: 'rejected';
      readonly code: string;
      /** False: this message will never be taken. */
      readonly retryable: boolean;
      readonly retryAfterMs?: number;
      /** The provider is at fault, not the message: counts towards its circuit breaker. */
      readonly providerFault?: boolean;
    }
  | { readonly kind: 'unknown'; readonly code: string; readonly providerFault?: boolean };

export interface Capabilities {
  /** How many calls one process has under way. */
  readonly concurrency: number;
  /** Of these, at one provider at most: a slow one leaves room for the others. */
  readonly concurrencyPerProvider: number;
  readonly callTimeoutMs: number;
  /** For how long after the first attempt the receiver recognises an idempotency key that it has seen; 0: it does not. */
  readonly idempotencyKeyLifeMs: number;
}

/** A channel whose provider is somewhere else. */
export interface RemoteChannel {
  readonly channel: WrittenChannel;
  readonly capabilities: Capabilities;
  /** Who fails or slows down together, e.g. `email`, `webhook:<endpoint>`. */
  providerOf(address: string): string;
  /** Never throws for what a provider may answer. Ends when `signal` is aborted. */
  send(delivery: Delivery, message: FrozenMessage, signal: AbortSignal): Promise<SendResult>;
  /** For providers that can be asked what became of an idempotency key. */
  ask?(delivery: Delivery, signal: AbortSignal): Promise<SendResult | 'not_seen'>;
  close(): Promise<void>;
}

/** A channel that is a table of this service: the message and its outcome are written in one transaction. */
export interface LocalChannel {
  readonly channel: WrittenChannel;
  readonly concurrency: number;
  /** Inserts what is not there yet, by delivery id. `at` is the time of the hand-over. */
  keep(sql: Sql, items: readonly { readonly delivery: Delivery; readonly message: FrozenMessage }[], at: Date): Promise<void>;
}
