import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodeOutboxRow, encodeOutboxRow } from './outbox-codec.js';

const record = fc.record({
  topic: fc.string({ minLength: 1, maxLength: 30 }),
  key: fc.option(fc.string({ unit: 'binary', maxLength: 40 })),
  value: fc.option(fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes))),
  headers: fc.dictionary(
    fc.string({ maxLength: 20 }).filter((name) => name !== '__proto__'),
    fc.string({ unit: 'binary', maxLength: 40 }),
    { noNullPrototype: true },
  ),
});

describe('an outbox row', () => {
  it('gives back the records to the byte', () => {
    fc.assert(
      fc.property(fc.array(record, { maxLength: 30 }), (records) => {
        expect(decodeOutboxRow(encodeOutboxRow(records))).toEqual(records);
      }),
    );
  });

  it('is small when the records are alike', () => {
    const value = Buffer.from(JSON.stringify({ profileId: 'p', profile: { traits: { plan: { value: 'pro' } } } }).repeat(10));
    const records = Array.from({ length: 100 }, () => ({ topic: 't', key: 'k', headers: { origin: 'o' }, value }));
    expect(encodeOutboxRow(records).length * 5).toBeLessThan(100 * value.length);
  });

  it('refuses what it did not write', () => {
    expect(() => decodeOutboxRow(Buffer.from('[]\n'))).toThrow();
  });
});
