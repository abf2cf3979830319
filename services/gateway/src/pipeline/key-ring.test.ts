import { describe, expect, it } from '@jest/globals';
import { type ApiKey, hashOf } from '../domain/api-key.js';
import { KeyRing } from './key-ring.js';

const SECRET = 'wk_0123456789abcdef';
const KEY: ApiKey = {
  id: '1',
  kind: 'write',
  name: 'n',
  source: 's',
  scopes: ['ingest'],
  prefix: 'wk_01234',
  hash: hashOf(SECRET),
  createdAt: new Date(0),
};

describe('KeyRing', () => {
  it('cannot say that a key is wrong before it has read the keys once', async () => {
    const ring = new KeyRing({ active: async () => Promise.reject(new Error('down')) }, 1_000);
    await ring.refresh();
    expect(ring.find(SECRET)).toBe('not_loaded');
  });

  it('goes on with the last known keys while the database is down, and drops revoked ones when it is back', async () => {
    let answer: () => Promise<ApiKey[]> = async () => [KEY];
    const errors: unknown[] = [];
    const ring = new KeyRing({ active: () => answer() }, 1_000, (error) => errors.push(error));
    await ring.refresh();
    expect(ring.find(SECRET)).toBe(KEY);
    expect(ring.find('wk_another_0123456789')).toBe('unknown');
    answer = async () => Promise.reject(new Error('down'));
    await ring.refresh();
    expect(ring.find(SECRET)).toBe(KEY);
    expect(errors).toHaveLength(1);
    answer = async () => [];
    await ring.refresh();
    expect(ring.find(SECRET)).toBe('unknown');
  });

  it('after a refresh has seen everything that was written before it was asked for', async () => {
    let keys: ApiKey[] = [];
    const ring = new KeyRing(
      {
        active: async () => {
          const seen = keys;
          await new Promise((resolve) => setTimeout(resolve, 10));
          return seen;
        },
      },
      1_000,
    );
    const early = ring.refresh();
    keys = [KEY];
    await ring.refresh();
    expect(ring.find(SECRET)).toBe(KEY);
    await early;
  });
});
