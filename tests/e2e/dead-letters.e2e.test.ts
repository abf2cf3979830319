import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { promisify } from 'node:util';
import { jest } from '@jest/globals';
import { dlqOf, GROUPS } from '@rapport/contracts';
import { createKafka, createTopics } from '@rapport/platform';

const run = promisify(execFile);
const brokers = process.env.TEST_KAFKA_BROKERS as string;
jest.setTimeout(60_000);

const mark = randomBytes(4).toString('hex');
const source = `test.dead-letters.${mark}`;
const group = GROUPS.profilesResolve;

const tool = async (...args: string[]): Promise<string> =>
  (await run(process.execPath, ['tools/dead-letters.mjs', ...args], { env: { ...process.env, KAFKA_BROKERS: brokers } })).stdout;

/** What operators use when a consumer put something aside (docs/runbooks/dead-letters.md). */
describe('npm run dead-letters', () => {
  const kafka = createKafka('test-dead-letters', brokers.split(','));
  const producer = kafka.producer();

  beforeAll(async () => {
    const admin = kafka.admin();
    await admin.connect();
    const known = new Set(await admin.listTopics());
    const missing = [dlqOf(group), source].filter((topic) => !known.has(topic));
    await createTopics(
      admin,
      missing.map((topic) => ({ topic, numPartitions: 2, replicationFactor: 1 })),
    );
    await admin.disconnect();
    await producer.connect();
    const letter = (key: string, reason: string, from: string) => ({
      key,
      value: `{"of":"${key}"}`,
      headers: {
        'dlq-reason': reason,
        'dlq-source': from,
        traceparent: `00-${'a'.repeat(32)}-${'b'.repeat(16)}-01`,
        origin: 'interactions.record/x/0',
        'origin-seq': '7',
      },
    });
    const messages = [
      letter('ann', `poison ${mark}`, `${source}/1/4`),
      letter('bob', `other ${mark}`, `${source}/1/5`),
      letter('due', `poison ${mark}`, 'clock'),
    ];
    await producer.send({ topic: dlqOf(group), messages });
  });
  afterAll(() => producer.disconnect());

  it('counts and lists them, with where they came from and why, and without what they hold', async () => {
    expect(await tool('--reason', mark)).toMatch(new RegExp(`^ +2  \\S+  profiles\\.resolve  poison ${mark}$`, 'm'));
    const list = await tool('list', '--group', group, '--reason', mark);
    expect(list).toContain(`from ${source}/1/4  poison ${mark}`);
    expect(list).not.toContain('{"of"');
    expect(await tool('show', '--reason', `other ${mark}`)).toContain('{"of":"bob"}');
  });

  it('says what it would put back, and does so only when told', async () => {
    expect(await tool('redrive', '--group', group, '--reason', `poison ${mark}`)).toMatch(/^would put back 1 of 2/);
    expect(await end()).toBe(0);
  });

  it('puts them back as they were, with a mark by which the kernel takes each once', async () => {
    const redrive = ['redrive', '--group', group, '--reason', `poison ${mark}`, '--yes'];
    expect(await tool(...redrive)).toMatch(/^put back 1 of 2/);
    await tool(...redrive);
    const records = await read(2);
    expect(records.map(({ key, value }) => [key, value])).toEqual([
      ['ann', '{"of":"ann"}'],
      ['ann', '{"of":"ann"}'],
    ]);
    const [first, second] = records.map(({ headers }) => headers);
    expect(first).toEqual({
      traceparent: expect.any(String),
      origin: expect.stringMatching(/^dlq\/profiles\.resolve\/\d+\/\d+$/),
      'origin-seq': '1',
    });
    expect(second).toEqual(first);
  });

  it('knows its words', async () => {
    await expect(tool('list', '--group', 'nobody')).rejects.toThrow(/there is no group nobody/);
    await expect(tool('burn')).rejects.toThrow(/npm run dead-letters/);
  });

  const end = async (): Promise<number> => {
    const admin = kafka.admin();
    await admin.connect();
    const offsets = await admin.fetchTopicOffsets(source);
    await admin.disconnect();
    return offsets.reduce((sum, { high }) => sum + Number(high), 0);
  };

  const read = async (count: number): Promise<{ key: string; value: string; headers: Record<string, string> }[]> => {
    const records: { key: string; value: string; headers: Record<string, string> }[] = [];
    const consumer = kafka.consumer({ groupId: `test-${mark}` });
    await consumer.connect();
    await consumer.subscribe({ topics: [source], fromBeginning: true });
    await new Promise<void>((resolve) => {
      void consumer.run({
        eachMessage: async ({ message: { key, value, headers } }) => {
          records.push({
            key: String(key),
            value: String(value),
            headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
          });
          if (records.length === count) resolve();
        },
      });
    });
    await consumer.disconnect();
    return records;
  };
});
