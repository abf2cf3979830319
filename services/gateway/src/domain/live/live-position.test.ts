import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { decodePosition, encodePosition, furthest, hasReached, type LivePosition, wasTold } from './live-position.js';

const offsets = fc.array(fc.nat({ max: 2 ** 40 }), { minLength: 3, maxLength: 3 });
const position: fc.Arbitrary<LivePosition> = fc
  .tuple(fc.nat({ max: 4_000_000_000_000 }), offsets, offsets)
  .map(([clockMs, p, m]) => ({ clockMs, offsets: { p, m } }));

describe('a position', () => {
  it('comes back as it was', () => {
    fc.assert(fc.property(position, (one) => expect(decodePosition(encodePosition(one))).toEqual(one)));
  });

  it.each(['', 'x', '2-a-p.1', '1-', '1-a-p', '1-a-P.1', '1-a-p.1-', `1-a-p${'.1'.repeat(10_000)}`, '1-a-p.1\nx'])(
    'is not read from %.20j',
    (text) => expect(decodePosition(text)).toBeUndefined(),
  );

  it('of two is reached by the furthest of them, and by no less', () => {
    fc.assert(
      fc.property(position, position, (a, b) => {
        const both = furthest(a, b);
        expect([hasReached(both, a), hasReached(both, b)]).toEqual([true, true]);
        expect(hasReached(a, b)).toBe(encodePosition(both) === encodePosition(a));
      }),
    );
  });

  it('knows what was told: everything before it, by partition and by the clock', () => {
    const at: LivePosition = { clockMs: 5_000, offsets: { p: [3, 0], m: [7, 7] } };
    expect(wasTold(at, { topic: 'p', partition: 0, offset: 2 })).toBe(true);
    expect(wasTold(at, { topic: 'p', partition: 0, offset: 3 })).toBe(false);
    expect(wasTold(at, { topic: 'c', partition: 0, offset: 0 })).toBe(false);
    expect([wasTold(at, { clockMs: 5_000 }), wasTold(at, { clockMs: 6_000 })]).toEqual([true, false]);
  });

  it('that does not name a topic yet stands before all of it, and is reached without it', () => {
    const older: LivePosition = { clockMs: 0, offsets: { p: [1] } };
    const newer: LivePosition = { clockMs: 0, offsets: { p: [1], c: [9] } };
    expect([hasReached(older, newer), hasReached(newer, older)]).toEqual([true, true]);
  });
});
