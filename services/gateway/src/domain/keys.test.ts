import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { ALL_SCOPES, hashOf, kindOf, prefixOf, scopesOf, secretOf } from './api-key.js';
import { keyFromBody, keyFromHead } from './read-key.js';

describe('secrets', () => {
  it('say their kind, and nothing else does', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 24, maxLength: 24 }), fc.constantFrom('write' as const, 'server' as const), (random, kind) => {
        expect(kindOf(secretOf(kind, Buffer.from(random)))).toBe(kind);
      }),
    );
    for (const text of [
      '',
      'wk_',
      'wk_short',
      'xk_0123456789abcdef',
      'wk_0123456789abcdef ',
      'wk_0123456789abcde\u0000',
      `wk_${'x'.repeat(200)}`,
    ])
      expect(kindOf(text)).toBeUndefined();
  });

  it('show little and keep nothing', () => {
    const secret = secretOf('server', Buffer.alloc(24, 7));
    expect(prefixOf(secret)).toHaveLength(8);
    expect(hashOf(secret)).toMatch(/^[0-9a-f]{64}$/);
  });

  it('of write keys only ever ingest', () => {
    expect(scopesOf('write', ['keys'])).toEqual(['ingest']);
    expect(scopesOf('server', undefined)).toEqual(ALL_SCOPES);
  });
});

describe('keyFromHead', () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

  it.each([
    [basic('wk_a:'), 'wk_a'],
    [basic('wk_a'), 'wk_a'],
    [basic('wk_a:ignored'), 'wk_a'],
    [{ authorization: 'bearer sk_b' }, 'sk_b'],
    [{ 'x-write-key': 'wk_c' }, 'wk_c'],
    [{ ...basic('wk_a:'), 'x-write-key': 'wk_c' }, 'wk_a'],
    [{ authorization: 'Digest x', 'x-write-key': 'wk_c' }, 'wk_c'],
    [basic(':'), undefined],
    [{ authorization: '' }, undefined],
    [{}, undefined],
  ])('%j', (headers, key) => {
    expect(keyFromHead(headers)).toBe(key);
  });

  it('reads a long header as no key, and never throws', () => {
    expect(keyFromHead({ authorization: `Bearer ${'x'.repeat(10_000)}` })).toBeUndefined();
    fc.assert(fc.property(fc.string(), (authorization) => void keyFromHead({ authorization })));
  });

  it('finds the key of a body', () => {
    expect(keyFromBody({ writeKey: 'wk_d' })).toBe('wk_d');
    for (const writeKey of [undefined, null, 7, '', {}]) expect(keyFromBody({ writeKey })).toBeUndefined();
  });
});
