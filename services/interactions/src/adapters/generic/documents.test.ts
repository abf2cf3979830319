import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import type { TSchema } from '@sinclair/typebox';
import { decodedOf, inbound, interactionsOf } from '../../testing/inbound.js';
import { Receipt } from '../store/receipt.js';
import { batchOf } from './batch.js';
import { ParcelEvent } from './carrier.js';
import { ForumEvent } from './forum.js';
import { SocialEvent } from './social.js';
import { WebinarEvent } from './webinar.js';

const DOCUMENTS: readonly (readonly [provider: string, list: string, item: TSchema, events: readonly string[]])[] = [
  ['webinar', 'events', WebinarEvent, ['Webinar Registered', 'Webinar Attended', 'Webinar Question Asked']],
  ['forum', 'events', ForumEvent, ['Forum Post Created', 'Forum Answer Posted', 'Forum Answer Accepted', 'Idea Submitted']],
  ['social', 'events', SocialEvent, ['Brand Mentioned', 'Social Post Commented']],
  ['carrier', 'events', ParcelEvent, ['Package Shipped', 'Delivery Failed', 'Package Delivered']],
  ['store', 'receipts', Receipt, ['Order Completed', 'Order Refunded']],
];

const page = (provider: string) =>
  readFileSync(fileURLToPath(new URL(`../../../../../docs/inbound/${provider}.md`, import.meta.url)), 'utf8');
const blocks = (provider: string) =>
  [...page(provider).matchAll(/```json\n([\s\S]*?)\n```/g)].map(([, json]) => JSON.parse(json!) as object);

describe.each(DOCUMENTS)('docs/inbound/%s.md', (provider, list, item, events) => {
  const [example, schema] = blocks(provider);

  it('shows an example that is understood', () => {
    expect(interactionsOf(inbound(provider, example)).map(({ event }) => event)).toEqual(events);
  });

  it('holds the schema that the adapter checks', () => {
    expect(schema).toEqual(JSON.parse(JSON.stringify(batchOf(list, item, provider))));
  });

  it('refuses a document with a fault, and names its place and not its value', () => {
    const broken = structuredClone(example) as Record<string, Record<string, unknown>[]>;
    broken[list]!.at(-1)!['at'] = 'at noon';
    expect(decodedOf(inbound(provider, broken))).toEqual({
      kind: 'reject',
      interactions: [],
      refusals: [expect.stringMatching(new RegExp(`^${provider}: /${list}/${events.length - 1}/at: (?!.*noon)`))],
    });
    for (const other of [{}, { [list]: [] }, [], 'x', 1]) expect(decodedOf(inbound(provider, other)).kind).toBe('reject');
  });

  it('gives every fact its own id, and the same one each time', () => {
    const ids = () => interactionsOf(inbound(provider, example)).map(({ messageId }) => messageId);
    expect(new Set(ids()).size).toBe(events.length);
    expect(ids()).toEqual(ids());
  });
});

it('a carrier’s own codes are translated by the connection’s settings, and unknown ones left out', () => {
  const event = { trackingNumber: 'T1', status: 'POD', at: '2026-01-14T08:00:00Z', person: { email: 'ann@example.com' } };
  const settings = { statuses: { POD: 'delivered' } };
  expect(interactionsOf(inbound('carrier', { events: [event] }, { settings }))[0]?.event).toBe('Package Delivered');
  expect(decodedOf(inbound('carrier', { events: [event] })).kind).toBe('skip');
});
