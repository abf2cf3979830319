import { describe, expect, it } from '@jest/globals';
import { assertProducible, type InteractionReceived, TOPICS } from '@rapport/contracts';
import fc from 'fast-check';
import { RefusedRequest } from './item-error.js';
import { EVENT_BYTES_MAX } from './limits.js';
import { parseObject } from './parse-json.js';
import type { ReceivedRecord, RequestFacts } from './received-record.js';
import { readSegmentBatch, readSegmentCall } from './read-segment.js';
import { SEGMENT_TYPES, type SegmentType } from './segment-message.js';

const FACTS: RequestFacts = {
  protocol: 'segment',
  source: 'web',
  keyId: 'k1',
  receivedAt: '2026-01-15T09:00:00.000Z',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
  caller: () => ({ ip: '203.0.113.7', userAgent: 'Mozilla/5.0' }),
};
let made = 0;
const newId = (): string => `made-${++made}`;
const body = (value: unknown) => parseObject(Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)));
const call = (type: SegmentType, value: unknown) => readSegmentCall(type, body(value), FACTS, newId);
const batch = (value: unknown) => readSegmentBatch(body(value), FACTS, newId);
const contentOf = (record: ReceivedRecord | undefined): InteractionReceived => {
  const value = JSON.parse(record!.value) as InteractionReceived;
  assertProducible(TOPICS.interactionsReceived, value);
  return value;
};

/** What a refusal says, or what came instead. */
function refusal(read: () => unknown): unknown {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RefusedRequest)) throw error;
    return [error.reason, ...error.errors.map(({ pointer }) => pointer)];
  }
}

const VALID: Readonly<Record<SegmentType, object>> = {
  track: { userId: 'u', event: 'A' },
  identify: { userId: 'u' },
  page: { anonymousId: 'a' },
  screen: { anonymousId: 'a', name: 'Home' },
  group: { userId: 'u', groupId: 'g' },
  alias: { userId: 'u', previousId: 'a' },
};

describe('one call', () => {
  it.each(SEGMENT_TYPES)('%s is kept as it came, with its type', (type) => {
    const message = { messageId: 'm', ...VALID[type], extra: { kept: [1, 'é'] } };
    expect(contentOf(call(type, message))).toMatchObject({ type, messageId: 'm', payload: { type, ...message } });
  });

  it('believes the address, not the body, about its type', () => {
    expect(contentOf(call('track', { type: 'identify', userId: 'u', event: 'A' })).payload).toMatchObject({ type: 'track' });
  });

  it('makes a message id when there is none', () => {
    expect(contentOf(call('track', { userId: 'u', event: 'A', messageId: null })).messageId).toMatch(/^made-/);
  });

  it('is ordered by its strongest identifier, whatever stands beside it', () => {
    expect(call('identify', { anonymousId: 'a', userId: 17850, traits: { email: 'Ann@Example.com' } }).key).toBe('userId:17850');
    expect(call('identify', { anonymousId: 'a', traits: { email: 'Ann@Example.com' } }).key).toBe('email:ann@example.com');
    expect(
      call('track', { event: 'A', context: { externalIds: [{ type: 'zaloId', id: '77', collection: 'users', encoding: 'none' }] } }).key,
    ).toBe('zaloId:77');
  });

  it('knows the caller as the customer only when the call is direct', () => {
    expect(contentOf(call('track', { userId: 'u', event: 'A', context: { direct: true } })).request).toEqual({
      ip: '203.0.113.7',
      userAgent: 'Mozilla/5.0',
    });
    expect(contentOf(call('track', { userId: 'u', event: 'A' })).request).toBeUndefined();
  });

  it('passes active: false, external ids, and times on as they are', () => {
    const message = {
      userId: 'u',
      event: 'A',
      timestamp: '0001-01-01T00:00:00Z',
      originalTimestamp: '9999-12-31T23:59:59Z',
      sentAt: '2026-01-15T08:59:59.000Z',
      context: { active: false, externalIds: [] },
    };
    expect(contentOf(call('track', message))).toMatchObject({ sentAt: message.sentAt, payload: message });
  });

  it.each([
    ['no identifier', 'track', { event: 'A' }, ['']],
    ['an identifier that names nobody', 'track', { event: 'A', userId: 'null', anonymousId: '' }, ['']],
    ['no event', 'track', { userId: 'u' }, ['/event']],
    ['an empty event', 'track', { userId: 'u', event: '' }, ['/event']],
    ['no group', 'group', { userId: 'u' }, ['/groupId']],
    ['no previous id', 'alias', { userId: 'u' }, ['/previousId']],
    ['101 characters of messageId', 'track', { userId: 'u', event: 'A', messageId: 'x'.repeat(101) }, ['/messageId']],
    ['properties that are a list', 'track', { userId: 'u', event: 'A', properties: [] }, ['/properties']],
    ['a context that is a text', 'track', { userId: 'u', event: 'A', context: 'x' }, ['/context']],
    ['a userId that is an object', 'track', { userId: {}, event: 'A' }, ['/userId']],
    ['a time that is none', 'track', { userId: 'u', event: 'A', timestamp: 'yesterday' }, ['/timestamp']],
    ['NUL', 'track', { userId: 'u', event: 'A', properties: { t: '\u0000' } }, ['/properties/t']],
    ['half a surrogate pair', 'track', { userId: 'u', event: 'A\ud83d' }, ['/event']],
  ] as const)('is refused for %s', (_, type, message, pointers) => {
    expect(refusal(() => call(type, message))).toEqual(['items', ...pointers]);
  });

  it('is refused as a document for a prototype, depth, or a number beyond a double', () => {
    expect(refusal(() => call('track', '{"userId":"u","event":"A","properties":{"__proto__":{}}}'))).toEqual(['json', '/properties']);
    expect(refusal(() => call('track', '{"userId":"u","event":"A","properties":{"n":1e400}}'))).toEqual(['json', '/properties/n']);
    expect(refusal(() => call('track', `{"userId":"u","event":"A","p":${'['.repeat(1000)}${']'.repeat(1000)}}`))).toMatchObject({
      0: 'json',
    });
  });

  it('may have exactly 32 KB', () => {
    const sized = (bytes: number) => {
      const text = JSON.stringify({ userId: 'u', event: 'A', properties: { t: '' } });
      return text.replace('"t":""', `"t":"${'x'.repeat(bytes - text.length)}"`);
    };
    expect(call('track', sized(EVENT_BYTES_MAX)).key).toBe('userId:u');
    expect(refusal(() => call('track', sized(EVENT_BYTES_MAX + 1)))).toEqual(['too_large', '']);
  });

  it('never keeps the write key', () => {
    expect(call('track', { writeKey: 'wk_secret', userId: 'u', event: 'A' }).value).not.toContain('wk_secret');
  });
});

describe('a batch', () => {
  it('keeps order, and one record per event', () => {
    const { records, errors } = batch({
      batch: Array.from({ length: 50 }, (_, index) => ({ type: 'track', userId: `u${index % 3}`, event: 'A', messageId: `m${index}` })),
    });
    expect(errors).toEqual([]);
    expect(records.map((record) => contentOf(record).messageId)).toEqual(Array.from({ length: 50 }, (_, index) => `m${index}`));
  });

  it('gives its sentAt and context to events that have none', () => {
    const { records } = batch({
      sentAt: '2026-01-15T09:00:00.000Z',
      context: { app: 'shop', locale: 'vi' },
      integrations: { All: true },
      batch: [
        { type: 'track', userId: 'u', event: 'A' },
        { type: 'track', userId: 'u', event: 'B', sentAt: '2026-01-15T08:00:00.000Z', context: { locale: 'en' } },
      ],
    });
    expect(records.map(contentOf)).toMatchObject([
      { sentAt: '2026-01-15T09:00:00.000Z', payload: { context: { app: 'shop', locale: 'vi' }, integrations: { All: true } } },
      { sentAt: '2026-01-15T08:00:00.000Z', payload: { context: { app: 'shop', locale: 'en' } } },
    ]);
  });

  it('names every bad event, and keeps each as text beside its errors', () => {
    const items = [
      { type: 'track', userId: 'u', event: 'A' },
      7,
      null,
      { type: 'purchase', userId: 'u' },
      { type: 'track', userId: 'u', event: 'A', properties: { t: '\u0000' } },
      { type: 'identify' },
    ];
    const { records, errors, refused } = batch({ batch: items });
    expect(records).toHaveLength(1);
    expect(errors.map(({ pointer }) => pointer)).toEqual(['/batch/1', '/batch/2', '/batch/3/type', '/batch/4/properties/t', '/batch/5']);
    expect(refused.map((record) => JSON.parse(String(contentOf(record).payload['item'])) as unknown)).toEqual(items.slice(1));
    expect(refused.map(({ value }) => value).join()).not.toContain('\u0000');
  });

  it.each([
    ['no batch', {}, ['shape', '/batch']],
    ['a batch that is no list', { batch: {} }, ['shape', '/batch']],
    ['an empty batch', { batch: [] }, ['shape', '/batch']],
    ['2,501 events', { batch: Array(2501).fill({ type: 'track', userId: 'u', event: 'A' }) }, ['too_many']],
    [
      'an event of 33 KB',
      {
        batch: [
          { type: 'track', userId: 'u', event: 'A' },
          { type: 'track', userId: 'u', event: 'A', properties: { t: 'x'.repeat(33 * 1024) } },
        ],
      },
      ['too_large', '/batch/1'],
    ],
  ])('is refused as a whole for %s', (_, value, expected) => {
    expect(refusal(() => batch(value))).toEqual(expected);
  });

  it('measures an event in bytes of UTF-8', () => {
    const withText = (t: string) => ({ batch: [{ type: 'track', userId: 'u', event: 'A', properties: { t } }] });
    expect(batch(withText('ế'.repeat(10_800))).records).toHaveLength(1);
    expect(refusal(() => batch(withText('ế'.repeat(11_000))))).toEqual(['too_large', '/batch/0']);
  });

  it('loses nothing: every item is either kept or named and kept as refused, and every record fits the contract', () => {
    const items = fc.array(
      fc.oneof(
        fc.record({
          type: fc.constantFrom('track', 'identify', 'nonsense'),
          userId: fc.oneof(fc.string({ maxLength: 20 }), fc.integer(), fc.constant(null)),
          event: fc.option(fc.string({ maxLength: 12 }), { nil: undefined }),
          messageId: fc.option(fc.string({ maxLength: 120 }), { nil: undefined }),
          properties: fc.jsonValue({ maxDepth: 3 }),
        }),
        fc.jsonValue({ maxDepth: 3 }),
      ),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(items, (list) => {
        const text = JSON.stringify({ batch: list }).replaceAll('__proto__', 'proto');
        const { records, errors, refused } = batch(text);
        expect(records.length + refused.length).toBe(list.length);
        expect(new Set(errors.map(({ pointer }) => pointer.split('/')[2])).size).toBe(refused.length);
        for (const record of [...records, ...refused]) contentOf(record);
      }),
    );
  });
});

describe('parseObject', () => {
  it.each([
    ['', 'json'],
    ['   ', 'json'],
    ['{"a":', 'json'],
    ['[]', 'shape'],
    ['"text"', 'shape'],
    ['null', 'shape'],
    ['7', 'shape'],
  ])('refuses %j', (text, reason) => {
    expect(refusal(() => body(text))).toMatchObject({ 0: reason });
  });

  it('reads over a byte order mark', () => {
    expect(body('\uFEFF{"a":1}').body).toEqual({ a: 1 });
  });
});
