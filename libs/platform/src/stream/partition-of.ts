import type { ICustomPartitioner } from 'kafkajs';

const SEED = 0x9747b28c;
const M = 0x5bd1e995;

/**
 * Kafka's default partitioner (murmur2 of the key's UTF-8 bytes) in 32-bit arithmetic: the same answer as the client library's own, which
 * computes with BigInt and costs more than everything else that is done for a record.
 */
export function partitionOf(key: string, partitions: number): number {
  return (murmur2(Buffer.from(key)) & 0x7fffffff) % partitions;
}

function murmur2(bytes: Buffer): number {
  const { length } = bytes;
  const tail = length & ~3;
  let hash = SEED ^ length;
  for (let at = 0; at < tail; at += 4) {
    let word = Math.imul(bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24), M);
    word = Math.imul(word ^ (word >>> 24), M);
    hash = Math.imul(hash, M) ^ word;
  }
  for (let at = length - 1; at >= tail; at--) hash ^= bytes[at]! << (8 * (at - tail));
  if (length > tail) hash = Math.imul(hash, M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}

/** Kafka's default partitioner for records that have a key; those without go to partition 0 (only dead letters of the clock have none). */
export const murmur2Partitioner: ICustomPartitioner =
  () =>
  ({ message: { key }, partitionMetadata }) =>
    typeof key === 'string' ? partitionOf(key, partitionMetadata.length) : 0;
