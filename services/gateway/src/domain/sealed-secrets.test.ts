import { describe, expect, it } from '@jest/globals';
import { fingerprintsOf, open, seal, sealingKeys } from './sealed-secrets.js';

const base64 = (fill: string) => Buffer.alloc(32, fill).toString('base64');
const IV = Buffer.alloc(12, 7);
const SECRETS = { secrets: ['a secret', 'its former one'], verifyToken: 'a token' };
const keys = sealingKeys(base64('new'), []);

describe('sealed secrets', () => {
  it('come back, and do not show', () => {
    const sealed = seal(SECRETS, 'c1', keys, IV);
    expect(open(sealed, 'c1', keys)).toEqual(SECRETS);
    expect(sealed.toString('latin1')).not.toMatch(/secret|token/);
  });

  it('open with a former key, and not without it', () => {
    const sealed = seal(SECRETS, 'c1', sealingKeys(base64('old'), []), IV);
    expect(open(sealed, 'c1', sealingKeys(base64('new'), [base64('older'), base64('old')]))).toEqual(SECRETS);
    expect(open(sealed, 'c1', keys)).toBeUndefined();
  });

  it('belong to their connection, and to nobody who changes a bit', () => {
    const sealed = seal(SECRETS, 'c1', keys, IV);
    expect(open(sealed, 'c2', keys)).toBeUndefined();
    for (let at = 0; at < sealed.length; at += 1) {
      const changed = Buffer.from(sealed);
      changed[at]! ^= 1;
      expect(open(changed, 'c1', keys)).toBeUndefined();
    }
    for (const length of [0, 3, 20, 32]) expect(open(sealed.subarray(0, length), 'c1', keys)).toBeUndefined();
  });

  it('want keys of 32 bytes', () => {
    expect(() => sealingKeys(base64('new'), ['c2hvcnQ='])).toThrow(RangeError);
  });

  it('a fingerprint is known again after a change of keys', () => {
    const [before] = fingerprintsOf(SECRETS, sealingKeys(base64('old'), []));
    expect(fingerprintsOf(SECRETS, sealingKeys(base64('new'), [base64('old')]))).toContain(before);
    expect(fingerprintsOf({ ...SECRETS, verifyToken: 'b' }, sealingKeys(base64('old'), []))).not.toContain(before);
  });
});
