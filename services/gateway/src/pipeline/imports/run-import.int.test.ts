import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { logger } from '@rapport/platform';
import { createTestDatabase, type TestDatabase } from '@rapport/testkit';
import fc from 'fast-check';
import { v7 as uuidv7 } from 'uuid';
import { readMapping, type RowMapping } from '../../domain/imports/read-mapping.js';
import type { ReceivedRecord } from '../../domain/received-record.js';
import { FileSpool } from '../../persistence/file-spool.js';
import { MIGRATIONS } from '../../persistence/migrations.js';
import { PostgresImportStore } from '../../persistence/postgres-import-store.js';
import { Acceptance } from '../acceptance.js';
import { GatherQueue } from '../gather-queue.js';
import { ImportPace } from './import-pace.js';
import { Imports } from './imports.js';
import { runImport } from './run-import.js';

jest.setTimeout(120_000);

const BYTES_MAX = 10_000_000;
const mapping = { format: 'csv', columns: { mail: 'identifiers.email' }, constants: { event: 'Seen' } } as const;
const read = readMapping(mapping, '') as RowMapping;

let database: TestDatabase;
let directory: string;
beforeAll(async () => {
  logger.level = 'silent';
  database = await createTestDatabase({ service: 'gateway', migrations: MIGRATIONS });
  directory = await mkdtemp(join(tmpdir(), 'run-import-'));
});
afterAll(async () => {
  await database?.drop();
  await rm(directory, { recursive: true, force: true });
});

/** The process ended here. */
class Killed extends Error {}
/** The connection broke; whether what was asked was done is another question. */
const lost = () => Object.assign(new Error('Connection terminated unexpectedly'), { code: 'ECONNRESET' });

const FATES = [
  'none',
  'killed_before_kafka',
  'kafka_away',
  'kafka_answer_lost',
  'killed_after_kafka',
  'commit_lost',
  'commit_answer_lost',
  'killed_after_commit',
] as const;
type Fate = (typeof FATES)[number];

/** What Kafka and the database do to the next blocks, one fate each. */
class World {
  readonly log: ReceivedRecord[] = [];
  readonly spool = new FileSpool({ directory, fileBytesMax: BYTES_MAX, bytesMax: BYTES_MAX });
  readonly store: PostgresImportStore;
  readonly acceptance: Acceptance;
  private fate: Fate = 'none';

  constructor(private readonly fates: Fate[]) {
    const world = this;
    this.acceptance = new (class extends Acceptance {
      override async accept(records: readonly ReceivedRecord[]) {
        if (world.take('killed_before_kafka') !== 'none') throw new Killed();
        await super.accept(records);
      }
    })(
      new GatherQueue<ReceivedRecord>(async (records) => world.append(records), {
        sendRecordsMax: 10_000,
        sendBytesMax: BYTES_MAX,
        bufferRecordsMax: 10_000,
        bufferBytesMax: BYTES_MAX,
      }),
    );
    this.store = new (class extends PostgresImportStore {
      override async commit(outcome: Parameters<PostgresImportStore['commit']>[0]) {
        const fate = world.take('killed_after_kafka', 'commit_lost', 'commit_answer_lost', 'killed_after_commit');
        if (fate === 'killed_after_kafka') throw new Killed();
        if (fate === 'commit_lost') throw lost();
        const counted = await super.commit(outcome);
        if (fate === 'commit_answer_lost') throw lost();
        if (fate === 'killed_after_commit') throw new Killed();
        return counted;
      }
    })(database.pool);
  }

  /** A new process, until the import has ended. */
  async live(id: string): Promise<void> {
    const parts = {
      store: this.store,
      spool: this.spool,
      acceptance: this.acceptance,
      pace: new ImportPace(1_000_000),
      bytesMax: BYTES_MAX,
    };
    for (;;) {
      try {
        return await runImport({ ...parts, worker: uuidv7() }, id, new AbortController().signal);
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
    }
  }

  private append(records: readonly ReceivedRecord[]): void {
    const fate = this.take('kafka_away', 'kafka_answer_lost');
    if (fate === 'kafka_away') throw lost();
    this.log.push(...records);
    if (fate === 'kafka_answer_lost') throw lost();
  }

  private take(...mine: Fate[]): Fate {
    if (this.fate === 'none') this.fate = this.fates.shift() ?? 'none';
    if (!mine.includes(this.fate)) return 'none';
    const fate = this.fate;
    this.fate = 'none';
    return fate;
  }
}

async function bringIn(world: World, name: string, file: string): Promise<string> {
  const queued: string[] = [];
  const imports = new Imports({ ...world, bytesMax: BYTES_MAX }, { add: (id) => void queued.push(id) }, 1_000);
  const taken = await imports.take({ id: uuidv7(), name, source: 'test', keyId: 'key', mapping, read }, Readable.from([Buffer.from(file)]));
  if (taken.kind !== 'taken') throw new Error(taken.kind);
  await world.live(taken.row.id);
  return taken.row.id;
}

describe('an import that is cut off', () => {
  it('wherever it is, goes on, counts every row once, and sends every row under one id', async () => {
    let run = 0;
    const fates = fc.array(fc.constantFrom(...FATES), { maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(fates, fc.integer({ min: 1, max: 2_200 }), async (asked, rows) => {
        const name = `run ${run++}`;
        const wrong = Array.from({ length: rows }, (_, index) => index % 97 === 5);
        const file = `mail\n${wrong.map((is, index) => (is ? 'nobody' : `a${index}@example.com`)).join('\n')}\n`;
        const world = new World([...asked]);
        const id = await bringIn(world, name, file);
        const rejected = wrong.filter(Boolean).length;
        const kept = await world.store.find(id);
        expect(kept).toMatchObject({
          state: 'completed',
          progress: { linesDone: rows + 1, accepted: rows - rejected, unchanged: 0, rejected, share: 1 },
        });
        expect((await world.store.rejects(id, 0, 10_000)).map(({ line }) => line)).toEqual(
          wrong.flatMap((is, index) => (is ? [index + 2] : [])),
        );
        const ids = new Map(world.log.map(({ key, headers }) => [key, headers['ce_id']]));
        expect(ids.size).toBe(rows - rejected);
        for (const { key, headers } of world.log) expect(headers['ce_id']).toBe(ids.get(key));

        const again = new World([]);
        const second = await again.store.find(await bringIn(again, name, file));
        expect(again.log).toEqual([]);
        expect(second).toMatchObject({ progress: { accepted: 0, unchanged: rows - rejected, rejected } });
        expect(await again.spool.ids()).toEqual([]);
      }),
      { numRuns: 15 },
    );
  });

  it('belongs to the process that began last: the other one stops without counting', async () => {
    const world = new World([]);
    const second = uuidv7();
    const parts = { store: world.store, spool: world.spool, acceptance: world.acceptance, bytesMax: BYTES_MAX };
    const id = uuidv7();
    const imports = new Imports({ ...world, bytesMax: BYTES_MAX }, { add: () => undefined }, 1_000);
    const file = `mail\n${Array.from({ length: 1_200 }, (_, index) => `b${index}@example.com`).join('\n')}`;
    await imports.take({ id, name: 'two', source: 'test', keyId: 'key', mapping, read }, Readable.from([Buffer.from(file)]));
    const slow = new ImportPace(1_000);
    await slow.wait(600, new AbortController().signal);
    const first = runImport({ ...parts, worker: uuidv7(), pace: slow }, id, new AbortController().signal);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all([first, runImport({ ...parts, worker: second, pace: new ImportPace(1_000_000) }, id, new AbortController().signal)]);
    expect(await world.store.find(id)).toMatchObject({ state: 'completed', progress: { accepted: 1_200 } });
  });
});

it('keeps no more rejected rows than it may, counts them all, and forgets them in time', async () => {
  const world = new World([]);
  const id = await bringIn(world, 'rejects', `mail\n${'nobody\n'.repeat(10_700)}`);
  expect(await world.store.find(id)).toMatchObject({ progress: { rejected: 10_700, rejectsKept: 10_000 } });
  const tomorrow = new Date(Date.now() + 86_400_000);
  await world.store.forget(tomorrow, new Date(0));
  expect(await world.store.rejects(id, 0, 10)).toEqual([]);
  await world.store.forget(tomorrow, tomorrow);
  expect(await world.store.find(id)).toBeUndefined();
});
