import { Injectable } from '@nestjs/common';
import { ProblemException } from '@rapport/platform';
import type { FastifyReply } from 'fastify';
import type { ApiKey, Scope } from '../domain/api-key.js';
import { KeyRing } from '../pipeline/key-ring.js';
import { RateLimiter } from '../pipeline/rate-limiter.js';

const CHALLENGE = { 'www-authenticate': 'Bearer realm="rapport", Basic realm="rapport"' };

/** Who calls, what the key may do, and how often. */
@Injectable()
export class Access {
  private readonly policyHeader: string;

  constructor(
    private readonly ring: KeyRing,
    private readonly limiter: RateLimiter,
  ) {
    const { perSecond, burst } = limiter.policy;
    this.policyHeader = `"default";q=${burst};w=${Math.ceil(burst / perSecond)}`;
  }

  /** @throws 401 without a valid key, 503 while the keys have never been read. */
  authenticate(secret: string | undefined): ApiKey {
    if (secret === undefined) {
      throw new ProblemException(
        401,
        'GATEWAY_KEY_MISSING',
        'A key is needed: Basic (`key:`), Bearer, X-Write-Key, or `writeKey` in the body.',
        undefined,
        CHALLENGE,
      );
    }
    const key = this.ring.find(secret);
    if (key === 'not_loaded') {
      throw new ProblemException(
        503,
        'GATEWAY_KEYS_NOT_LOADED',
        'The gateway has just started and does not know its keys yet.',
        undefined,
        { 'retry-after': '1' },
      );
    }
    if (key === 'unknown')
      throw new ProblemException(401, 'GATEWAY_KEY_INVALID', 'The key is not valid, or was revoked.', undefined, CHALLENGE);
    return key;
  }

  /** @throws 403 naming the scope that is missing. */
  require(key: ApiKey, scope: Scope): void {
    if (key.scopes.includes(scope)) return;
    const detail =
      key.kind === 'write'
        ? `A write key can only send interactions; this needs a server key with the scope ${scope}.`
        : `The key lacks the scope ${scope}.`;
    throw new ProblemException(403, 'GATEWAY_SCOPE_MISSING', detail);
  }

  /** Counts `cost` events (a read counts as one) and says so in RateLimit headers. @throws 429 */
  charge(key: Pick<ApiKey, 'id'>, cost: number, reply: FastifyReply): void {
    const { allowed, remaining, retryAfterSeconds, resetSeconds } = this.limiter.take(key.id, cost);
    reply.header('ratelimit-policy', this.policyHeader).header('ratelimit', `"default";r=${remaining};t=${resetSeconds}`);
    if (allowed) return;
    const detail = `This key may send ${this.limiter.policy.perSecond} events a second. Nothing was accepted; send it again after ${retryAfterSeconds} s.`;
    throw new ProblemException(429, 'GATEWAY_RATE_LIMITED', detail, undefined, { 'retry-after': String(retryAfterSeconds) });
  }
}
