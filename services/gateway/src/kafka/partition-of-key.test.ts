import { describe, it } from '@jest/globals';
import { partitionOf } from '@rapport/platform';
import fc from 'fast-check';
import { partitionOfKey } from './partition-of-key.js';

describe('partitionOfKey', () => {
  it('agrees with the partitioner of the client library for every key', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 60 }), fc.integer({ min: 1, max: 64 }), (key, partitions) => partitionOfKey(key, partitions) === partitionOf(key, partitions)), { numRuns: 500 });
  });
});
