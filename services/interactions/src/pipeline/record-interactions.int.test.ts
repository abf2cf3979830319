import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type InteractionReceived, TOPICS } from '@rapport/contracts';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { MIGRATIONS } from '../persistence/migrations.js';
import { PostgresInteractionStore } from '../persistence/postgres-interaction-store.js';
import { inbound } from '../testing/inbound.js';
import { segment, SETTINGS_FOR_TESTS } from '../testing/received.js';
import { CHAT_TRANSCRIPT, telegramMessage, whatsappMessage } from '../testing/vendor-payloads.js';
import { RecordInteractionsPipeline } from './record-interactions.pipeline.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const DAY_MS = 86_400_000;
const RECEIVED = TOPICS.interactionsReceived;

let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS })));
afterAll(() => database.drop());
afterEach(() => database.pool.query('TRUNCATE interactions, interaction_keys, stream_positions, stream_outbox'));

const pipeline = (dedupeDays = 7) => new RecordInteractionsPipeline(new PostgresInteractionStore({ dedupeDays }), SETTINGS_FOR_TESTS);
const harness = (options: { partitions?: number; batchRecordsMax?: number } = {}, dedupeDays = 7) =>
  new PipelineHarness(pipeline(dedupeDays), database.pool, options);
const viewed = (messageId: string, envelope: Partial<InteractionReceived> = {}) =>
  segment({ event: 'Product Viewed', userId: 'u1' }, { messageId, ...envelope });
const rows = async (): Promise<{ id: string; record: { id: string; messageId: string } }[]> =>
  (await database.pool.query('SELECT id, record FROM interactions ORDER BY received_at, id')).rows;

describe('recording', () => {
  it('keeps the record as it was published, under the key of its subject', async () => {
    const stream = harness();
    stream.feed(RECEIVED, 'whatever the gateway chose', viewed('m1'), {
      headers: { traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01' },
    });
    await stream.run();
    const [fact] = stream.published;
    expect(fact).toMatchObject({
      topic: 'interactions.recorded.v1',
      key: 'userId:u1',
      headers: { traceparent: expect.stringContaining('4bf92f') },
    });
    expect((await rows())[0]!.record).toEqual(fact!.value);
  });

  it('stores what is hard to store', async () => {
    const stream = harness();
    const note = 'line\nbreak\r\n\\N "quoted" \t 🚗 \u2028 {null} NULL';
    stream.feed(RECEIVED, 'k', segment({ event: `Weird \\ "event", {x}\n`, userId: 'a,b"c\\d{}', properties: { note } }));
    stream.feed(
      RECEIVED,
      'k',
      segment({ event: 'X', userId: 'u\u00001', properties: { note: 'a\u0000\ud800' }, anonymousId: 'a1' }, { messageId: 'm2' }),
    );
    await stream.run();
    expect(stream.deadLetters()).toEqual([]);
    const records = (await database.pool.query('SELECT record FROM interactions ORDER BY event')).rows.map((row) => row.record);
    expect(records).toEqual([...stream.facts(TOPICS.interactionsRecorded)].sort((a, b) => (a.event < b.event ? -1 : 1)));
    expect(records[0]).toMatchObject({ subject: 'userId:a,b"c\\d{}', properties: { note } });
    expect(records[1]).toMatchObject({ properties: { note: 'a\ufffd\ufffd' } });
  });

  it('refuses with a reason, without holding up the others', async () => {
    const stream = harness();
    stream.feed(RECEIVED, 'k', viewed('m1'));
    stream.feed(RECEIVED, 'k', segment({ event: 'X', userId: 'undefined' }, { messageId: 'm2' }));
    stream.feedRaw(RECEIVED.name, 'k', Buffer.from([0xff, 0xfe]));
    stream.feed(RECEIVED, 'k', viewed('m4'));
    await stream.run();
    expect(stream.facts(TOPICS.interactionsRecorded).map(({ messageId }) => messageId)).toEqual(['m1', 'm4']);
    expect(stream.deadLetters().map(({ reason }) => reason)).toEqual([
      'no usable identifier (userId: blocked)',
      'interactions.received.v1: not JSON',
    ]);
  });

  it('takes a corrected dead letter under the same messageId', async () => {
    const stream = harness();
    stream.feed(RECEIVED, 'k', segment({ event: 'X', userId: 'undefined' }));
    stream.feed(RECEIVED, 'k', segment({ event: 'X', userId: 'u1' }));
    await stream.run();
    expect(stream.facts(TOPICS.interactionsRecorded)).toHaveLength(1);
  });

  it('a time of receipt far from now finds a place, too', async () => {
    const stream = harness();
    stream.feed(RECEIVED, 'k', viewed('m1', { receivedAt: '2001-01-01T00:00:00.000Z' }));
    stream.feed(RECEIVED, 'k', viewed('m2', { receivedAt: '2099-01-01T00:00:00.000Z' }));
    await stream.run();
    expect(await rows()).toHaveLength(2);
  });
});

describe('a delivery of a provider', () => {
  const events = (stream: PipelineHarness) => stream.facts(TOPICS.interactionsRecorded).map(({ messageId }) => messageId);

  it('is as many interactions as there are in it, each once, also when it comes again with more', async () => {
    const stream = harness({ batchRecordsMax: 2 });
    const first = { ...CHAT_TRANSCRIPT, endedAt: undefined, messages: CHAT_TRANSCRIPT.messages.slice(0, 2) };
    for (const body of [first, first, CHAT_TRANSCRIPT, CHAT_TRANSCRIPT]) stream.feed(RECEIVED, 'k', inbound('chat', body));
    stream.feed(RECEIVED, 'k', viewed('m1'));
    await stream.run();
    await stream.redeliver();
    expect(events(stream)).toEqual(['chat-1:started', 'chat-1:m1', 'chat-1:m2', 'chat-1:m3', 'chat-1:ended', 'm1']);
    expect(await rows()).toHaveLength(6);
    expect(stream.deadLetters()).toEqual([]);
  });

  it('with an item that cannot be recorded is a dead letter, and its other items are recorded', async () => {
    const stream = harness();
    const good = whatsappMessage({ type: 'text', text: { body: 'Hi' }, id: 'wamid.good' });
    const nobody = whatsappMessage({ type: 'text', text: { body: 'Hi' }, id: 'wamid.bad', from: 'undefined' });
    const corrected = whatsappMessage({ type: 'text', text: { body: 'Hi' }, id: 'wamid.bad' });
    const delivery = (...bodies: (typeof good)[]) => inbound('whatsapp', { ...good, entry: bodies.flatMap(({ entry }) => entry) });
    stream.feed(RECEIVED, 'k', delivery(good, nobody));
    stream.feed(RECEIVED, 'k', viewed('m1'));
    await stream.run();
    expect(events(stream)).toEqual(['wamid.good', 'm1']);
    expect(stream.deadLetters().map(({ reason }) => reason)).toEqual(['item 1: no usable identifier (whatsapp: blocked, phone: invalid)']);
    stream.feed(RECEIVED, 'k', delivery(good, corrected));
    await stream.run();
    expect(events(stream)).toEqual(['wamid.good', 'm1', 'wamid.bad']);
  });

  it('that nobody can read is a dead letter; one that says nothing is none', async () => {
    const stream = harness();
    stream.feed(RECEIVED, 'k', inbound('telegram', 'not json'));
    stream.feed(RECEIVED, 'k', inbound('pigeon', {}));
    stream.feed(RECEIVED, 'k', inbound('telegram', { update_id: 1, poll: {} }));
    stream.feed(RECEIVED, 'k', inbound('telegram', telegramMessage({ text: 'Xin chào' })));
    await stream.run();
    expect(events(stream)).toEqual(['update:10000']);
    expect(stream.deadLetters().map(({ reason }) => reason)).toEqual(['telegram: not a JSON object', 'no adapter knows this provider']);
  });

  it('stores what is hard to store, however it was escaped', async () => {
    const stream = harness();
    const body = JSON.stringify(telegramMessage({ text: 'a\u0000b' })).replace('a\\u0000b', 'a\\u0000b\\ud800');
    expect(body).toContain('\\u0000');
    stream.feed(RECEIVED, 'k', inbound('telegram', body));
    await stream.run();
    expect(stream.deadLetters()).toEqual([]);
    expect(stream.facts(TOPICS.interactionsRecorded)[0]!.text).toBe('a\ufffdb\ufffd');
    expect((await rows())[0]!.record).toEqual(stream.facts(TOPICS.interactionsRecorded)[0]);
  });
});

describe('each (source, messageId) once', () => {
  it('within a batch, the first one', async () => {
    const stream = harness();
    for (const event of ['First', 'Second', 'Third']) stream.feed(RECEIVED, 'k', segment({ event, userId: 'u1' }));
    await stream.run();
    expect(stream.facts(TOPICS.interactionsRecorded).map(({ event }) => event)).toEqual(['First']);
    expect(await rows()).toHaveLength(1);
  });

  it('over batches, and received again days later in another partition of the record', async () => {
    const stream = harness({ batchRecordsMax: 2 });
    for (let i = 0; i < 9; i += 1)
      stream.feed(
        RECEIVED,
        'k',
        viewed(`m${i % 3}`, { receivedAt: new Date(Date.parse('2026-01-15T09:00:00.000Z') + i * DAY_MS).toISOString() }),
      );
    await stream.run();
    expect(stream.facts(TOPICS.interactionsRecorded).map(({ messageId }) => messageId)).toEqual(['m0', 'm1', 'm2']);
    expect(await rows()).toHaveLength(3);
  });

  it('but another source’s message is another message', async () => {
    const stream = harness();
    stream.feed(RECEIVED, 'k', viewed('m1', { source: 'shop' }));
    stream.feed(RECEIVED, 'k', viewed('m1', { source: 'app' }));
    stream.feed(RECEIVED, 'k', viewed('1', { source: 'shop\u0000m' }));
    await stream.run();
    expect(stream.facts(TOPICS.interactionsRecorded)).toHaveLength(3);
  });

  it('remembers for at least the days that were asked for, over the turns of weeks', async () => {
    for (const [dedupeDays, startsAt] of [
      [7, '2026-01-11T23:59:59.999Z'],
      [7, '2026-01-12T00:00:00.000Z'],
      [7, '2026-01-12T00:05:00.000Z'],
      [10, '2026-01-14T12:00:00.000Z'],
    ] as const) {
      const stream = harness({}, dedupeDays);
      const start = Date.parse(startsAt);
      for (const age of [0, 1, DAY_MS, dedupeDays * DAY_MS]) {
        stream.now = new Date(start + age);
        stream.feed(RECEIVED, 'k', viewed(`m-${startsAt}`));
        await stream.run();
      }
      expect(stream.facts(TOPICS.interactionsRecorded)).toHaveLength(1);
      await database.pool.query('TRUNCATE stream_positions');
    }
  });

  it('when two partitions meet the same messages at the same moment, also at the turn of a week', async () => {
    const messages = Array.from({ length: 300 }, (_, i) => viewed(`m${i}`));
    const turn = Date.parse('2026-01-19T00:00:00.000Z');
    const streams = [-1, 1, 2, 3].map((offsetMs, index) => {
      // a fence of its own each, as for different partitions
      const stream = new PipelineHarness(Object.assign(pipeline(), { group: `race.${index}` }), database.pool, { batchRecordsMax: 50 });
      stream.now = new Date(turn + offsetMs);
      for (const message of index % 2 === 0 ? messages : messages.toReversed()) stream.feed(RECEIVED, 'k', message);
      return stream;
    });
    await Promise.all(streams.map((stream) => stream.run()));
    const recorded = streams.flatMap((stream) => stream.facts(TOPICS.interactionsRecorded).map(({ messageId }) => messageId));
    expect(recorded).toHaveLength(300);
    expect(new Set(recorded).size).toBe(300);
    expect(await rows()).toHaveLength(300);
  });

  it('a redelivered stream changes nothing', async () => {
    const stream = harness({ batchRecordsMax: 3 });
    for (let i = 0; i < 10; i += 1) stream.feed(RECEIVED, 'k', viewed(`m${i}`));
    await stream.run();
    await stream.redeliver();
    await database.pool.query('TRUNCATE stream_positions'); // even without the fence
    await stream.redeliver();
    expect(stream.facts(TOPICS.interactionsRecorded)).toHaveLength(10);
  });
});
