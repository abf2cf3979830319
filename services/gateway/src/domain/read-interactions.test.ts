import { describe, expect, it } from '@jest/globals';
import { assertProducible, TOPICS } from '@rapport/contracts';
import { RefusedRequest } from './item-error.js';
import { parseObject } from './parse-json.js';
import { readInteractions } from './read-interactions.js';
import type { RequestFacts } from './received-record.js';

const FACTS: RequestFacts = {
  protocol: 'rapport',
  source: 'crm',
  keyId: 'k1',
  receivedAt: '2026-01-15T09:00:00.000Z',
  traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
};
const ITEM = {
  id: 'i1',
  event: 'Call Ended',
  at: '2026-01-15T08:00:00.000Z',
  identifiers: { phone: '0901234567' },
  channel: 'phone',
  handling: 'human',
  value: { currency: 'VND', amount: '45000' },
};
const read = (interactions: unknown) => readInteractions(parseObject(Buffer.from(JSON.stringify({ interactions }))), FACTS, () => 'made');

function errorsOf(interactions: unknown): string[] {
  try {
    read(interactions);
  } catch (error) {
    if (error instanceof RefusedRequest) return error.errors.map(({ pointer }) => pointer);
    throw error;
  }
  return [];
}

describe('readInteractions', () => {
  it('makes one record per item, under its id', () => {
    const [record] = read([ITEM]);
    const value = JSON.parse(record!.value) as unknown;
    assertProducible(TOPICS.interactionsReceived, value);
    expect(value).toMatchObject({ protocol: 'rapport', type: 'interaction', messageId: 'i1', payload: ITEM });
    expect(record!.key).toBe('phone:+84901234567');
  });

  it('names every bad item and takes none', () => {
    const bad = [
      ITEM,
      { ...ITEM, event: '' },
      { ...ITEM, channel: 'pigeon' },
      { ...ITEM, identifiers: {} },
      { ...ITEM, identifiers: { userId: 'null' } },
      { ...ITEM, at: 'soon' },
      { ...ITEM, chanel: 'web' },
      { ...ITEM, value: { currency: 'GBP', amount: 12.5 } },
      7,
      { ...ITEM, text: 'a\u0000' },
    ];
    expect(errorsOf(bad)).toEqual([
      '/interactions/1/event',
      '/interactions/2/channel',
      '/interactions/3/identifiers',
      '/interactions/4/identifiers',
      '/interactions/5/at',
      '/interactions/6/chanel',
      '/interactions/7/value/amount',
      '/interactions/8',
      '/interactions/9/text',
    ]);
  });

  it.each([[undefined], [{}], [[]]])('needs a list with something in it, not %j', (interactions) => {
    expect(errorsOf(interactions)).toEqual(['/interactions']);
  });
});
