import { describe, it } from '@jest/globals';
import fc from 'fast-check';
import kafkajs from 'kafkajs';
import { partitionOf } from './partition-of.js';

const theirs = kafkajs.Partitioners.DefaultPartitioner();
const metadata = (partitions: number) =>
  Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 0, isr: [], replicas: [], partitionErrorCode: 0 }));

describe('partitionOf', () => {
  it('agrees with the partitioner of the client library for every key', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 60 }),
        fc.integer({ min: 1, max: 64 }),
        (key, partitions) =>
          partitionOf(key, partitions) === theirs({ topic: '', partitionMetadata: metadata(partitions), message: { key, value: null } }),
      ),
      { numRuns: 500 },
    );
  });
});
