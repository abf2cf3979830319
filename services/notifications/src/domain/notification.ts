import type { ChannelDecision, Complexity, Purpose, Sensitivity } from '@rapport/contracts';
import type { OutboundChannel, Urgency } from './channels.js';
import type { PurposeClass } from './consent-rules.js';
import { PURPOSE_CLASS } from './consent-rules.js';

/** One intent to reach one customer for one purpose. */
export interface NotificationRequest {
  readonly purpose: Purpose;
  readonly urgency: Urgency;
  readonly complexity: Complexity;
  readonly sensitivity: Sensitivity;
  readonly template?: string;
  /** Per channel what to say, instead of a template. */
  readonly content?: Readonly<Record<string, unknown>>;
  readonly channels?: readonly string[];
  /** Only there. */
  readonly address?: string;
  readonly expiresAt?: string;
  readonly data: Readonly<Record<string, unknown>>;
  readonly caseId?: string;
}

/** Why there is a notification at all. */
export type Cause =
  | { readonly kind: 'request' }
  /** Double opt-in: somebody asked for something, and has to confirm that it was he. */
  | {
      readonly kind: 'consent_request';
      readonly interactionId: string;
      readonly consentPurpose: Purpose;
      readonly wordingVersion?: string;
    }
  | {
      readonly kind: 'journey';
      readonly journeyId: string;
      readonly journeyVersion: number;
      readonly runId: string;
      readonly step: number;
      readonly segmentId: string;
      readonly segmentSequence: number;
      readonly interactionId?: string;
    };

/**
 * requested → (waiting →) queued → sent → answered, and the ways out: held_back (nothing may be used), failed (every channel did), expired, cancelled,
 * ambiguous (perhaps sent; the purpose forbids to risk a second).
 */
export const NOTIFICATION_STATUSES = [
  'requested',
  'waiting',
  'queued',
  'sent',
  'delivered',
  'answered',
  'held_back',
  'failed',
  'bounced',
  'ambiguous',
  'expired',
  'cancelled',
] as const;
export type NotificationStatus = (typeof NOTIFICATION_STATUSES)[number];

export interface Notification {
  readonly id: string;
  readonly profileId: string;
  readonly partition: number;
  readonly status: NotificationStatus;
  readonly reason: string | null;
  readonly request: NotificationRequest;
  readonly cause: Cause;
  readonly decision: ChannelDecision | null;
  /** Channels used so far, the present one last. */
  readonly tried: readonly OutboundChannel[];
  readonly deliveryId: string | null;
  readonly dueAt: Date | null;
  readonly traceparent: string | null;
  readonly createdAt: Date;
}

export type DeliveryStatus = 'queued' | 'dispatching' | 'sent' | 'delivered' | 'failed' | 'bounced' | 'ambiguous' | 'cancelled';

export interface Delivery {
  readonly id: string;
  readonly notificationId: string;
  readonly channel: OutboundChannel;
  readonly address: string;
  readonly status: DeliveryStatus;
  readonly attempt: number;
}

/** What the dispatcher reports. */
export interface Outcome {
  readonly id: string;
  readonly deliveryId: string;
  readonly status: 'sent' | 'delivered' | 'failed' | 'bounced' | 'ambiguous';
  readonly providerMessageId: string | null;
  readonly reason: string | null;
  readonly retryable: boolean;
  readonly at: Date;
}

export const ATTEMPTS_MAX = 6;
const RETRY_FIRST_MS = 2_000;
const RETRY_MAX_MS = 300_000;

/** What to do when nobody knows whether a message left: send it again under the same key, or rather not at all than twice. */
export const AMBIGUITY_POLICY: Readonly<Record<PurposeClass, 'at_least_once' | 'at_most_once'>> = {
  essential: 'at_least_once',
  engagement: 'at_most_once',
  advertising: 'at_most_once',
};

export type AfterOutcome =
  | { readonly kind: 'handed_over'; readonly status: 'sent' | 'delivered' }
  | { readonly kind: 'retry'; readonly notBefore: Date }
  | { readonly kind: 'give_up'; readonly status: 'ambiguous' }
  | { readonly kind: 'next_channel'; readonly status: 'failed' | 'bounced' };

/** What follows from an outcome for a delivery that has had `attempt` attempts. */
export function afterOutcome(outcome: Pick<Outcome, 'status' | 'retryable'>, purpose: Purpose, attempt: number, now: Date): AfterOutcome {
  const { status } = outcome;
  if (status === 'sent' || status === 'delivered') return { kind: 'handed_over', status };
  if (status === 'bounced') return { kind: 'next_channel', status };
  if (status === 'ambiguous' && AMBIGUITY_POLICY[PURPOSE_CLASS[purpose]] === 'at_most_once') return { kind: 'give_up', status };
  const again = status === 'ambiguous' || outcome.retryable;
  return again && attempt < ATTEMPTS_MAX
    ? { kind: 'retry', notBefore: new Date(now.getTime() + retryAfterMs(attempt)) }
    : { kind: 'next_channel', status: 'failed' };
}

/** 2 s, 4 s, 8 s … at most 5 min. */
export const retryAfterMs = (attempt: number): number => Math.min(RETRY_FIRST_MS * 2 ** (attempt - 1), RETRY_MAX_MS);

export const isExpired = ({ expiresAt }: NotificationRequest, now: Date): boolean =>
  expiresAt !== undefined && Date.parse(expiresAt) <= now.getTime();

/** Nothing follows any more. */
export function isClosed(status: NotificationStatus): boolean {
  return ['answered', 'held_back', 'failed', 'bounced', 'ambiguous', 'expired', 'cancelled'].includes(status);
}
