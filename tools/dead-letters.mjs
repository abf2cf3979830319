// npm run dead-letters: looks at what consumers put aside, and puts it back. docs/runbooks/dead-letters.md tells when.
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { dlqOf, GROUPS } from '../libs/contracts/dist/index.js';
import { createKafka } from '../libs/platform/dist/stream/kafka.js';
import { ORIGIN_HEADER, ORIGIN_SEQ_HEADER } from '../libs/platform/dist/stream/position.js';

const DEV_JSON = fileURLToPath(new URL('../.rapport/dev.json', import.meta.url));
const USAGE = `npm run dead-letters -- [list|show|redrive] [--group <group>] [--at <partition>/<offset>] [--reason <text in it>] [--yes]
without a word: how many there are, per group and reason`;
const REDRIVE_BATCH_MAX = 200;
const READ_TIMEOUT_MS = 60_000;

/**
 * @typedef {{group: string, at: string, key: Buffer | null, value: Buffer | null, headers: Record<string, string>, reason: string, source: string, time: string}} DeadLetter
 * @typedef {{group?: string, at?: string, reason?: string}} Filter
 */

/** Every dead letter that the filter names, oldest first per partition. Reads without a consumer group's offsets, so looking changes nothing. */
export async function readDeadLetters(/** @type {import('kafkajs').Kafka} */ kafka, /** @type {Filter} */ { group, at, reason } = {}) {
  const groups = Object.values(GROUPS).filter((name) => group === undefined || name === group);
  if (groups.length === 0) throw new Error(`there is no group ${group}; there are ${Object.values(GROUPS).join(', ')}`);
  const found = (await Promise.all(groups.map((name) => readTopic(kafka, name)))).flat();
  return found.filter((letter) => (at === undefined || letter.at === at) && (reason === undefined || letter.reason.includes(reason)));
}

async function readTopic(/** @type {import('kafkajs').Kafka} */ kafka, /** @type {string} */ group) {
  const topic = dlqOf(group);
  const ends = await endsOf(kafka, topic);
  /** @type {DeadLetter[]} */
  const letters = [];
  if (ends.size === 0) return letters;
  const consumer = kafka.consumer({ groupId: `rapport-dead-letters-${process.pid}-${Date.now()}`, maxWaitTimeInMs: 50 });
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [topic], fromBeginning: true });
    await new Promise((resolve, reject) => {
      // a fresh broker is still loading its coordinator: kafkajs starts again by itself
      consumer.on(consumer.events.CRASH, ({ payload }) => (payload.restart ? undefined : reject(payload.error)));
      setTimeout(reject, READ_TIMEOUT_MS, new Error(`${topic} could not be read within ${READ_TIMEOUT_MS / 1000} s`)).unref();
      const reach = (/** @type {number} */ partition, /** @type {bigint} */ next) => {
        if (next >= (ends.get(partition) ?? 0n)) ends.delete(partition);
        if (ends.size === 0) resolve(undefined);
      };
      consumer
        .run({
          autoCommit: false,
          eachBatch: async ({ batch }) => {
            for (const message of batch.messages) letters.push(letterOf(group, batch.partition, message));
            reach(batch.partition, BigInt(batch.lastOffset()) + 1n);
          },
        })
        .catch((error) => (error.retriable ? undefined : reject(error)));
    });
  } finally {
    await consumer.disconnect();
  }
  return letters.sort((a, b) => a.time.localeCompare(b.time) || a.at.localeCompare(b.at, undefined, { numeric: true }));
}

/** Where each partition that holds something ends now. */
async function endsOf(/** @type {import('kafkajs').Kafka} */ kafka, /** @type {string} */ topic) {
  const admin = kafka.admin();
  await admin.connect();
  try {
    if (!(await admin.listTopics()).includes(topic)) return new Map();
    const offsets = await admin.fetchTopicOffsets(topic);
    return new Map(offsets.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]));
  } finally {
    await admin.disconnect();
  }
}

function letterOf(
  /** @type {string} */ group,
  /** @type {number} */ partition,
  /** @type {import('kafkajs').KafkaMessage} */ { offset, key, value, headers: raw, timestamp },
) {
  const headers = Object.fromEntries(Object.entries(raw ?? {}).map(([name, text]) => [name, String(text)]));
  return {
    group,
    at: `${partition}/${offset}`,
    key,
    value,
    headers,
    reason: headers['dlq-reason'] ?? '',
    source: headers['dlq-source'] ?? '',
    time: new Date(Number(timestamp)).toISOString(),
  };
}

/**
 * Puts letters back into their source topic under their old key. Each gets an origin of its own, so the kernel takes it once however often this runs.
 * Due rows (`clock`) have no source record and stay. @returns how many were put back
 */
export async function redrive(/** @type {import('kafkajs').Kafka} */ kafka, /** @type {readonly DeadLetter[]} */ letters) {
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 });
  const records = letters.filter(({ source }) => source !== 'clock').map(recordOf);
  await producer.connect();
  try {
    for (let from = 0; from < records.length; from += REDRIVE_BATCH_MAX) {
      const topicMessages = records.slice(from, from + REDRIVE_BATCH_MAX).map(({ topic, ...message }) => ({ topic, messages: [message] }));
      await producer.sendBatch({ acks: -1, topicMessages });
    }
  } finally {
    await producer.disconnect();
  }
  return records.length;
}

function recordOf(/** @type {DeadLetter} */ { group, at, key, value, headers, source }) {
  const { 'dlq-reason': _reason, 'dlq-source': _source, ...own } = headers;
  const topic = source.slice(0, source.indexOf('/'));
  return { topic, key, value, headers: { ...own, [ORIGIN_HEADER]: `dlq/${group}/${at}`, [ORIGIN_SEQ_HEADER]: '1' } };
}

function printCounts(/** @type {readonly DeadLetter[]} */ letters) {
  /** @type {Map<string, {count: number, last: string}>} */
  const counts = new Map();
  for (const { group, reason, time } of letters) {
    const line = `${group}  ${reason}`;
    counts.set(line, { count: (counts.get(line)?.count ?? 0) + 1, last: time });
  }
  for (const [line, { count, last }] of [...counts].sort(([, a], [, b]) => b.last.localeCompare(a.last)))
    console.log(`${String(count).padStart(7)}  ${last}  ${line}`);
  console.log(`${letters.length} dead letters`);
}

function printOne(/** @type {DeadLetter} */ { group, at, key, value, headers, time }) {
  console.log(`${group} ${at}  ${time}`);
  for (const [name, text] of Object.entries(headers)) console.log(`  ${name}: ${text}`);
  console.log(`  key: ${key}\n${value}`);
}

function brokers() {
  if (process.env.KAFKA_BROKERS) return process.env.KAFKA_BROKERS.split(',');
  if (existsSync(DEV_JSON)) return JSON.parse(readFileSync(DEV_JSON, 'utf8')).kafka.split(',');
  throw new Error('Start the product (npm start), or set KAFKA_BROKERS.');
}

async function main() {
  const text = /** @type {const} */ ({ type: 'string' });
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { group: text, at: text, reason: text, yes: { type: 'boolean' } },
  });
  const [command = 'count'] = positionals;
  if (!['count', 'list', 'show', 'redrive'].includes(command)) throw new Error(USAGE);
  const kafka = createKafka('rapport-dead-letters', brokers());
  const letters = await readDeadLetters(kafka, values);
  if (command === 'count') printCounts(letters);
  else if (command === 'list')
    for (const { time, group, at, source, reason } of letters) console.log(`${time}  ${group} ${at}  from ${source}  ${reason}`);
  else if (command === 'show') letters.forEach(printOne);
  else if (!values.yes)
    console.log(`would put back ${letters.filter(({ source }) => source !== 'clock').length} of ${letters.length}; say --yes to do it`);
  else console.log(`put back ${await redrive(kafka, letters)} of ${letters.length}`);
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
