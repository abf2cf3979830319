/** A bucket of tokens: `perSecond` flow in, `burst` fit in. One token is one event, or one request of a read. */
export interface BucketPolicy {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Bucket {
  readonly tokens: number;
  readonly atMs: number;
}

export interface Taken {
  readonly bucket: Bucket;
  readonly allowed: boolean;
  /** Whole tokens that are left. */
  readonly remaining: number;
  /** Whole seconds until the same cost would be allowed; 0 when it was. */
  readonly retryAfterSeconds: number;
  /** Whole seconds until the bucket is full again. */
  readonly resetSeconds: number;
}

/**
 * Takes `cost` tokens, or none when there are too few. A cost beyond the burst needs a full bucket and empties it: a batch that is allowed by
 * its size must not be refused for ever. A clock that goes backwards adds nothing.
 */
export function take(policy: BucketPolicy, bucket: Bucket | undefined, cost: number, nowMs: number): Taken {
  const filled = bucket
    ? Math.min(policy.burst, bucket.tokens + (Math.max(0, nowMs - bucket.atMs) * policy.perSecond) / 1000)
    : policy.burst;
  const price = Math.min(cost, policy.burst);
  const allowed = filled >= price;
  const tokens = allowed ? filled - price : filled;
  return {
    bucket: { tokens, atMs: bucket ? Math.max(nowMs, bucket.atMs) : nowMs },
    allowed,
    remaining: Math.floor(tokens),
    retryAfterSeconds: allowed ? 0 : Math.max(1, Math.ceil((price - filled) / policy.perSecond)),
    resetSeconds: Math.ceil((policy.burst - tokens) / policy.perSecond),
  };
}
