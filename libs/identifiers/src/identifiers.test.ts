import { describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  BLOCKED_VALUES,
  countryCode,
  DEFAULT_IDENTIFIER_RULE,
  IDENTIFIER_RULES,
  identifierRules,
  identifierType,
  normalizeIdentifier,
  normalizeIdentifiers,
  parseRef,
  readIdentifiers,
  ruleOf,
  subjectOf,
  VIETNAM_PREFIXES_2018,
} from './index.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const value = (type: string, raw: unknown) => {
  const one = normalizeIdentifier(type, raw);
  return one.ok ? one.value : one.reason;
};

describe('e-mail', () => {
  it.each([
    ['  Ann@Example.COM ', 'ann@example.com'],
    ['Nguyễn@ví-dụ.vn'.normalize('NFD'), 'nguyễn@ví-dụ.vn'],
    ['ａｎｎ@example.com', 'ann@example.com'],
    ['ann\u200b@example.com', 'ann@example.com'],
    ['ann+news@example.com', 'ann+news@example.com'],
    ['ann', 'invalid'],
    ['ann@', 'invalid'],
    ['@example.com', 'invalid'],
    ['ann@localhost', 'invalid'],
    ['a@b@example.com', 'invalid'],
    ['ann b@example.com', 'invalid'],
    ['Ann <ann@example.com>', 'invalid'],
    ['ann@example..com', 'invalid'],
    [`${'a'.repeat(65)}@example.com`, 'invalid'],
    [`a@${'b'.repeat(250)}.com`, 'invalid'],
    [`a@${'b'.repeat(260)}.com`, 'too_long'],
    ['test@test.com', 'blocked'],
    ['NULL', 'blocked'],
  ])('%j → %s', (raw, expected) => expect(value('email', raw)).toBe(expected));
});

describe('phone', () => {
  it.each([
    ['0901234567', '+84901234567'],
    ['+84 90 123 45 67', '+84901234567'],
    ['+84 (0)901 234 567', '+84901234567'],
    ['84901234567', '+84901234567'],
    ['0084901234567', '+84901234567'],
    ['090.123.4567', '+84901234567'],
    [84901234567, '+84901234567'],
    ['０９０１２３４５６７', '+84901234567'],
    ['0120 123 4567', '+84701234567'],
    ['+841201234567', '+84701234567'],
    ['01691234567', '+84391234567'],
    ['01991234567', '+84591234567'],
    ['+44 20 7946 0958', '+442079460958'],
    ['(024) 3825 5599', '+842438255599'],
    ['+84901234567 ext. 5', 'invalid'],
    ['call me', 'invalid'],
    ['12', 'invalid'],
    ['+999123456789', 'invalid'],
    ['000 000 000', 'blocked'],
    ['0123456789', 'blocked'],
    [true, 'invalid'],
  ])('%j → %s', (raw, expected) => expect(value('phone', raw)).toBe(expected));

  it('reads a number without its country code as one of the configured country', () => {
    expect(normalizeIdentifier('phone', '020 7946 0958', { defaultCountry: 'GB' })).toMatchObject({ value: '+442079460958' });
    expect(countryCode('gb')).toBe('GB');
    expect(() => countryCode('xx')).toThrow(RangeError);
  });

  it('moves every prefix of 2018 to a prefix that exists today, and no two to the same', () => {
    const targets = Object.values(VIETNAM_PREFIXES_2018);
    expect(new Set(targets).size).toBe(targets.length);
    for (const [old, now] of Object.entries(VIETNAM_PREFIXES_2018)) {
      expect(value('phone', `0${old}7654321`)).toBe(`+84${now}7654321`);
      expect(value('phone', `+84${now}7654321`)).toBe(`+84${now}7654321`);
    }
  });
});

describe('ids', () => {
  it.each([
    ['userId', ' 17850 ', '17850'],
    ['userId', 17850, '17850'],
    ['userId', 'José'.normalize('NFD'), 'José'],
    ['userId', 'x'.repeat(257), 'too_long'],
    ['userId', 'x'.repeat(256), 'x'.repeat(256)],
    ['userId', 'a\u0000b', 'invalid'],
    ['userId', '\ud800', 'invalid'],
    ['userId', '', 'invalid'],
    ['userId', '  ', 'invalid'],
    ['userId', {}, 'invalid'],
    ['userId', 1.5, 'invalid'],
    ['userId', null, 'invalid'],
    ['anonymousId', '00000000-0000-0000-0000-000000000000', 'blocked'],
    ['userId', 0, 'blocked'],
    ['userId', -1, 'blocked'],
    ['userId', '---', 'blocked'],
    ['userId', '[object Object]', 'blocked'],
    ['userId', 'Undefined', 'blocked'],
    ['userId', 'Khách lẻ', 'blocked'],
    ['userId', '{{ user.id }}', 'blocked'],
    ['userId', 'NaN', 'blocked'],
    ['userId', 'test', 'test'],
    ['userId', '007', '007'],
    ['whatsapp', '84901234567', '+84901234567'],
    ['whatsapp', 'ann.lee', 'ann.lee'],
    ['no type', 'x', 'invalid'],
    ['', 'x', 'invalid'],
  ])('%s %j → %s', (type, raw, expected) => expect(value(type, raw)).toBe(expected));

  it('knows the usual spellings of a type', () => {
    expect(
      ['user_id', 'User-ID', 'anonymous_id', 'phone_number', 'android.idfa', 'waId', 'braze_id', 'constructor'].map(identifierType),
    ).toEqual(['userId', 'userId', 'anonymousId', 'phone', 'advertisingId', 'whatsapp', 'braze_id', 'constructor']);
    expect(ruleOf('constructor')).toBe(DEFAULT_IDENTIFIER_RULE);
  });

  it('blocks every listed value in any case, whatever the type', () => {
    for (const blocked of BLOCKED_VALUES) expect([blocked, value('userId', blocked.toUpperCase())]).toEqual([blocked, 'blocked']);
  });
});

describe('laws', () => {
  const type = fc.constantFrom(...Object.keys(IDENTIFIER_RULES), 'braze_id', 'toString');
  const digits = fc.stringMatching(/^(\+84|0|84|\+)?[0-9 .()-]{6,14}$/);
  const raw = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: 'grapheme' }),
    fc.emailAddress(),
    digits,
    fc.integer(),
    fc.constantFrom('İ@Ⅻ.℻', 'ß@ﬁ.ΣΣ'),
    fc.tuple(fc.string({ unit: 'binary' }), fc.domain()).map((parts) => parts.join('@')),
  );

  it('is idempotent', () => {
    fc.assert(
      fc.property(type, raw, (name, text) => {
        const once = normalizeIdentifier(name, text);
        if (once.ok) expect(normalizeIdentifier(once.type, once.value)).toEqual(once);
      }),
      { numRuns: 1500 },
    );
  });

  it('gives what can be stored: 1 to 256 well-formed characters, trimmed', () => {
    fc.assert(
      fc.property(type, raw, (name, text) => {
        const one = normalizeIdentifier(name, text);
        if (one.ok)
          expect(
            one.value.length >= 1 &&
              one.value.length <= 256 &&
              one.value === one.value.trim() &&
              !one.value.includes('\u0000') &&
              Buffer.from(one.value).toString() === one.value,
          ).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('the subject is the strongest of the normalised identifiers, however they are listed', () => {
    fc.assert(
      fc.property(fc.array(fc.record({ type, value: raw }), { maxLength: 6 }), fc.nat(), (list, turn) => {
        const turned = [...list.slice(turn % (list.length + 1)), ...list.slice(0, turn % (list.length + 1))];
        const [strongest] = normalizeIdentifiers(list);
        expect(subjectOf(turned)).toBe(strongest === undefined ? undefined : `${strongest.type}:${strongest.value}`);
        expect(normalizeIdentifiers(turned)).toEqual(normalizeIdentifiers(list));
      }),
      { numRuns: 1000 },
    );
  });

  it('a reference to an identifier reads back, encoded or not', () => {
    fc.assert(
      fc.property(type, raw, (name, text) => {
        const one = normalizeIdentifier(name, text);
        if (one.ok)
          expect(parseRef(`${one.type}:${encodeURIComponent(one.value)}`)).toEqual({
            kind: 'identifier',
            type: one.type,
            value: one.value,
          });
      }),
      { numRuns: 1000 },
    );
  });
});

describe('references', () => {
  it('tells ids from identifiers', () => {
    expect(parseRef('0190B5C0-0000-7000-8000-000000000001')).toEqual({ kind: 'id', id: '0190b5c0-0000-7000-8000-000000000001' });
    expect(parseRef('email:ann%40example.com')).toEqual({ kind: 'identifier', type: 'email', value: 'ann@example.com' });
    expect(parseRef('email:Ann@Example.com')).toEqual({ kind: 'identifier', type: 'email', value: 'ann@example.com' });
    expect(parseRef('user_id:a:b')).toEqual({ kind: 'identifier', type: 'userId', value: 'a:b' });
    expect(['', ':', 'ann', 'email:', 'email:nobody', 'userId:null', '%', '%zz:x'].map((ref) => parseRef(ref))).toEqual(
      Array(8).fill(undefined),
    );
  });
});

describe('reading payloads', () => {
  it('finds the identifiers of a Segment message', () => {
    const message = {
      type: 'identify',
      userId: 'u1',
      anonymousId: 'a1',
      traits: { email: 'Ann@example.com', phone: '0901234567' },
      context: {
        externalIds: [{ id: 'z9', type: 'zalo_id', collection: 'users' }, 'junk', { id: 'x' }],
        device: { id: 'd1' },
        traits: { email: 'ann@example.com' },
      },
    };
    expect(normalizeIdentifiers(readIdentifiers('segment', message))).toEqual([
      { type: 'userId', value: 'u1' },
      { type: 'email', value: 'ann@example.com' },
      { type: 'phone', value: '+84901234567' },
      { type: 'zaloId', value: 'z9' },
      { type: 'deviceId', value: 'd1' },
      { type: 'anonymousId', value: 'a1' },
    ]);
    expect(subjectOf(readIdentifiers('segment', message))).toBe('userId:u1');
  });

  it('does not take the company of a group for the person, and reads both names of an alias', () => {
    expect(readIdentifiers('segment', { type: 'group', userId: 'u1', groupId: 'g1', traits: { email: 'office@example.com' } })).toEqual([
      { type: 'userId', value: 'u1' },
    ]);
    expect(readIdentifiers('segment', { type: 'alias', userId: 'u1', previousId: 'a1' })).toEqual([
      { type: 'userId', value: 'u1' },
      { type: 'anonymousId', value: 'a1' },
    ]);
  });

  it('finds the identifiers of an item, one or several per type, and never more than 20', () => {
    expect(
      readIdentifiers('rapport', { identifiers: { email: ['a@example.com', 'b@example.com'], userId: 'u1', phone: null } }),
    ).toHaveLength(3);
    expect(readIdentifiers('rapport', { identifiers: { userId: Array.from({ length: 500 }, (_, i) => `u${i}`) } })).toHaveLength(20);
    expect(readIdentifiers('rapport', { identifiers: 'u1' })).toEqual([]);
    expect(readIdentifiers('segment', { context: null, traits: [] })).toEqual([]);
  });

  it('falls back to the next identifier when the strongest identifies nobody', () => {
    expect(
      subjectOf([
        { type: 'userId', value: 'null' },
        { type: 'email', value: 'x' },
        { type: 'anonymousId', value: 'a1' },
      ]),
    ).toBe('anonymousId:a1');
    expect(subjectOf([{ type: 'userId', value: 'null' }])).toBeUndefined();
    expect(subjectOf([])).toBeUndefined();
  });
});

describe('the rules', () => {
  it('can be overridden, checked', () => {
    const rules = identifierRules({ email: { limit: 2 }, memberNo: { priority: 93 } });
    expect(rules['email']).toMatchObject({ priority: 80, limit: 2, limitByStronger: 5 });
    expect(rules['memberNo']).toMatchObject({ priority: 93, limit: 1 });
    expect(() => identifierRules({ email: { limit: 0 } })).toThrow('email.limit');
  });

  it('give every type its own place, and one userId to a profile', () => {
    const priorities = Object.values(IDENTIFIER_RULES).map((one) => one.priority);
    expect(new Set(priorities).size).toBe(priorities.length);
    expect(priorities).toEqual([...priorities].sort((a, b) => b - a));
    expect(IDENTIFIER_RULES['userId']).toEqual({ priority: 100, limit: 1, limitByStronger: 1 });
  });
});
