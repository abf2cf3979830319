import { DLQ_RETENTION_MS, dlqOf, GROUPS, TOPICS } from '@rapport/contracts';
import type { Admin, ITopicConfig } from 'kafkajs';
import { createKafka } from './kafka.js';

export interface EnsureTopicsOptions {
  readonly brokers: readonly string[];
  /** The same for all topics: those keyed by profile must agree, so that one owner runs a profile's records and its clock. */
  readonly partitions: number;
  readonly replicationFactor?: number;
}

const RECORD_BYTES_MAX = 2 * 1024 * 1024;

/** Makes the product's topics and dead-letter topics that are missing, with their configuration. Idempotent. @returns names that were made. */
export async function ensureTopics({ brokers, partitions, replicationFactor = 1 }: EnsureTopicsOptions): Promise<string[]> {
  const admin = createKafka('rapport-topics', brokers).admin();
  await admin.connect();
  try {
    const existing = new Set(await admin.listTopics());
    const missing = topicConfigs(partitions, replicationFactor).filter((config) => !existing.has(config.topic));
    if (missing.length > 0) await createTopics(admin, missing);
    return missing.map((config) => config.topic);
  } finally {
    await admin.disconnect();
  }
}

const LEADERS_TIMEOUT_MS = 20_000;

/**
 * Makes topics and waits until every partition has a leader. (kafkajs's own wait gives up at once when the broker that answers has not heard of
 * the topic yet, which is normal for a moment.)
 * @throws when a leader is missing after 20 s.
 */
export async function createTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  const end = Date.now() + LEADERS_TIMEOUT_MS;
  for (let made = false; ; ) {
    try {
      if (!made) await admin.createTopics({ topics, waitForLeaders: false, timeout: LEADERS_TIMEOUT_MS });
      made = true;
      const { topics: known } = await admin.fetchTopicMetadata({ topics: topics.map(({ topic }) => topic) });
      if (known.every(({ partitions }) => partitions.length > 0 && partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      if (Date.now() > end || (!made && !isTooEarly(error))) throw error;
    }
    if (Date.now() > end)
      throw new Error(`no leader after ${LEADERS_TIMEOUT_MS} ms for one of ${topics.map(({ topic }) => topic).join(', ')}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** A broker answers before the controller counts it: then no number of replicas seems possible. */
function isTooEarly(error: unknown): boolean {
  const { errors = [] } = error as { errors?: readonly { type?: string }[] };
  return errors.some(({ type }) => type === 'INVALID_REPLICATION_FACTOR') && errors.every(({ type }) => TRANSIENT.has(type ?? ''));
}
/** Those of the same request that were made are there the next time. */
const TRANSIENT = new Set(['INVALID_REPLICATION_FACTOR', 'TOPIC_ALREADY_EXISTS']);

function topicConfigs(partitions: number, replicationFactor: number): ITopicConfig[] {
  const config = (topic: string, retentionMs: number, cleanup: string): ITopicConfig => ({
    topic,
    numPartitions: partitions,
    replicationFactor,
    configEntries: [
      { name: 'cleanup.policy', value: cleanup },
      { name: 'retention.ms', value: String(retentionMs) },
      { name: 'max.message.bytes', value: String(RECORD_BYTES_MAX) },
      // Facts that were applied travel only once: a reader may be a week behind before compaction takes any away.
      ...(cleanup.startsWith('compact') ? [{ name: 'min.compaction.lag.ms', value: String(7 * 86_400_000) }] : []),
    ],
  });
  return [
    ...Object.values(TOPICS).map((topic) => config(topic.name, topic.retentionMs, topic.cleanup)),
    ...Object.values(GROUPS).map((group) => config(dlqOf(group), DLQ_RETENTION_MS, 'delete')),
  ];
}
