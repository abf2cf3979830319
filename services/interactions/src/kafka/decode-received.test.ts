import { describe, expect, it, jest } from '@jest/globals';
import { assertProducible, type InteractionReceived, TOPICS } from '@rapport/contracts';
import fc from 'fast-check';
import { interactionOf } from '../testing/interaction-of.js';
import { item, recordOf, segment, SETTINGS_FOR_TESTS } from '../testing/received.js';
import { decodeReceived } from './decode-received.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const reasonOf = (received: InteractionReceived | string): string => {
  const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
  return decoded.kind === 'reject' ? decoded.reason : decoded.kind;
};

describe('what is refused', () => {
  it.each([
    ['not JSON', '{', 'interactions.received.v1: not JSON'],
    ['a track without an event', segment({ userId: 'u1' }), 'a track call without the name of its event'],
    ['a group without its id', segment({ type: 'group', userId: 'u1' }), 'a group call without a groupId'],
    ['a call that does not exist', segment({ type: 'shout', userId: 'u1' }), 'there is no call "shout"'],
    [
      'an item that the gateway refused',
      segment({ type: 'refused', errors: [{ pointer: '/batch/3/event', detail: 'is missing' }], item: '{}' }),
      'refused at the door: /batch/3/event is missing',
    ],
    ['nobody', segment({ event: 'X' }), 'no identifier'],
    [
      'nobody usable',
      segment({ event: 'X', userId: 'null', context: { traits: { email: 'nobody' } } }),
      'no usable identifier (userId: blocked, email: blocked)',
    ],
    ['an item without an event', item({ identifiers: { userId: 'u1' } }), 'an interaction without the name of its event'],
    ['an item of nobody', item({ event: 'X', identifiers: { email: 'ann at example' } }), 'no usable identifier (email: invalid)'],
    [
      'a thousand levels',
      segment({ event: 'X', userId: 'u1', properties: JSON.parse(`${'{"a":'.repeat(1000)}1${'}'.repeat(1000)}`) }),
      'nested too deeply',
    ],
  ])('%s', (_, received, reason) => expect(reasonOf(received)).toBe(reason));

  it('skips a tombstone', () => expect(decodeReceived(recordOf(null), SETTINGS_FOR_TESTS).kind).toBe('skip'));

  it('tolerates members that it does not know', () => {
    expect(interactionOf(JSON.stringify({ ...segment({ event: 'Signed In', userId: 'u1' }), added: 'later' })).event).toBe('Signed In');
  });

  it('replaces what no database stores, and drops what poisons prototypes', () => {
    const raw = JSON.stringify(segment({ event: 'X', userId: 'u1', properties: { note: 'a\u0000b\ud800c 🚗', list: ['\u0000'] } })).replace(
      '"note"',
      '"__proto__":{"admin":true},"note"',
    );
    const { properties } = interactionOf(raw);
    expect(properties).toEqual({ note: 'a\ufffdb\ufffdc 🚗', list: ['\ufffd'] });
    expect(Object.getOwnPropertyNames(properties)).toEqual(['note', 'list']);
  });

  it('carries the trace on', () => {
    const traceparent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';
    expect(decodeReceived(recordOf(segment({ event: 'X', userId: 'u1' }), { traceparent }), SETTINGS_FOR_TESTS)).toMatchObject({
      input: { traceparent },
    });
  });
});

describe('laws', () => {
  const value = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.jsonValue(),
    fc.double(),
    fc.constantFrom('u1', 'null', 'store', 'human', 'GBP', 'Order Completed', '2026-01-15T08:00:00Z'),
  );
  const NAMES = [
    'type',
    'event',
    'userId',
    'anonymousId',
    'previousId',
    'groupId',
    'properties',
    'traits',
    'context',
    'timestamp',
    'originalTimestamp',
    'sentAt',
    'channel',
    'name',
    'identifiers',
    'at',
    'value',
    'account',
    'text',
    'kind',
    'id',
    'sentiment',
    'agentId',
    'stage',
    'email',
    'phone',
    'device',
    'library',
    'page',
    'externalIds',
    'total',
    'currency',
    'campaign',
    'active',
    'direct',
  ];
  const object = fc.dictionary(
    fc.constantFrom(...NAMES),
    fc.oneof(value, fc.dictionary(fc.constantFrom(...NAMES), fc.oneof(value, fc.dictionary(fc.constantFrom(...NAMES), value)))),
  );

  it('every payload is either recorded within the contract or refused with a reason, and always alike', () => {
    let recorded = 0;
    fc.assert(
      fc.property(object, fc.constantFrom('track', 'identify', 'page', 'screen', 'group', 'alias', 'rapport'), (payload, call) => {
        const received =
          call === 'rapport'
            ? item({ event: 'X', identifiers: { userId: 'u1' }, ...payload }, { messageId: 'm' })
            : segment({ event: 'X', userId: 'u1', ...payload }, { type: call });
        const decoded = decodeReceived(recordOf(received), SETTINGS_FOR_TESTS);
        expect(decodeReceived(recordOf(received), SETTINGS_FOR_TESTS)).toEqual(decoded);
        if (decoded.kind === 'reject') return expect(decoded.reason).not.toBe('');
        recorded += 1;
        if (decoded.kind === 'input') assertProducible(TOPICS.interactionsRecorded, decoded.input.interactions[0]);
      }),
      { numRuns: 800 },
    );
    expect(recorded).toBeGreaterThan(300);
  });
});
