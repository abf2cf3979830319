import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { deriveId } from './derive-id.js';

describe('deriveId', () => {
  it('never changes: replays years later must give the same ids', () => {
    expect(deriveId(new Date('2026-01-15T09:00:00.000Z'), 'shop', 'm1')).toBe('019bc0e2-1280-784e-8205-6cb689affdab');
  });

  it('is a UUIDv7 whose time is `at`, and sorts by it', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date(0), max: new Date('9999-12-31T00:00:00Z'), noInvalidDate: true }),
        fc.string({ unit: 'binary' }),
        (at, part) => {
          const id = deriveId(at, part);
          expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
          expect(Number.parseInt(id.replace('-', '').slice(0, 12), 16)).toBe(at.getTime());
          expect(id.slice(24)).toBe(createHash('sha256').update(part).digest('hex').slice(8, 20));
          expect(deriveId(new Date(at.getTime() + 1), part) > id).toBe(true);
        },
      ),
    );
  });

  it('tells the borders of its parts', () => expect(deriveId(new Date(0), 'a', 'bc')).not.toBe(deriveId(new Date(0), 'ab', 'c')));
});
