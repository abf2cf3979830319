import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  type Encoded,
  encodeRecord,
  encodeRecordBatch,
  inPieces,
  type KafkaRecord,
  type KafkaRecordBatch,
  messagesByPartition,
} from './kafka-encoding.js';

const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: KafkaRecord) => Encoded;
const { RecordBatch: originalBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch: (batch: KafkaRecordBatch) => Promise<Encoded>;
};
const OriginalEncoder = require('kafkajs/src/protocol/encoder.js') as Parameters<typeof inPieces>[0];
const originalGroups = require('kafkajs/src/producer/groupMessagesPerPartition.js') as typeof messagesByPartition;
const Long = require('kafkajs/src/utils/long.js') as { fromValue(value: number): { toString(): string } };
const originalCrc = require('kafkajs/src/protocol/recordBatch/crc32C/index.js') as (bytes: Buffer) => number;

const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.string({ maxLength: 20 }));
const records: fc.Arbitrary<KafkaRecord> = fc.record({
  offsetDelta: fc.nat(100_000),
  timestampDelta: fc.oneof(fc.constant(0), fc.nat(0x3fff_ffff)),
  key: text,
  value: fc.oneof(
    text,
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
  ),
  headers: fc.dictionary(fc.string({ maxLength: 20 }), text, { maxKeys: 12, noNullPrototype: true }),
});

describe('encodeRecord', () => {
  it('gives the very bytes that kafkajs gives', () => {
    fc.assert(
      fc.property(records, (record) => {
        expect(encodeRecord(record)!.buffer.equals(original(record).buffer)).toBe(true);
      }),
      { numRuns: 1_000 },
    );
  });

  it('leaves what is out of the ordinary to kafkajs', () => {
    const record = { key: 'k', value: 'v' };
    for (const odd of [
      { ...record, key: null },
      { ...record, value: null },
      { ...record, timestampDelta: 2 ** 31 },
      { ...record, timestampDelta: -1 },
      { ...record, headers: { a: ['x', 'y'] } },
    ]) {
      expect(encodeRecord(odd)).toBeUndefined();
    }
  });
});

describe('encodeRecordBatch', () => {
  const settings = fc.record({
    lastOffsetDelta: fc.nat(100_000),
    firstTimestamp: fc.oneof(fc.nat(2 ** 31), fc.nat(2 ** 31).map(String)),
    maxTimestamp: fc.nat(2 ** 31).map((ms) => ms * 1_000),
    producerId: fc.oneof(
      fc.nat(2 ** 31),
      fc.nat(2 ** 31).map(String),
      fc.nat(2 ** 31).map((id) => Long.fromValue(id)),
    ),
    producerEpoch: fc.nat(2 ** 15 - 1),
    firstSequence: fc.nat(2 ** 31 - 1),
  });

  it('gives the very bytes that kafkajs gives', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.array(records, { maxLength: 20 }), async (batch, list) => {
        const mine = encodeRecordBatch({ ...batch, records: list.map((record) => encodeRecord(record)!) })!;
        const theirs = await originalBatch({ ...batch, records: list.map(original) });
        expect(mine.buffer.equals(theirs.buffer)).toBe(true);
        expect(mine.size()).toBe(theirs.size());
      }),
    );
  });

  it('leaves what is out of the ordinary to kafkajs', () => {
    const plain = encodeRecord({ key: 'k', value: 'v' })!;
    for (const odd of [{ compression: 1 }, { transactional: true }, { records: [plain, original({ key: null, value: 'v' })] }])
      expect(encodeRecordBatch({ records: [plain], ...odd })).toBeUndefined();
  });
});

describe('inPieces', () => {
  type Encoder = InstanceType<typeof OriginalEncoder> &
    Record<'writeInt32' | 'writeString' | 'writeBuffer' | 'writeBytes', (value: unknown) => Encoder>;
  const InPieces = inPieces(OriginalEncoder);
  /** What is written, in order; a list is an encoder of its own that is written into the other. */
  type Part = number | string | Buffer | { readonly bytes: Buffer } | readonly Part[];
  const { tree } = fc.letrec<{ tree: Part[]; part: Part }>((tie) => {
    const bytes = fc.oneof(fc.nat(100), fc.integer({ min: 4_000, max: 9_000 })).map((length) => Buffer.alloc(length, length));
    return {
      part: fc.oneof(
        { maxDepth: 4, depthIdentifier: 'part' },
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.string({ maxLength: 20 }),
        bytes,
        bytes.map((inner) => ({ bytes: inner })),
        tie('tree'),
      ),
      tree: fc.array(tie('part'), { maxLength: 6, depthIdentifier: 'part' }),
    };
  });

  function write(Class: typeof OriginalEncoder, parts: readonly Part[], look: boolean): Encoder {
    const encoder = new Class() as Encoder;
    for (const part of parts) {
      if (typeof part === 'number') encoder.writeInt32(part);
      else if (typeof part === 'string') encoder.writeString(part);
      else if (Buffer.isBuffer(part)) encoder.writeBuffer(part);
      else if ('bytes' in part) encoder.writeBytes(part.bytes);
      else encoder.writeEncoder(write(Class, part, look));
      if (look) expect(encoder.buffer.length).toBe(encoder.size());
    }
    return encoder;
  }

  it('holds what kafkajs holds, whether somebody looks in between or not', () => {
    fc.assert(
      fc.property(tree, fc.boolean(), (parts, look) => {
        const [mine, theirs] = [write(InPieces, parts, look), write(OriginalEncoder, parts, false)];
        expect(mine.size()).toBe(theirs.size());
        expect(mine.buffer.equals(theirs.buffer)).toBe(true);
        expect(mine.buffer.equals(theirs.buffer)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('refers to what is large', () => {
    const large = Buffer.alloc(100_000, 1);
    const encoder = new InPieces() as Encoder;
    encoder.writeBuffer(large);
    expect(encoder.buffer.buffer).toBe(large.buffer);
  });
});

describe('messagesByPartition', () => {
  it('gives what kafkajs gives', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ key: fc.nat(50) })), fc.integer({ min: 0, max: 7 }), (messages, partitions) => {
        const of = {
          topic: 't',
          partitionMetadata: Array.from({ length: partitions }),
          messages,
          partitioner: ({ message }: { message: { key: number } }) => message.key % partitions,
        };
        expect(messagesByPartition(of)).toEqual(originalGroups(of));
      }),
    );
  });
});

describe('encodeFaster', () => {
  it('reaches what kafkajs loads at once and what it loads on first use', async () => {
    await import('./kafkajs.js');
    const Encoder = require('kafkajs/src/protocol/encoder.js') as typeof OriginalEncoder;
    const createRequest = require('kafkajs/src/protocol/request.js') as (request: object) => Promise<Encoded>;
    const encode = async () => new Encoder().writeEncoder(encodeRecord({ key: 'k', value: Buffer.alloc(10_000) })!);
    const request = await createRequest({ correlationId: 1, clientId: 'test', request: { apiKey: 0, apiVersion: 3, encode } });
    expect((request as Encoded & { pieces: Buffer[] }).pieces.map(({ length }) => length > 10_000)).toEqual([false, false, true]);
    expect((require('kafkajs/src/protocol/recordBatch/crc32C/index.js') as typeof originalCrc)(Buffer.from('123456789'))).toBe(0xe3069283);
  });
});
