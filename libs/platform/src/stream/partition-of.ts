import kafkajs from 'kafkajs';

const choose = kafkajs.Partitioners.DefaultPartitioner();

/** The partition to which Kafka's default partitioner (murmur2) sends this key, given `partitions` of them. */
export function partitionOf(key: string, partitions: number): number {
  return choose({
    topic: '',
    partitionMetadata: partitionMetadata(partitions),
    message: { key, value: null },
  });
}

const cache = new Map<number, { partitionId: number; leader: number; isr: number[]; replicas: number[]; partitionErrorCode: number }[]>();

function partitionMetadata(partitions: number) {
  let metadata = cache.get(partitions);
  if (metadata === undefined) {
    metadata = Array.from({ length: partitions }, (_, partitionId) => ({ partitionId, leader: 0, isr: [], replicas: [], partitionErrorCode: 0 }));
    cache.set(partitions, metadata);
  }
  return metadata;
}
