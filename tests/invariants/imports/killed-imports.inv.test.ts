import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createKafka, ensureTopics } from '@rapport/platform';
import { createTestDatabase, freePort, type TestDatabase, testKafkaBrokers } from '@rapport/testkit';
import { MIGRATIONS } from '../../../services/gateway/src/persistence/migrations.js';

const MAIN = fileURLToPath(new URL('../../../services/gateway/dist/main.js', import.meta.url));
const SERVER_KEY = 'sk_killed_0123456789abcdef';
const KEYED = { authorization: `Bearer ${SERVER_KEY}` };
const NOWHERE = 'http://127.0.0.1:9';
const ROWS = 8_000;
const KILLS = 3;
const MAPPING = JSON.stringify({ format: 'csv', columns: { mail: 'identifiers.email' }, constants: { event: 'Seen' } });
const run = `killed${process.pid}`;
const isWrong = (row: number) => row % 101 === 7;

let database: TestDatabase;
let directory: string;
let port: number;
let child: ChildProcess;

beforeAll(async () => {
  [database, directory, port] = await Promise.all([
    createTestDatabase({ service: 'gateway', migrations: MIGRATIONS }),
    mkdtemp(join(tmpdir(), 'killed-imports-')),
    freePort(),
    ensureTopics({ brokers: testKafkaBrokers(), partitions: 4 }),
  ]);
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await database?.drop();
  await rm(directory, { recursive: true, force: true });
});

function start(): void {
  child = spawn(process.execPath, [MAIN], {
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      LOG_LEVEL: 'silent',
      PORT: String(port),
      DATABASE_URL: database.url,
      KAFKA_BROKERS: testKafkaBrokers().join(','),
      INTERNAL_TOKEN: 'internal-token-for-tests',
      LINK_SECRET: 'link-secret-for-tests',
      CONNECTION_KEY: Buffer.alloc(32, 'for-tests').toString('base64'),
      BOOTSTRAP_SERVER_KEY: SERVER_KEY,
      INTERACTIONS_URL: NOWHERE,
      PROFILES_URL: NOWHERE,
      SEGMENTATION_URL: NOWHERE,
      NOTIFICATIONS_URL: NOWHERE,
      IMPORT_DIRECTORY: directory,
      IMPORT_ROWS_PER_SECOND: '500',
    },
  });
}

async function kill(): Promise<void> {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

interface Shown {
  readonly id: string;
  readonly state: string;
  readonly progress: { readonly lines: number; readonly rows: number; readonly accepted: number; readonly rejected: number };
}

/** Asks until the gateway answers as it should. */
async function ask(path: string, init: RequestInit = {}): Promise<Shown> {
  for (const until = Date.now() + 30_000; Date.now() < until; await new Promise((resolve) => setTimeout(resolve, 50))) {
    const response = await fetch(`http://127.0.0.1:${port}${path}`, { ...init, headers: { ...KEYED, ...init.headers } }).catch(
      () => undefined,
    );
    if (response?.ok) return (await response.json()) as Shown;
    if (response && response.status < 500 && response.status !== 401)
      throw new Error(`${path}: ${response.status} ${await response.text()}`);
  }
  throw new Error(`no answer from ${path}`);
}

async function readAll(): Promise<Map<string, Set<string>>> {
  const kafka = createKafka('killed-imports', testKafkaBrokers());
  const admin = kafka.admin();
  await admin.connect();
  const ends = await admin.fetchTopicOffsets('interactions.received.v1');
  await admin.disconnect();
  const waiting = new Map(ends.filter(({ low, high }) => low !== high).map(({ partition, high }) => [partition, BigInt(high)]));
  const seen = new Map<string, Set<string>>();
  const consumer = kafka.consumer({ groupId: run, maxWaitTimeInMs: 50 });
  await consumer.connect();
  await consumer.subscribe({ topic: 'interactions.received.v1', fromBeginning: true });
  await new Promise<void>((resolve) => {
    void consumer.run({
      eachMessage: async ({ partition, message }) => {
        const key = String(message.key);
        if (key.endsWith(`@${run}.example`)) seen.set(key, (seen.get(key) ?? new Set()).add(String(message.headers?.['ce_id'])));
        if (BigInt(message.offset) + 1n >= (waiting.get(partition) ?? 0n)) waiting.delete(partition);
        if (waiting.size === 0) resolve();
      },
    });
  });
  await consumer.disconnect();
  return seen;
}

it(`an import goes on through ${KILLS} SIGKILLs of its gateway, and counts every row once`, async () => {
  const rows = Array.from({ length: ROWS }, (_, row) => (isWrong(row) ? 'nobody' : `a${row}@${run}.example`));
  const file = `mail\n${rows.join('\n')}\n`;
  const rejected = rows.filter((_, row) => isWrong(row)).length;
  const path = `/v1/imports?${new URLSearchParams({ name: run, mapping: MAPPING })}`;
  const upload = { method: 'POST', body: file, headers: { 'idempotency-key': run } };
  start();
  const { id } = await ask(path, upload);
  let before = 0;
  for (let round = 0; round < KILLS; round++) {
    while ((await ask(`/v1/imports/${id}`)).progress.lines <= before) await new Promise((resolve) => setTimeout(resolve, 5));
    // at another moment of the block each time
    await new Promise((resolve) => setTimeout(resolve, (round * 37) % 130));
    await kill();
    start();
    before = (await ask(`/v1/imports/${id}`)).progress.lines;
    expect(before).toBeLessThan(ROWS);
  }
  let shown = await ask(`/v1/imports/${id}`);
  for (; shown.state === 'running'; shown = await ask(`/v1/imports/${id}`)) await new Promise((resolve) => setTimeout(resolve, 50));
  expect(shown).toMatchObject({ state: 'completed', progress: { lines: ROWS + 1, rows: ROWS, accepted: ROWS - rejected, rejected } });

  const seen = await readAll();
  expect(seen.size).toBe(ROWS - rejected);
  expect([...seen.values()].filter((ids) => ids.size !== 1)).toEqual([]);

  expect(await ask(path, upload)).toMatchObject({ id, state: 'completed' });
  const again = await ask(path, { method: 'POST', body: file });
  for (
    shown = await ask(`/v1/imports/${again.id}`);
    !['completed', 'failed'].includes(shown.state);
    shown = await ask(`/v1/imports/${again.id}`)
  )
    await new Promise((resolve) => setTimeout(resolve, 50));
  expect(shown).toMatchObject({ state: 'completed', progress: { rows: ROWS, accepted: 0, unchanged: ROWS - rejected, rejected } });
  expect(await readdir(directory)).toEqual([]);
}, 120_000);
