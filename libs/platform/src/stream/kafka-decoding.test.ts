import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeRecordBatch, type FetchDecoder } from './kafka-decoding.js';

const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/recordBatch/v0/decoder.js') as (fetch: FetchDecoder) => Promise<{ records: object[] }>;
const Decoder = require('kafkajs/src/protocol/decoder.js') as new (buffer: Buffer) => FetchDecoder;
const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js') as {
  RecordBatch(batch: object): Promise<{ buffer: Buffer }>;
};
const Record = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: object) => object;

const GZIP = 1;
const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 200 }), fc.string({ maxLength: 20 }));
const bytes = fc.uint8Array({ maxLength: 200 }).map((array) => Buffer.from(array));
const record = fc.record({
  timestampDelta: fc.oneof(fc.constant(0), fc.integer({ min: -1_000, max: 2 ** 40 })),
  key: fc.option(text),
  value: fc.option(bytes),
  headers: fc.dictionary(
    fc.string({ maxLength: 20 }).filter((name) => !(name in {})),
    fc.oneof(text, fc.array(text, { minLength: 2, maxLength: 3 })),
    { maxKeys: 12, noNullPrototype: true },
  ),
});
const batch = fc.record({
  records: fc.array(record, { minLength: 1, maxLength: 20 }),
  firstTimestamp: fc.integer({ min: 0, max: 2 ** 42 }),
  compression: fc.constantFrom(0, GZIP),
});

async function encode({ records, firstTimestamp, compression }: { records: object[]; firstTimestamp: number; compression: number }) {
  const { buffer } = await RecordBatch({
    compression,
    firstTimestamp,
    maxTimestamp: firstTimestamp,
    partitionLeaderEpoch: 7,
    lastOffsetDelta: records.length - 1,
    producerId: 42,
    producerEpoch: 3,
    firstSequence: 5,
    records: records.map((one, offsetDelta) => Record({ ...one, offsetDelta })),
  });
  return buffer;
}

const plain = ({ records, ...context }: { records: object[] }) => ({
  ...context,
  records: records.map((message) => {
    const { offset, key, value, headers, timestamp, isControlRecord, attributes, magicByte } = message as Record<string, unknown>;
    return { offset, key, value, headers, timestamp, isControlRecord, attributes, magicByte };
  }),
});

describe('decodeRecordBatch', () => {
  it('gives what kafkajs gives of the same bytes, compressed or not', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (made) => {
        const encoded = await encode(made);
        const [ours, theirs] = [new Decoder(encoded), new Decoder(encoded)];
        expect(plain(await decodeRecordBatch(ours))).toEqual(plain(await original(theirs)));
        expect(ours.offset).toBe(theirs.offset);
      }),
      { numRuns: 200 },
    );
  });

  it('says of a batch that was cut off that it is partial, and leaves the rest alone', async () => {
    const encoded = await encode({ records: [{ key: 'k', value: 'v' }], firstTimestamp: 1, compression: 0 });
    const cut = new Decoder(encoded.subarray(0, encoded.length - 1));
    await expect(decodeRecordBatch(cut)).rejects.toMatchObject({ name: 'KafkaJSPartialMessageError' });
  });

  it('hands the kernel the same headers, whatever they hold and however long', async () => {
    await fc.assert(
      fc.asyncProperty(batch, async (made) => {
        const encoded = await encode(made);
        const [ours, theirs] = [await decodeRecordBatch(new Decoder(encoded)), await original(new Decoder(encoded))];
        const expected = theirs.records.map((message) => {
          const { headers } = message as { headers: Record<string, Buffer | Buffer[]> };
          return Object.fromEntries(
            Object.entries(headers).map(([name, value]) => [name, String(Array.isArray(value) ? value[0] : value)]),
          );
        });
        expect(ours.records.map((message) => message.asSource('t', 0).headers)).toEqual(expected);
      }),
      { numRuns: 200 },
    );
  });

  it('hands the kernel decoded text, and the first value of a repeated header', async () => {
    const encoded = await encode({
      records: [{ key: 'chị', value: Buffer.from([0, 255]), headers: { a: 'ü', b: ['1', '2'], toString: 'text' }, timestampDelta: 4 }],
      firstTimestamp: 1_000,
      compression: 0,
    });
    const { records } = await decodeRecordBatch(new Decoder(encoded));
    expect(records[0]?.asSource('t', 3)).toEqual({
      topic: 't',
      partition: 3,
      offset: 0n,
      key: 'chị',
      value: Buffer.from([0, 255]),
      headers: { a: 'ü', b: '1', toString: 'text' },
      timestampMs: 1_004,
    });
  });
});
