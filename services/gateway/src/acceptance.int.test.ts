import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { assertProducible, TOPICS } from '@rapport/contracts';
import { partitionOf } from '@rapport/platform';
import { TopicReader } from './testing/read-topic.js';
import { PARTITIONS, startOnStack, type TestSetup } from './testing/setup.js';
import { SERVER_KEY, type TestGateway, WRITE_KEY } from './testing/start-gateway.js';

let setup: TestSetup;
let gateway: TestGateway;
let topic: TopicReader;

beforeAll(async () => {
  setup = await startOnStack();
  gateway = setup.gateway;
  topic = await TopicReader.start(setup.brokers);
}, 60_000);

afterAll(async () => {
  await topic?.stop();
  await setup?.stop();
});

const bySubject = (key: string) => (record: { key: string }) => record.key === key;

describe('acceptance', () => {
  it('keeps a track call as it came, as a CloudEvent under its subject', async () => {
    const call = {
      messageId: 'keeps-1',
      userId: 'keeps',
      event: 'Order Completed',
      properties: { total: '12.50' },
      timestamp: '2026-01-01T00:00:00.000Z',
      sentAt: '2026-01-01T00:00:01.000Z',
    };
    const response = await gateway.post('/v1/track', call);
    expect([response.status, await response.json()]).toEqual([200, { success: true }]);
    const [record] = await topic.wait(1, bySubject('userId:keeps'));
    expect(record!.partition).toBe(partitionOf('userId:keeps', PARTITIONS));
    expect(() => assertProducible(TOPICS.interactionsReceived, record!.value)).not.toThrow();
    expect(record!.value).toEqual({
      protocol: 'segment',
      type: 'track',
      source: 'default',
      keyId: expect.any(String),
      messageId: 'keeps-1',
      receivedAt: expect.any(String),
      sentAt: call.sentAt,
      payload: { type: 'track', ...call },
    });
    expect(record!.headers).toEqual({
      ce_specversion: '1.0',
      ce_id: 'default/keeps-1',
      ce_source: '/rapport/gateway',
      ce_type: TOPICS.interactionsReceived.type,
      ce_time: record!.value.receivedAt,
      ce_subject: 'userId:keeps',
      ce_dataschema: expect.stringContaining(TOPICS.interactionsReceived.type),
      'content-type': 'application/json',
      traceparent: expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-0[01]$/),
    });
  });

  it.each([
    ['Basic', { authorization: `Basic ${Buffer.from(`${WRITE_KEY}:`).toString('base64')}` }, {}],
    ['Bearer', { authorization: `Bearer ${WRITE_KEY}` }, {}],
    ['X-Write-Key', { 'x-write-key': WRITE_KEY }, {}],
    ['the body', {}, { writeKey: WRITE_KEY }],
  ])('takes the key from %s, and never keeps it', async (place, headers, body) => {
    const userId = `key-${place}`;
    const response = await gateway.post('/v1/identify', { userId, traits: {}, ...body }, headers as Record<string, string>);
    expect(response.status).toBe(200);
    const [record] = await topic.wait(1, bySubject(`userId:${userId}`));
    expect(JSON.stringify(record!.value)).not.toContain(WRITE_KEY);
  });

  it('reads gzipped JSON that calls itself a form', async () => {
    const body = gzipSync(JSON.stringify({ batch: [{ type: 'track', userId: 'form', event: 'A' }] }));
    const response = await gateway.post('/v1/batch', body, {
      'x-write-key': WRITE_KEY,
      'content-type': 'application/x-www-form-urlencoded',
      'content-encoding': 'gzip',
    });
    expect(response.status).toBe(200);
    await topic.wait(1, bySubject('userId:form'));
  });

  it('accepts a batch beside its bad item, which goes on as refused with its reason', async () => {
    const response = await gateway.post('/v1/batch', {
      batch: [
        { type: 'track', userId: 'good', event: 'A' },
        { type: 'track', event: 'who?', note: 'bad-item' },
      ],
    });
    expect(response.status).toBe(200);
    await topic.wait(1, bySubject('userId:good'));
    const [refused] = await topic.wait(1, ({ value }) => value.type === 'refused' && JSON.stringify(value).includes('bad-item'));
    expect(refused!.value.payload).toEqual({
      errors: [{ pointer: '/batch/1', detail: expect.stringContaining('identifier') }],
      item: expect.stringContaining('who?'),
    });
    expect(() => assertProducible(TOPICS.interactionsReceived, refused!.value)).not.toThrow();
  });

  it('takes interactions in our own shape from a server key', async () => {
    const interactions = [{ id: 'own-1', event: 'Call Ended', identifiers: { phone: '0901234567' }, channel: 'phone' }];
    const response = await gateway.post('/v1/interactions', { interactions }, { authorization: `Bearer ${SERVER_KEY}` });
    expect([response.status, await response.json()]).toEqual([202, { accepted: 1 }]);
    const [record] = await topic.wait(1, bySubject('phone:+84901234567'));
    expect(record!.value).toMatchObject({ protocol: 'rapport', type: 'interaction', messageId: 'own-1', payload: interactions[0] });
  });
});
