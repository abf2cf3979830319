import { readdirSync, readFileSync } from 'node:fs';
import { assertProducible, type Interaction, type ProfileUpdated, TOPICS } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import { decodeReceived } from '../../services/interactions/src/kafka/decode-received.js';
import { SETTINGS_FOR_TESTS } from '../../services/interactions/src/testing/received.js';
import { decodeFact } from '../../services/notifications/src/kafka/decode-facts.js';
import { decodeInteraction } from '../../services/profiles/src/kafka/decode-interaction.js';
import { decodeProfileUpdated } from '../../services/segmentation/src/kafka/decode-profile-updated.js';

const GOLDEN = new URL('../../libs/contracts/golden/', import.meta.url);

const readByNotifications = (record: SourceRecord) => decodeFact(record, new Date(record.timestampMs));

/** Every reader of the product, with what it reads. */
const READERS: [group: string, topic: string, decode: (record: SourceRecord) => Decoded<unknown>][] = [
  ['interactions', TOPICS.interactionsReceived.name, (record) => decodeReceived(record, SETTINGS_FOR_TESTS)],
  ['profiles', TOPICS.interactionsRecorded.name, decodeInteraction],
  ['segmentation', TOPICS.profilesUpdated.name, decodeProfileUpdated],
  ['notifications', TOPICS.profilesUpdated.name, readByNotifications],
  ['notifications', TOPICS.membershipChanged.name, readByNotifications],
  ['notifications', TOPICS.customerClassified.name, readByNotifications],
];

const golden = (topic: string): [file: string, value: unknown][] =>
  readdirSync(new URL(`${topic}/`, GOLDEN))
    .sort()
    .map((file) => [file, JSON.parse(readFileSync(new URL(`${topic}/${file}`, GOLDEN), 'utf8'))]);

const recordOf = (topic: string, value: unknown): SourceRecord => ({
  topic,
  partition: 0,
  offset: 0n,
  key: 'key',
  value: value === null ? null : Buffer.from(JSON.stringify(value)),
  headers: {},
  timestampMs: Date.parse('2026-03-02T09:00:00.000Z'),
});

/** The value as a producer of next year would write it: a member more in every object. */
function newer(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(newer);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, member]) => [name, newer(member)])), addedNextYear: 1 };
}

describe.each(READERS)('%s reads %s', (_, topic, decode) => {
  it.each(golden(topic))('golden example %s', (_file, value) => {
    expect(decode(recordOf(topic, value))).toMatchObject({ kind: 'input' });
  });

  it.each(golden(topic))('golden example %s with members that it does not know', (_file, value) => {
    expect(decode(recordOf(topic, newer(value)))).toMatchObject({ kind: 'input' });
  });
});

describe('what a service passes on', () => {
  const [, fact] = golden(TOPICS.profilesUpdated.name)[0] as [string, ProfileUpdated];

  it.each(golden(TOPICS.interactionsRecorded.name))(
    'profiles can publish interaction %s of a newer producer in its own strict facts',
    (_file, value) => {
      // maps hold what their sender put in; members of the contract's own objects are ours
      const { properties, traits, context } = value as Interaction;
      const added = { ...(newer(value) as object), properties, ...(traits ? { traits } : {}), ...(context ? { context } : {}) };
      const decoded = decodeInteraction(recordOf(TOPICS.interactionsRecorded.name, added));
      if (decoded.kind !== 'input') throw new Error(decoded.kind);
      const { interaction } = decoded.input;
      expect(() => assertProducible(TOPICS.profilesUpdated, { ...fact, applied: [interaction] })).not.toThrow();
      expect(interaction).toMatchObject({ properties, identifiers: (value as Interaction).identifiers });
    },
  );
});
