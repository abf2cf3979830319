import { applyDecorators } from '@nestjs/common';
import { BATCH_BYTES_MAX, BATCH_EVENTS_MAX, EVENT_BYTES_MAX } from '../../domain/limits.js';
import type { SegmentType } from '../../domain/segment-message.js';
import { RawBody } from '../request-body.js';
import { ref } from './components.js';
import { Door } from './door.js';

const ANSWER = {
  status: 200,
  description: 'Accepted: Kafka has it on all in-sync replicas.',
  schema: ref('Success'),
  example: { success: true },
  headers: {
    RateLimit: 'What is left, e.g. `"default";r=59999;t=1`.',
    'RateLimit-Policy': 'The limit of the key, e.g. `"default";q=60000;w=3`.',
  },
} as const;
const GZIP = { 'Content-Encoding': '`gzip`, or absent.' } as const;

const EXAMPLES: Readonly<Record<SegmentType, object>> = {
  track: {
    messageId: '8a4f0c1e-track-1',
    userId: '17850',
    event: 'Order Completed',
    timestamp: '2026-01-15T09:00:00.000Z',
    properties: { order_id: '536365', total: '139.12', currency: 'GBP' },
  },
  identify: { messageId: '8a4f0c1e-identify-1', userId: '17850', traits: { email: 'ann@example.com', plan: 'pro' } },
  page: { messageId: '8a4f0c1e-page-1', anonymousId: 'b7c1', name: 'Pricing', properties: { url: 'https://shop.example/pricing' } },
  screen: { messageId: '8a4f0c1e-screen-1', anonymousId: 'b7c1', name: 'Cart' },
  group: { messageId: '8a4f0c1e-group-1', userId: '17850', groupId: 'acme', traits: { name: 'Acme' } },
  alias: { messageId: '8a4f0c1e-alias-1', userId: '17850', previousId: 'b7c1' },
};

const WHAT: Readonly<Record<SegmentType, string>> = {
  track: 'Something happened',
  identify: 'Who somebody is',
  page: 'A page was viewed',
  screen: 'A screen was viewed',
  group: 'Somebody belongs to a company',
  alias: 'Somebody has a new id',
};

export function SegmentDoor(type: SegmentType): MethodDecorator {
  return applyDecorators(
    RawBody(),
    Door({
      scope: 'own',
      summary: `${WHAT[type]} (${type})`,
      description: `One call of the Segment HTTP API, at most ${EVENT_BYTES_MAX} bytes. The body is read as JSON whatever the content type says. A bad call is refused with 400.`,
      headers: GZIP,
      body: { schema: ref(`Segment${type.charAt(0).toUpperCase()}${type.slice(1)}`), examples: { [type]: EXAMPLES[type] } },
      answer: ANSWER,
    }),
  );
}

const BATCH_TEXT =
  `Up to ${BATCH_EVENTS_MAX} calls and ${BATCH_BYTES_MAX} bytes (inflated), each with its \`type\`. As with Segment, one bad event does not hold up the others: they are accepted and answered with 200, ` +
  'and the bad one is kept in the dead letters (`interactions.record.dlq`) with its reason. With `X-Strict-Mode: 1`, or when no event is good, the answer is 400, all bad ones are named, and nothing is accepted.';

export function SegmentBatchDoor(kind: 'batch' | 'import'): MethodDecorator {
  return applyDecorators(
    RawBody(),
    Door({
      scope: 'own',
      summary: kind === 'batch' ? 'Many calls at once' : 'Many calls from the past',
      description: BATCH_TEXT,
      headers: { ...GZIP, 'X-Strict-Mode': '`1`: all or nothing.' },
      body: {
        schema: ref('SegmentBatch'),
        examples: {
          batch: {
            sentAt: '2026-01-15T09:00:01.000Z',
            batch: [
              { type: 'identify', ...EXAMPLES.identify },
              { type: 'track', ...EXAMPLES.track },
            ],
          },
        },
      },
      answer: ANSWER,
    }),
  );
}
