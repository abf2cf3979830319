import type { Purpose } from '@rapport/contracts';
import type { SendResult } from '../channels/channel.js';
import { PURPOSE_CLASS } from '../domain/consent-rules.js';
import { AMBIGUITY_POLICY, ATTEMPTS_MAX, retryAfterMs } from '../domain/notification.js';

/** What an attempt was made with. */
export interface Attempt {
  readonly purpose: Purpose;
  /** From 1. */
  readonly attempt: number;
  readonly expiresAt: Date | null;
  /** When the message was frozen, which is before its first attempt. */
  readonly frozenAt: Date;
  readonly idempotencyKeyLifeMs: number;
}

export type NextStep =
  | { readonly kind: 'sent'; readonly providerMessageId: string | null }
  | { readonly kind: 'failed'; readonly code: string }
  /** The address itself is wrong: nothing should be sent there again. */
  | { readonly kind: 'bounced'; readonly code: string }
  /** Perhaps sent, and the purpose forbids to risk a second. */
  | { readonly kind: 'ambiguous'; readonly code: string }
  | { readonly kind: 'retry'; readonly code: string; readonly afterMs: number };

const WRONG_ADDRESS: ReadonlySet<string> = new Set(['ADDRESS_UNKNOWN', 'ADDRESS_DISABLED', 'ADDRESS_INVALID']);
/** A key is not trusted to the last moment of its life. */
const KEY_MARGIN_MS = 60_000;

/**
 * What follows from a provider's answer, or from the lack of one. Nobody knows whether an unanswered message was sent: it is sent again under the
 * same key while the receiver would recognise that key, else when the purpose wants it at least once, else never. Pure.
 * @param jitter in [0, 1): spreads the retries of what failed together.
 */
export function afterAttempt(result: SendResult, attempt: Attempt, now: Date, jitter: number): NextStep {
  if (result.kind === 'accepted') return { kind: 'sent', providerMessageId: result.providerMessageId };
  const { code } = result;
  if (result.kind === 'unknown' && !mayRepeat(attempt, now)) return { kind: 'ambiguous', code };
  if (result.kind === 'rejected' && !result.retryable) return { kind: WRONG_ADDRESS.has(code) ? 'bounced' : 'failed', code };
  if (attempt.attempt >= ATTEMPTS_MAX) return { kind: 'failed', code };
  const wanted = result.kind === 'rejected' ? (result.retryAfterMs ?? 0) : 0;
  const afterMs = Math.round(Math.max(wanted, retryAfterMs(attempt.attempt) * (0.5 + jitter)));
  if (attempt.expiresAt && now.getTime() + afterMs >= attempt.expiresAt.getTime()) return { kind: 'failed', code: 'EXPIRED' };
  return { kind: 'retry', code, afterMs };
}

function mayRepeat({ purpose, frozenAt, idempotencyKeyLifeMs }: Attempt, now: Date): boolean {
  const recognised = now.getTime() - frozenAt.getTime() < idempotencyKeyLifeMs - KEY_MARGIN_MS;
  return recognised || AMBIGUITY_POLICY[PURPOSE_CLASS[purpose]] === 'at_least_once';
}
