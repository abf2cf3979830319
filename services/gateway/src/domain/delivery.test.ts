import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deliveryPayload, pickHeaders } from './delivery.js';

const payloadOf = (raw: Buffer) =>
  JSON.parse(deliveryPayload({ provider: 'form', connection: 'c', settings: { a: 1 }, headers: { 'content-type': 't' }, raw }));

describe('the payload of a delivery', () => {
  it('shows text as text', () => {
    expect(payloadOf(Buffer.from('tên=Lan "A"\r\n'))).toEqual({
      provider: 'form',
      connection: 'c',
      settings: { a: 1 },
      headers: { 'content-type': 't' },
      body: 'tên=Lan "A"\r\n',
      encoding: 'utf8',
    });
  });

  it('gives every body back byte by byte, and takes at most a third more than its bytes', () => {
    const anything = fc.oneof(
      fc.uint8Array({ maxLength: 4_000 }),
      fc.string({ unit: 'binary', maxLength: 2_000 }).map((text) => Buffer.from(text)),
    );
    fc.assert(
      fc.property(anything, (bytes) => {
        const raw = Buffer.from(bytes);
        const { body, encoding } = payloadOf(raw);
        expect(Buffer.from(body, encoding).equals(raw)).toBe(true);
        expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(Math.max(1_024, Math.ceil(raw.length / 3) * 4 + 2));
      }),
    );
  });

  it('leaves NUL to whoever reads it', () => expect(payloadOf(Buffer.from('a\0b')).encoding).toBe('base64'));

  it('takes only the headers that matter, clipped', () => {
    expect(pickHeaders({ authorization: 'secret', 'content-type': 'x'.repeat(5_000) }, ['content-type', 'webhook-id'])).toEqual({
      'content-type': 'x'.repeat(1_024),
    });
  });
});
