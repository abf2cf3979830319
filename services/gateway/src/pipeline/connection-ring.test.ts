import { describe, expect, it } from '@jest/globals';
import { seal, sealingKeys } from '../domain/sealed-secrets.js';
import { ConnectionRing } from './connection-ring.js';
import type { StoredConnection } from './connection-store.js';

const KEYS = sealingKeys(Buffer.alloc(32, 'k').toString('base64'), []);
const SECRETS = { secrets: ['a secret'] };
const connection = (id: string, name: string): StoredConnection => ({
  id,
  provider: 'telegram',
  name,
  settings: {},
  createdAt: new Date(0),
  updatedAt: new Date(0),
  sealed: seal(SECRETS, 'c1', KEYS, Buffer.alloc(12)),
  fingerprint: '',
});

describe('ConnectionRing', () => {
  it('cannot say that there is no such connection before it has read them once', async () => {
    const ring = new ConnectionRing({ all: async () => Promise.reject(new Error('down')) }, KEYS, 1_000);
    await ring.refresh();
    expect(ring.find('telegram', 'support')).toBe('not_loaded');
  });

  it('goes on with the last known ones while the database is down, and forgets removed ones when it is back', async () => {
    let answer: () => Promise<StoredConnection[]> = async () => [connection('c1', 'support')];
    const ring = new ConnectionRing({ all: () => answer() }, KEYS, 1_000);
    await ring.refresh();
    expect(ring.find('telegram', 'support')).toMatchObject({ id: 'c1', opened: SECRETS });
    expect(ring.find('whatsapp', 'support')).toBe('unknown');
    answer = async () => Promise.reject(new Error('down'));
    await ring.refresh();
    expect(ring.find('telegram', 'support')).toMatchObject({ id: 'c1' });
    answer = async () => [];
    await ring.refresh();
    expect(ring.find('telegram', 'support')).toBe('unknown');
  });

  it('knows a connection whose secrets it cannot open, and does not take the secrets of another', async () => {
    const ring = new ConnectionRing({ all: async () => [connection('c2', 'moved')] }, KEYS, 1_000);
    await ring.refresh();
    expect(ring.find('telegram', 'moved')).toMatchObject({ id: 'c2', opened: undefined });
  });
});
