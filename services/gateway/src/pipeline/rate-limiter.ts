import { type Bucket, type BucketPolicy, take, type Taken } from '../domain/token-bucket.js';

/** One bucket per key, in the memory of this gateway: with N gateways a key may do N times as much. */
export class RateLimiter {
  private readonly buckets = new Map<string, Bucket>();

  constructor(
    readonly policy: BucketPolicy,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  take(keyId: string, cost: number): Taken {
    const taken = take(this.policy, this.buckets.get(keyId), cost, this.nowMs());
    this.buckets.set(keyId, taken.bucket);
    return taken;
  }
}
