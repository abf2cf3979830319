import { Type } from '@sinclair/typebox';
import type { TopicDefinition } from '@rapport/contracts';
import { PartitionProcessor } from '../partition-processor.js';
import type { Decision, Pipeline, SourceRecord, Sql } from '../pipeline.js';
import type { Position, Source } from '../position.js';
import type { FactLog, OutboxRow, OutgoingRecord, StreamStore, StreamTransaction } from '../store.js';

/** A rule of the kernel, taken away by breaking what it rests on. The kernel's code is the same in every run. */
export const RULES = ['fence', 'drop-below-position', 'origin-marks', 'publish-all-outstanding', 'position-with-effect'] as const;
export type Rule = (typeof RULES)[number];

const DOWNSTREAM_PARTITIONS = 2;
const HAPPENED: TopicDefinition = {
  name: 'test.happened.v1',
  type: 'test.happened.v1',
  owner: 'gateway',
  key: 'subject',
  cleanup: 'delete',
  retentionMs: 1,
  description: '',
  schema: Type.Object({ value: Type.String() }),
};

export type Random = () => number;
const pick = <T>(random: Random, list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;

/** An owner that was killed never gets another turn; what it was doing simply stops there. */
class Owner {
  alive = true;
  done = false;
  resume: (() => void) | undefined;

  /** Every step that others could come between waits here. */
  turn(): Promise<void> {
    return new Promise((resolve) => void (this.resume = resolve));
  }
}

interface State {
  positions: Map<string, Position>;
  outbox: { id: bigint; source: string; records: readonly OutgoingRecord[] }[];
  effects: string[];
  due: string[];
}

/** What PostgreSQL does for the kernel: one lock per position, and all or nothing. */
class SimulatedStore {
  readonly state: State = { positions: new Map(), outbox: [], effects: [], due: [] };
  private readonly locks = new Map<string, Owner>();
  private lastId = 0n;

  constructor(private readonly off: Rule | null) {}

  release(owner: Owner): void {
    for (const [source, holder] of this.locks) if (holder === owner) this.locks.delete(source);
  }

  as(owner: Owner): StreamStore {
    return {
      sql: this.sqlOf({ effects: [], due: [], gone: [] }),
      transaction: (work) => this.transaction(owner, work),
      outstanding: async (source) => {
        await owner.turn();
        return this.state.outbox
          .filter((row) => row.source === keyOf(source))
          .map((row): OutboxRow => ({ id: row.id, records: row.records }));
      },
      remove: async (ids) => {
        await owner.turn();
        this.state.outbox = this.state.outbox.filter((row) => !ids.includes(row.id));
      },
    };
  }

  private async transaction<T>(owner: Owner, work: (transaction: StreamTransaction) => Promise<T>): Promise<T> {
    const writes: Writes = { effects: [], due: [], gone: [] };
    const apply: (() => void)[] = [];
    try {
      const result = await work({
        sql: this.sqlOf(writes),
        lockPosition: (source) => this.lock(owner, source),
        savePosition: async (source, position, records) => {
          await owner.turn();
          if (this.off === 'position-with-effect') {
            this.applyWrites(writes); // the effect is committed on its own …
            await owner.turn(); // … and the position a moment later
          }
          const others = this.state.outbox.some((row) => row.source === keyOf(source));
          const id = records.length === 0 ? null : ++this.lastId;
          apply.push(() => {
            this.state.positions.set(keyOf(source), structuredClone(position));
            if (id !== null) this.state.outbox.push({ id, source: keyOf(source), records });
          });
          return { ownRow: id, othersWait: this.off === 'publish-all-outstanding' ? false : others };
        },
      });
      await owner.turn();
      for (const write of apply) write(); // COMMIT
      if (this.off !== 'position-with-effect') this.applyWrites(writes);
      return result;
    } finally {
      this.release(owner);
    }
  }

  private applyWrites(writes: Writes): void {
    this.state.effects.push(...writes.effects);
    this.state.due.push(...writes.due);
    for (const value of writes.gone) if (this.state.due.includes(value)) this.state.due.splice(this.state.due.indexOf(value), 1);
  }

  private async lock(owner: Owner, source: Source): Promise<Position> {
    await owner.turn();
    if (this.off !== 'fence') {
      while (this.locks.has(keyOf(source))) await owner.turn();
      this.locks.set(keyOf(source), owner);
    }
    const position = structuredClone(this.state.positions.get(keyOf(source)) ?? { nextOffset: 0n, sequence: 0n, origins: {} });
    if (this.off === 'drop-below-position') position.nextOffset = 0n;
    if (this.off === 'origin-marks') position.origins = {};
    return position;
  }

  // The pipeline's three statements.
  private sqlOf(writes: Writes): Sql {
    return {
      query: async <Row extends object>(name: string, _text: string, values: readonly unknown[] = []): Promise<Row[]> => {
        if (name === 'due') return this.state.due.slice(0, values[0] as number).map((value) => ({ value })) as Row[];
        if (name === 'effects') writes.effects.push(...(values as string[]));
        if (name === 'make-due') writes.due.push(...(values as string[]));
        if (name === 'remove-due') writes.gone.push(...(values as string[]));
        return [];
      },
    };
  }
}

interface Writes {
  effects: string[];
  due: string[];
  gone: string[];
}

const keyOf = (source: Source): string => `${source.topic}/${source.partition}`;

/** What Kafka does: append, sometimes acknowledge nothing although some of it was kept. */
class SimulatedLog {
  readonly partitions: SourceRecord[][] = Array.from({ length: DOWNSTREAM_PARTITIONS }, () => []);

  constructor(private readonly random: Random) {}

  as(owner: Owner): FactLog {
    return {
      publish: async (records) => {
        const order = this.random() < 0.5 ? [0, 1] : [1, 0];
        for (const partition of order) {
          await owner.turn();
          if (this.random() < 0.05) throw new Error('the broker is away');
          const log = this.partitions[partition] as SourceRecord[];
          for (const record of records.filter((r) => Number(r.key) === partition)) {
            log.push({
              topic: HAPPENED.name,
              partition,
              offset: BigInt(log.length),
              key: record.key,
              value: record.value,
              headers: record.headers,
              timestampMs: 0,
            });
          }
        }
        await owner.turn();
      },
    };
  }
}

interface Input {
  readonly value: string;
  readonly clock: boolean;
}

/** Every input has one effect and one fact; every third also makes something due, which has its own effect and fact later. */
function modelPipeline(group: string, clock: boolean): Pipeline<Input, null, { effects: string[]; due: string[]; gone: string[] }> {
  return {
    group,
    topics: ['in'],
    decode: (record) => ({ kind: 'input', input: { value: JSON.parse(String(record.value)).value, clock: false } }),
    load: async () => null,
    decide(_state, inputs): Decision<Input, { effects: string[]; due: string[]; gone: string[] }> {
      const name = ({ value, clock: isClock }: Input): string => (isClock ? `due ${value}` : value);
      return {
        changes: {
          effects: inputs.map(name),
          due: clock ? inputs.filter((i) => !i.clock && i.value.length % 3 === 0).map((i) => i.value) : [],
          gone: inputs.filter((i) => i.clock).map((i) => i.value),
        },
        facts: inputs.map((input) => ({
          topic: HAPPENED,
          key: String(input.value.charCodeAt(input.value.length - 1) % DOWNSTREAM_PARTITIONS),
          value: { value: name(input) } as never,
        })),
      };
    },
    async commit(sql, { effects, due, gone }) {
      await sql.query('effects', '', effects);
      await sql.query('make-due', '', due);
      await sql.query('remove-due', '', gone);
    },
    ...(clock
      ? {
          clock: {
            due: async (sql: Sql, _context: unknown, limit: number) =>
              (await sql.query<{ value: string }>('due', '', [limit])).map(({ value }) => ({ value, clock: true })),
            abandon: async () => undefined,
          },
        }
      : {}),
  };
}

/** One source with its store, its committed offset (a hint) and its owners, alive, dead and former. */
class Site {
  private committed = 0;

  constructor(
    private readonly pipeline: Pipeline,
    private readonly source: Source,
    private readonly upstream: readonly SourceRecord[],
    readonly store: SimulatedStore,
    private readonly log: SimulatedLog,
    private readonly random: Random,
  ) {}

  start(): Owner {
    const owner = new Owner();
    void this.run(owner).then(() => void (owner.done = true));
    return owner;
  }

  idle(): boolean {
    const position = this.store.state.positions.get(keyOf(this.source));
    return (
      this.store.state.outbox.length === 0 &&
      this.store.state.due.length === 0 &&
      Number(position?.nextOffset ?? 0) === this.upstream.length
    );
  }

  // What StreamServer does, with the waiting left out.
  private async run(owner: Owner): Promise<void> {
    const processor = new PartitionProcessor({
      pipeline: this.pipeline,
      source: this.source,
      store: this.store.as(owner),
      log: this.log.as(owner),
      now: () => new Date(0),
      clockInputsMax: 2,
    });
    let offset = this.committed;
    for (;;) {
      await owner.turn();
      const batch = this.upstream.slice(offset, offset + 1 + Math.floor(this.random() * 3));
      try {
        if (this.random() < 0.3) await processor.tick();
        if (batch.length === 0) {
          await processor.publishOutstanding();
          continue;
        }
        offset = Number(await processor.records(batch));
        if (this.random() < 0.5) this.committed = Math.max(this.committed, offset);
      } catch {
        // a fault of the world: the same batch again
      }
    }
  }
}

export interface Verdict {
  /** Effects at the first stage that are missing or happened twice. */
  readonly effects: boolean;
  /** The same at the second stage, behind the republishing log. */
  readonly downstream: boolean;
  /** The second stage saw each partition's facts in the order in which the first decided them. */
  readonly order: boolean;
}

const flush = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * One random schedule: twelve records through two stages of the kernel, each stage with up to three owners at once that are killed, replaced and
 * left behind as zombies at any step, over a log that fails between partitions. Ends with one owner per source in peace.
 */
export async function simulate(random: Random, off: Rule | null): Promise<Verdict> {
  const upstream = Array.from(
    { length: 12 },
    (_, offset): SourceRecord => ({
      topic: 'in',
      partition: 0,
      offset: BigInt(offset),
      key: null,
      headers: {},
      timestampMs: 0,
      value: Buffer.from(JSON.stringify({ value: 'x'.repeat(offset % 4) + String.fromCharCode(97 + offset) })),
    }),
  );
  const first = new SimulatedStore(off);
  const middle = new SimulatedLog(random);
  const end = new SimulatedLog(random);
  const sites = [
    new Site(modelPipeline('first.model', true), { consumer: 'first.model', topic: 'in', partition: 0 }, upstream, first, middle, random),
  ];
  const second = middle.partitions.map((log, partition) => {
    const store = new SimulatedStore(off);
    sites.push(
      new Site(
        modelPipeline('second.model', false),
        { consumer: 'second.model', topic: HAPPENED.name, partition },
        log,
        store,
        end,
        random,
      ),
    );
    return store;
  });
  const owners: { owner: Owner; site: Site }[] = [];
  const kill = (victim: (typeof owners)[number]): void => {
    victim.owner.alive = false;
    victim.site.store.release(victim.owner);
    owners.splice(owners.indexOf(victim), 1);
  };
  for (let step = 0; step < 260; step++) {
    for (const site of sites) {
      const count = owners.filter((o) => o.site === site).length;
      if (count === 0 || (count < 3 && random() < 0.03)) owners.push({ site, owner: site.start() }); // a rebalance: the former owner may not know yet
    }
    const chosen = pick(random, owners);
    if (random() < 0.03) kill(chosen);
    else await turnOf(chosen.owner);
  }
  for (const left of [...owners]) if (random() < 0.5) kill(left); // the others go on as zombies for a while
  for (let step = 0; step < 60 && owners.length > 0; step++) await turnOf(pick(random, owners).owner);
  for (const left of [...owners]) kill(left);
  for (let round = 0; round < 6; round++) await inPeace(sites);
  return verdict(first, second, upstream);
}

async function turnOf(owner: Owner): Promise<void> {
  const { resume } = owner;
  owner.resume = undefined;
  resume?.();
  await flush();
}

async function inPeace(sites: readonly Site[]): Promise<void> {
  for (const site of sites) {
    const owner = site.start();
    for (let step = 0; step < 400 && (step < 12 || !site.idle()); step++) await turnOf(owner);
    owner.alive = false;
    site.store.release(owner);
  }
}

function verdict(first: SimulatedStore, second: readonly SimulatedStore[], upstream: readonly SourceRecord[]): Verdict {
  const values = upstream.map((record) => JSON.parse(String(record.value)).value as string);
  const expected = [...values, ...values.filter((value) => value.length % 3 === 0).map((value) => `due ${value}`)].sort();
  const same = (effects: readonly string[]): boolean => JSON.stringify([...effects].sort()) === JSON.stringify(expected);
  const decided = first.state.effects;
  const inOrder = second.every(({ state }) => {
    const places = state.effects.map((value) => decided.indexOf(value));
    return places.every((place, i) => i === 0 || (places[i - 1] as number) < place);
  });
  return { effects: same(decided), downstream: same(second.flatMap(({ state }) => state.effects)), order: inOrder };
}
