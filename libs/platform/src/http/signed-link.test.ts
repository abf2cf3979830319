import fc from 'fast-check';
import { decodeCursor, encodeCursor } from './page.js';
import { signLink, verifyLink } from './signed-link.js';

const SECRET = 'a secret of the installation';

describe('signed links', () => {
  const token = signLink({ n: '0198', a: 'ann@example.com', u: 'marketing' }, SECRET);

  it('give back their payload', () => {
    expect(verifyLink(token, SECRET)).toEqual({ n: '0198', a: 'ann@example.com', u: 'marketing' });
    expect(token).toMatch(/^[A-Za-z0-9_-]+$/);
  });

  it('outlive a rotation of the secret, and end with it', () => {
    expect(verifyLink(token, ['the new secret', SECRET])).toBeDefined();
    expect(verifyLink(token, 'the new secret')).toBeUndefined();
  });

  it('are refused after any change of a character, cut, or added', () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom(...'AZaz09-_'), (at, character) => {
        const changed = token.slice(0, at) + character + token.slice(at + 1);
        expect(verifyLink(changed, SECRET) !== undefined).toBe(changed === token);
        expect(verifyLink(token.slice(0, at), SECRET)).toBeUndefined();
        expect(verifyLink(token + character, SECRET)).toBeUndefined();
      }),
    );
  });

  it.each(['', '.', 'A', 'A'.repeat(43), 'A'.repeat(3_000), '%00', '\u0000'])('refuse %j', (text) =>
    expect(verifyLink(text, SECRET)).toBeUndefined(),
  );

  it('are not longer than a link should be', () => expect(() => signLink({ a: 'x'.repeat(2_000) }, SECRET)).toThrow(RangeError));
});

describe('cursors', () => {
  it('give back the position', () =>
    expect(decodeCursor(encodeCursor({ at: '2026-01-01T00:00:00.000Z', id: 'é' }))).toEqual({ at: '2026-01-01T00:00:00.000Z', id: 'é' }));

  it.each(['', 'x', '!!!', Buffer.from('[1]').toString('base64url'), Buffer.from('null').toString('base64url'), 'A'.repeat(2_000)])(
    'refuse %j with a problem',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(expect.objectContaining({ code: expect.stringMatching(/_CURSOR_INVALID$/) }));
    },
  );
});
