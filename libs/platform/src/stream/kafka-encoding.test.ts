import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { crc32c, type Encoded, encodeRecord, type KafkaRecord } from './kafka-encoding.js';

const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/recordBatch/record/v0/index.js') as (record: KafkaRecord) => Encoded;
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

describe('crc32c', () => {
  it('is the checksum of the polynomial (RFC 3720, B.4) and of kafkajs', () => {
    expect(crc32c(Buffer.from('123456789'))).toBe(0xe3069283);
    expect(crc32c(Buffer.alloc(32))).toBe(0x8a9136aa);
    fc.assert(fc.property(fc.uint8Array({ maxLength: 100 }), (bytes) => crc32c(Buffer.from(bytes)) === originalCrc(Buffer.from(bytes))));
  });
});
