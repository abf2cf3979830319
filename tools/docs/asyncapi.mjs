// AsyncAPI 3 from libs/contracts: channels, keys, headers, retention, dead letters, examples.
import { readdirSync, readFileSync } from 'node:fs';
import * as contracts from '../../libs/contracts/dist/index.js';

const { TOPICS, GROUPS, SUBSCRIPTIONS, DLQ_RETENTION_MS, dlqOf } = contracts;
const GOLDEN = new URL('../../libs/contracts/golden/', import.meta.url);

/** Schemas that are worth a name of their own; wherever the same schema stands, a reference to it is written. */
const NAMED = [
  'Interaction',
  'Profile',
  'ChannelDecision',
  'MergeReason',
  'Relationship',
  'LeafEvidence',
  'Consent',
  'ContactPoint',
  'Identifier',
  'Money',
  'Channel',
  'Timestamp',
  'Id',
];

/** @returns {object} the document, ready to be written as YAML */
export function asyncApiDocument() {
  const named = new Map(NAMED.map((name) => [canonical(contracts[name]), name]));
  const topics = Object.values(TOPICS);
  const groups = Object.values(GROUPS);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Rapport topics',
      version: '1.0.0',
      description: INTRODUCTION,
      license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' },
    },
    defaultContentType: 'application/json',
    servers: { kafka: { host: 'localhost:9092', protocol: 'kafka', description: 'Written to .rapport/dev.json by npm start.' } },
    channels: Object.fromEntries([...topics.map(channelOf), ...groups.map(deadLetterChannel)]),
    operations: Object.fromEntries([...topics.map(sendOperation), ...groups.flatMap(receiveOperations)]),
    components: {
      messages: { ...Object.fromEntries(topics.map((topic) => [idOf(topic.name), messageOf(topic, named)])), deadLetter: DEAD_LETTER },
      schemas: Object.fromEntries(NAMED.map((name) => [name, plain(contracts[name], named, name)])),
      messageTraits: { fact: FACT_TRAIT },
    },
  };
}

const INTRODUCTION = `What Rapport publishes, for whoever wants to subscribe. CloudEvents 1.0 in binary mode: the attributes are headers (\`ce_…\`), the value is the data, JSON in camelCase.

- Order holds per key. A reader gets each record at least once: keep the offset with your effect, or drop a record whose \`ce_id\` you know.
- Members may be added to a version: ignore what you do not know. A change that breaks readers is a new topic (\`…v2\`).
- A null value (profiles.updated.v1) is an erasure: delete what you hold about that key.
- On profiles.updated.v1 take \`profile\` only when \`version\` is newer than yours, and fold \`applied\` always.`;

const mapValues = (members, make) => Object.fromEntries(Object.entries(members).map(([name, member]) => [name, make(member)]));
const header = (description, more = {}) => ({ type: 'string', description, ...more });

/** What every fact carries. The gateway's acceptance writes no origin marks: it has no position. */
const FACT_TRAIT = {
  contentType: 'application/json',
  headers: {
    type: 'object',
    required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_time', 'ce_subject', 'content-type'],
    properties: {
      ce_specversion: header('CloudEvents.', { const: '1.0' }),
      ce_id: header('Unique per ce_source; the same when the record is published again.'),
      ce_source: header('Who says it: `/rapport/<service>`.', { format: 'uri-reference' }),
      ce_type: header('The topic’s name.'),
      ce_time: header('When it was decided.', { format: 'date-time' }),
      ce_subject: header('The key.'),
      ce_dataschema: header('`urn:rapport:schema:<type>`', { format: 'uri' }),
      'content-type': header('Of the value.', { const: 'application/json' }),
      traceparent: header('W3C Trace Context of what caused it.'),
      origin: header('`<group>/<topic>/<partition>` whose batch decided this.'),
      'origin-seq': header(
        'Counts per origin, without gaps in order: a record at or below the last one seen from its origin is a repetition.',
        { pattern: '^[0-9]+$' },
      ),
    },
  },
};

const DEAD_LETTER = {
  name: 'deadLetter',
  title: 'A record that could not be decoded or decided',
  summary: 'The source record as it was: its key, value and headers, with the reason. tools/dead-letters lists and redrives them.',
  headers: {
    type: 'object',
    required: ['dlq-reason', 'dlq-source'],
    properties: {
      'dlq-reason': header('Why, in words.'),
      'dlq-source': header('`<topic>/<partition>/<offset>` of the source, or `clock` for something that fell due.'),
      origin: FACT_TRAIT.headers.properties.origin,
      'origin-seq': FACT_TRAIT.headers.properties['origin-seq'],
    },
  },
  payload: { description: 'As it was; not necessarily JSON.' },
};

function channelOf(topic) {
  return [
    idOf(topic.name),
    {
      address: topic.name,
      title: topic.name,
      description: `${topic.description} Key: ${topic.key === 'subject' ? '`type:value` of the interaction’s strongest identifier' : 'the profile’s id'}.`,
      messages: { [idOf(topic.name)]: { $ref: `#/components/messages/${idOf(topic.name)}` } },
      bindings: { kafka: kafkaBinding(topic.name, topic) },
    },
  ];
}

function deadLetterChannel(group) {
  const name = dlqOf(group);
  return [
    idOf(name),
    {
      address: name,
      title: name,
      description: `What ${group} could not decode or decide.`,
      messages: { deadLetter: { $ref: '#/components/messages/deadLetter' } },
      bindings: { kafka: kafkaBinding(name, { cleanup: 'delete', retentionMs: DLQ_RETENTION_MS }) },
    },
  ];
}

function kafkaBinding(name, { cleanup, retentionMs, minCompactionLagMs }) {
  const lag = minCompactionLagMs === undefined ? {} : { 'x-min.compaction.lag.ms': minCompactionLagMs };
  return {
    topic: name,
    topicConfiguration: { 'cleanup.policy': cleanup.split(','), 'retention.ms': retentionMs, ...lag },
    bindingVersion: '0.5.0',
  };
}

function messageOf(topic, named) {
  return {
    name: topic.type,
    title: topic.type,
    summary: topic.description,
    traits: [{ $ref: '#/components/messageTraits/fact' }],
    ...(topic.headers && { headers: { type: 'object', properties: mapValues(topic.headers, (description) => header(description)) } }),
    payload: plain(topic.schema, named),
    bindings: { kafka: { key: { type: 'string', description: topic.key }, bindingVersion: '0.5.0' } },
    examples: goldenOf(topic.name),
  };
}

function sendOperation(topic) {
  return [
    `${topic.owner}.send.${idOf(topic.name)}`,
    { action: 'send', title: `${topic.owner} publishes`, channel: { $ref: `#/channels/${idOf(topic.name)}` } },
  ];
}

function receiveOperations(group) {
  const receives = SUBSCRIPTIONS[group].map((topic) => [
    `${group}.receive.${idOf(topic.name)}`,
    {
      action: 'receive',
      title: `${group} reads`,
      channel: { $ref: `#/channels/${idOf(topic.name)}` },
      bindings: { kafka: { groupId: { type: 'string', enum: [group] }, bindingVersion: '0.5.0' } },
    },
  ]);
  return [
    ...receives,
    [`${group}.send.deadLetter`, { action: 'send', title: `${group} puts aside`, channel: { $ref: `#/channels/${idOf(dlqOf(group))}` } }],
  ];
}

function goldenOf(topicName) {
  const folder = new URL(`${topicName}/`, GOLDEN);
  return readdirSync(folder)
    .sort()
    .map((file) => ({
      name: `${topicName}-${file.replace('.json', '')}`,
      payload: JSON.parse(readFileSync(new URL(file, folder), 'utf8')),
    }));
}

/** References cannot hold dots and slashes well. */
const idOf = (name) => name.replace(/[.-](\w)/g, (_, letter) => letter.toUpperCase());

/** The schema as plain JSON Schema; named ones inside become references. `$id` would change what references mean. */
function plain(schema, named, self) {
  const name = named.get(canonical(schema));
  if (name !== undefined && name !== self) return { $ref: `#/components/schemas/${name}` };
  if (Array.isArray(schema)) return schema.map((item) => plain(item, named));
  if (typeof schema !== 'object' || schema === null) return schema;
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key]) => key !== '$id')
      .map(([key, value]) => [key, plain(value, named)]),
  );
}

const canonical = (schema) => (typeof schema === 'object' && schema !== null ? JSON.stringify(schema) : undefined);
