import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { findHazard } from './json-hazards.js';
import { JSON_DEPTH_MAX } from './limits.js';

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('findHazard', () => {
  it.each([
    ['a prototype', '{"a":{"__proto__":{"admin":true}}}', 'document', '/a'],
    ['an escaped prototype', '{"a":{"\\u005f_proto__":1}}', 'document', '/a'],
    ['a number beyond a double', '{"n":[1,1e400]}', 'document', '/n/1'],
    ['NUL', '{"t":"a\\u0000b"}', 'text', '/t'],
    ['NUL in a name', '{"t":{"a\\u0000":1}}', 'text', '/t'],
    ['half a surrogate pair', '{"t/~":["ok","\\ud83d"]}', 'text', '/t~1~0/1'],
  ])('finds %s', (_, text, kind, pointer) => {
    expect(findHazard(JSON.parse(text), text.includes('\\u'))).toMatchObject({ kind, pointer });
  });

  it('takes `constructor` and `toString` for what they are: names', () => {
    expect(findHazard(JSON.parse('{"constructor":{"prototype":1},"toString":"x","hasOwnProperty":null}'), true)).toBeUndefined();
  });

  it('knows the deepest document that may pass', () => {
    expect(findHazard(nested(JSON_DEPTH_MAX), true)).toBeUndefined();
    expect(findHazard(nested(JSON_DEPTH_MAX + 1), true)).toMatchObject({ kind: 'document' });
    expect(findHazard(nested(100_000), true)).toMatchObject({ kind: 'document' });
  });

  it('passes every document that says nothing dangerous', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        const clean = JSON.parse(JSON.stringify(value).replaceAll('\\u0000', '').replaceAll('__proto__', 'proto')) as unknown;
        expect(findHazard(clean, true)).toBeUndefined();
      }),
    );
  });

  it('finds a hazard wherever it stands', () => {
    const hazards = fc.constantFrom<unknown>('\u0000', 'x\ud800', Number.POSITIVE_INFINITY);
    const place = fc.array(fc.oneof(fc.constantFrom('a', 'b/c', '~'), fc.nat(3)), { maxLength: 8 });
    fc.assert(
      fc.property(hazards, place, (hazard, path) => {
        const value = path.reduceRight<unknown>(
          (inner, member) => (typeof member === 'number' ? [...Array(member).fill(0), inner] : { [member]: inner }),
          hazard,
        );
        const pointer = path.map((member) => `/${String(member).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
        expect(findHazard(value, true)?.pointer).toBe(pointer);
      }),
    );
  });
});
