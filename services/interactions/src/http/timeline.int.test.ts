import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { readConfig } from '../config.js';
import { InteractionsModule } from '../interactions.module.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { RecordInteractionsPipeline } from '../pipeline/record-interactions.pipeline.js';
import { segment } from '../testing/received.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const TOKEN = 'a-token-for-tests-only';

let database: TestDatabase;
let app: Awaited<ReturnType<typeof createService>>;
beforeAll(async () => {
  database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS });
  const config = readConfig({ DATABASE_URL: database.url, KAFKA_BROKERS: '127.0.0.1:1', INTERNAL_TOKEN: TOKEN, LOG_LEVEL: 'silent' });
  app = await createService({ config, module: InteractionsModule.forRoot(config) });
  const stream = new PipelineHarness(app.get(RecordInteractionsPipeline), database.pool);
  for (let i = 0; i < 25; i += 1) {
    const message = {
      event: i % 5 === 0 ? 'Order Completed' : 'Product Viewed',
      userId: 'ann',
      timestamp: new Date(Date.UTC(2026, 0, 10, i)).toISOString(),
    };
    stream.feed(TOPICS.interactionsReceived, 'k', segment(message, { messageId: `m${i}` }));
  }
  await stream.run();
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

const ask = (payload: object, token = TOKEN) =>
  app.inject({ method: 'POST', url: '/internal/v1/timeline', headers: { authorization: `Bearer ${token}` }, payload });
const ANN = { identifiers: [{ type: 'userId', value: 'ann' }] };

describe('POST /internal/v1/timeline', () => {
  it('pages through one person’s interactions, newest first', async () => {
    const seen: string[] = [];
    let cursor: string | null | undefined;
    do {
      const answer = await ask({ ...ANN, limit: 10, ...(cursor && { cursor }) });
      expect(answer.statusCode).toBe(200);
      const page = answer.json();
      seen.push(...page.data.map(({ messageId }: { messageId: string }) => messageId));
      cursor = page.nextCursor;
    } while (cursor);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, i) => `m${24 - i}`));
  });

  it('filters', async () => {
    const messageIds = async (filter: object) =>
      (await ask({ ...ANN, ...filter })).json().data.map(({ messageId }: { messageId: string }) => messageId);
    expect(await messageIds({ event: 'Order Completed' })).toEqual(['m20', 'm15', 'm10', 'm5', 'm0']);
    expect(await messageIds({ stage: 'purchase', from: '2026-01-10T05:00:00Z', to: '2026-01-10T15:00:00.000Z' })).toEqual(['m10', 'm5']);
    expect(await messageIds({ channel: 'phone' })).toEqual([]);
    expect((await ask({ identifiers: [{ type: 'userId', value: 'bob' }] })).json()).toEqual({ data: [], nextCursor: null });
  });

  it.each([
    ['no identifiers', {}, '/identifiers'],
    ['too many', { ...ANN, limit: 201 }, '/limit'],
    ['an unknown channel', { ...ANN, channel: 'pigeon' }, '/channel'],
    ['no time', { ...ANN, from: 'soon' }, '/from'],
    ['half an identifier', { identifiers: [{ type: 'userId' }] }, '/identifiers/0/value'],
    ['another shape', { ...ANN, colour: 'red' }, '/colour'],
    ['a foreign cursor', { ...ANN, cursor: 'xyz' }, '/cursor'],
    ['a forged cursor', { ...ANN, cursor: Buffer.from('{"at":"x","id":"1"}').toString('base64url') }, '/cursor'],
  ])('refuses %s with a pointer', async (_, body, pointer) => {
    const answer = await ask(body);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({
      status: 400,
      code: expect.stringMatching(/^INTERACTIONS_/),
      errors: expect.arrayContaining([expect.objectContaining({ pointer })]),
    });
  });

  it('answers nobody without the token', async () => expect((await ask(ANN, 'wrong')).statusCode).toBe(401));
});
