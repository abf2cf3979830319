import { describe, expect, it } from '@jest/globals';
import { sharedToken } from './shared-token.js';
import type { SignedRequest } from './signature.js';

const request = (url: string, headers: Record<string, string> = {}): SignedRequest => ({
  method: 'POST',
  urls: [`https://rapport.example${url}`, 'https://rapport.example/?token=second-address'],
  headers,
  raw: Buffer.from(''),
  now: new Date(0),
});

describe('a shared token', () => {
  it.each([
    ['/v1/inbound/ghn/main?token=s3cret-token', {}],
    ['/v1/inbound/ghtk/main?hash=s3cret-token', {}],
    ['/x', { authorization: 'Bearer s3cret-token' }],
    ['/x?token=s3cret-token', { authorization: 'Bearer other' }],
    ['/x', { authorization: `basic ${Buffer.from('mail:s3cret-token').toString('base64')}` }],
  ])('%s %j', (url, headers) => expect(sharedToken(request(url, headers as Record<string, string>), 's3cret-token', {})).toBe(true));

  it.each([
    ['/x', {}],
    ['/x?token=', {}],
    ['/x?token=other', {}],
    ['/x', { authorization: 's3cret-token' }],
  ])('not %s %j', (url, headers) => expect(sharedToken(request(url, headers as Record<string, string>), 's3cret-token', {})).toBe(false));

  it('is never empty', () => expect(sharedToken(request('/x?token='), '', {})).toBe(false));
});
