import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type Bucket, type BucketPolicy, take } from './token-bucket.js';

const policies: fc.Arbitrary<BucketPolicy> = fc.record({
  perSecond: fc.integer({ min: 1, max: 1000 }),
  burst: fc.integer({ min: 1, max: 5000 }),
});
const requests = fc.array(fc.record({ cost: fc.integer({ min: 1, max: 3000 }), afterMs: fc.integer({ min: -50, max: 3000 }) }), {
  maxLength: 60,
});

describe('take', () => {
  it('never lets through more than the burst and what flowed in since (or one request beyond the burst)', () => {
    fc.assert(
      fc.property(policies, requests, (policy, list) => {
        let bucket: Bucket | undefined;
        let [now, from, taken] = [0, 0, 0];
        for (const { cost, afterMs } of list) {
          now += afterMs;
          from = Math.max(from, now);
          const step = take(policy, bucket, cost, now);
          bucket = step.bucket;
          if (step.allowed) taken += Math.min(cost, policy.burst);
          expect(step.remaining).toBeGreaterThanOrEqual(0);
          expect(step.remaining).toBeLessThanOrEqual(policy.burst);
        }
        expect(taken).toBeLessThanOrEqual(policy.burst + (from * policy.perSecond) / 1000 + 1e-6);
      }),
    );
  });

  it('keeps its word: whoever waits as long as told is let through', () => {
    fc.assert(
      fc.property(policies, requests, (policy, list) => {
        let bucket: Bucket | undefined;
        let now = 0;
        for (const { cost, afterMs } of list) {
          now += Math.abs(afterMs);
          const step = take(policy, bucket, cost, now);
          bucket = step.bucket;
          if (step.allowed) expect(step.retryAfterSeconds).toBe(0);
          else {
            expect(Number.isInteger(step.retryAfterSeconds) && step.retryAfterSeconds >= 1).toBe(true);
            expect(take(policy, bucket, cost, now + step.retryAfterSeconds * 1000).allowed).toBe(true);
          }
        }
      }),
    );
  });

  it('lets a batch through that is larger than the burst, once the bucket is full', () => {
    expect(take({ perSecond: 1, burst: 10 }, undefined, 2_500, 0)).toMatchObject({ allowed: true, remaining: 0 });
    expect(take({ perSecond: 1, burst: 10 }, { tokens: 9, atMs: 0 }, 2_500, 0)).toMatchObject({ allowed: false, retryAfterSeconds: 1 });
  });
});
