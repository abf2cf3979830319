import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Interaction, profileHintHeaders, TOPICS } from '@rapport/contracts';
import { sqlOf } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { MIGRATIONS } from '../persistence/migrations.js';
import { CaseReader } from '../persistence/case-reader.js';
import { PostgresCaseStore } from '../persistence/postgres-case-store.js';
import { PostgresInteractionStore } from '../persistence/postgres-interaction-store.js';
import { answered, asked, at, DAY, HOUR, TellingProfile } from '../testing/customer-facts.js';
import { FollowCasesPipeline } from './follow-cases.pipeline.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const UPDATED = TOPICS.profilesUpdated;
let database: TestDatabase;
beforeAll(async () => void (database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS })));
afterAll(() => database.drop());
afterEach(() =>
  database.pool.query('TRUNCATE cases, case_interactions, case_customers, promises, interactions, stream_positions, stream_outbox'),
);

const harness = (options: { partitions?: number; batchRecordsMax?: number } = {}) =>
  new PipelineHarness(new FollowCasesPipeline(new PostgresCaseStore(), { defaultTimeZone: 'Asia/Ho_Chi_Minh' }), database.pool, options);
async function append(interactions: readonly Interaction[]): Promise<void> {
  const store = new PostgresInteractionStore({ dedupeDays: 7 });
  await store.append(
    sqlOf(database.pool),
    interactions.map((interaction) => ({ interaction, json: JSON.stringify(interaction) })),
  );
}
const count = async (table: string): Promise<number> => (await database.pool.query(`SELECT FROM ${table}`)).rowCount!;
const told = (stream: PipelineHarness) => stream.facts(TOPICS.caseChanged).map(({ changes }) => changes);
const feed = (stream: PipelineHarness, profile: TellingProfile, ...applied: Interaction[]): void =>
  stream.feed(UPDATED, profile.id, profile.fact(applied));

describe('cases', () => {
  it('are followed over batches, and told when something that matters changed', async () => {
    const stream = harness({ batchRecordsMax: 1 });
    const ann = TellingProfile.named('ann');
    feed(stream, ann, asked(0, { text: 'Where is my parcel?', caseId: 'T-1' }));
    feed(stream, ann, asked(1, { caseId: 'T-1' }));
    feed(stream, ann, answered(HOUR, { caseId: 'T-1', agentId: 'agent-7' }));
    feed(stream, ann, asked(2 * HOUR, { event: 'Case Resolved', caseId: 'T-1', direction: 'outbound' }));
    await stream.run();
    await stream.redeliver();
    expect(told(stream)).toEqual([['opened'], ['answered', 'assigned'], ['resolved']]);
    const [, , last] = stream.facts(TOPICS.caseChanged);
    expect(last).toMatchObject({
      profileId: ann.id,
      version: 3,
      cause: 'interaction',
      case: { status: 'resolved', reference: 'T-1', assigneeId: 'agent-7' },
    });
    expect(JSON.stringify(stream.facts(TOPICS.caseChanged))).not.toContain('parcel');
    expect(await count('case_interactions')).toBe(4);
    const [context] = await new CaseReader(database.pool).contexts([{ profileId: ann.id, subjects: [] }]);
    expect(context!.cases).toEqual([]);
    expect(stream.deadLetters()).toEqual([]);
  });

  it('come out the same however the log was cut', async () => {
    const life = (profile: TellingProfile) => [
      profile.fact([
        asked(0, { touchpoint: 'returns' }),
        asked(HOUR, { channel: 'email', touchpoint: 'returns', event: 'Email Received' }),
      ]),
      profile.fact([answered(2 * HOUR)]),
      profile.fact([asked(DAY, { event: 'Call Ended', channel: 'phone', properties: { outcome: 'resolved' } })]),
      profile.fact([asked(2 * DAY, { touchpoint: 'returns' })]),
    ];
    const facts = life(TellingProfile.named('ann'));
    const states: unknown[] = [];
    for (const batchRecordsMax of [1, 3, 100]) {
      const stream = harness({ batchRecordsMax });
      for (const fact of facts) stream.feed(UPDATED, fact.profileId, fact);
      await stream.run();
      const rows = (await database.pool.query('SELECT state FROM cases')).rows as { state: { version: number } }[];
      states.push(rows.map(({ state: { version: _, ...state } }) => state));
      await database.pool.query('TRUNCATE cases, case_interactions, case_customers, stream_positions, stream_outbox');
    }
    expect(states[1]).toEqual(states[0]);
    expect(states[2]).toEqual(states[0]);
    expect(states[0]).toMatchObject([{ status: 'open', reopened: 1, switches: { flight: 3, proposed: 0 } }]);
  });

  it('are looked at by the clock: late, more urgent, closed', async () => {
    const stream = harness();
    feed(stream, TellingProfile.named('ann'), asked(0));
    await stream.run();
    for (let day = 1; day < 70; day++) await stream.tick(new Date(at(day * DAY)));
    expect(
      told(stream)
        .flat()
        .filter((change) => change !== 'prioritised'),
    ).toEqual(['opened', 'first_response_late', 'resolution_late', 'closed']);
    expect(stream.facts(TOPICS.caseChanged).at(-1)).toMatchObject({ cause: 'clock', case: { status: 'closed' } });
    expect(await stream.tick(new Date(at(400 * DAY)))).toBe(0);
  });

  it('move with their customer when two are one person, and namesakes become one', async () => {
    const stream = harness({ partitions: 4, batchRecordsMax: 2 });
    const [ann, visitor] = [TellingProfile.named('ann'), TellingProfile.named('visitor')];
    feed(stream, ann, asked(0, { caseId: 'T-1' }));
    feed(
      stream,
      visitor,
      asked(1, { caseId: 'T-1' }),
      asked(2, { caseId: 'T-2' }),
      answered(3, { event: 'Promise Made', caseId: 'T-2', text: 'A call' }),
    );
    await stream.run();
    stream.feed(UPDATED, visitor.id, visitor.mergedInto(ann, HOUR));
    await stream.run();
    const rows = (await database.pool.query('SELECT profile_id, status, reference FROM cases ORDER BY id')).rows;
    expect(rows).toEqual([
      { profile_id: ann.id, status: 'open', reference: 'T-1' },
      { profile_id: ann.id, status: 'merged', reference: 'T-1' },
      { profile_id: ann.id, status: 'open', reference: 'T-2' },
    ]);
    const [known] = await new CaseReader(database.pool).contexts([{ profileId: ann.id, subjects: [] }]);
    expect(known).toMatchObject({ cases: [{ reference: 'T-1' }, { reference: 'T-2' }], promises: [{ gist: 'A call', state: 'open' }] });
    expect(
      stream
        .facts(TOPICS.caseChanged)
        .filter(({ cause }) => cause === 'merge')
        .every(({ profileId }) => profileId === ann.id),
    ).toBe(true);
    // what still comes in under the former id is his who has it now
    feed(stream, visitor, asked(2 * HOUR, { caseId: 'T-2' }));
    await stream.run();
    expect(await count('cases')).toBe(3);
  });

  it.each([
    ['in the order in which it was told', [0, 1]],
    ['the other way round', [1, 0]],
  ])('go back when a merge is undone, and what each said is in a case of his own: %s', async (_, order) => {
    const stream = harness({ partitions: 4, batchRecordsMax: 2 });
    const [ann, bob] = [TellingProfile.named('ann'), TellingProfile.named('bob')];
    const byBob = (ms: number, more: Partial<Interaction> = {}) => asked(ms, { subject: 'userId:bob', ...more });
    const paying = { caseId: 'T-1', touchpoint: 'payment' } as const;
    const bobsOwn = [byBob(0, paying), byBob(1, { event: 'Promise Made', ...paying })];
    const annsOwn = [asked(2, paying), asked(2 * HOUR, { touchpoint: 'returns' })];
    const together = byBob(3 * HOUR, { touchpoint: 'returns' });
    await append([...bobsOwn, ...annsOwn, together]);
    feed(stream, bob, ...bobsOwn);
    feed(stream, ann, ...annsOwn);
    await stream.run();
    stream.feed(UPDATED, bob.id, bob.mergedInto(ann, HOUR));
    await stream.run();
    feed(stream, ann, together); // joins ann's case about the same touchpoint
    await stream.run();
    const reader = new CaseReader(database.pool);
    const contextOf = async ({ id }: TellingProfile) => (await reader.contexts([{ profileId: id, subjects: [] }]))[0]!;
    expect((await contextOf(ann)).cases).toHaveLength(2);
    const facts = ann.split(bob, 'userId:bob', [...bobsOwn, together], annsOwn, DAY);
    for (const index of order) {
      const fact = facts[index]!;
      stream.feed(UPDATED, fact.profileId, fact);
      await stream.run();
    }
    await stream.redeliver();
    const ids = async (profile: TellingProfile) => {
      const { cases, promises } = await contextOf(profile);
      const said = await Promise.all(cases.map(async ({ id }) => (await reader.interactionsOf(id, 10)).map((one) => one.interaction_id)));
      return { cases: cases.map(({ reference }) => reference).sort(), said: said.flat().sort(), promises: promises.length };
    };
    const idsOf = (...all: Interaction[]) => all.map(({ id }) => id).sort();
    expect(await ids(ann)).toEqual({ cases: ['T-1', null], said: idsOf(...annsOwn), promises: 0 });
    expect(await ids(bob)).toEqual({ cases: ['T-1', null], said: idsOf(...bobsOwn, together), promises: 1 });
    // readers of the topic come to the same: the newest word about each case
    const last = new Map(stream.facts(TOPICS.caseChanged).map((fact) => [fact.caseId, fact]));
    const { rows } = await database.pool.query('SELECT id, profile_id, version, status FROM cases ORDER BY id');
    for (const { id, profile_id, version, status } of rows)
      expect(last.get(id)).toMatchObject({ profileId: profile_id, version, case: { status } });
    expect(stream.deadLetters()).toEqual([]);
  });

  it('of a third one, who joined the one that lives again and is read before it does, go with that one', async () => {
    const stream = harness({ partitions: 4 });
    const [ann, bob, cat] = ['ann', 'bob', 'cat'].map((name) => TellingProfile.named(name)) as [
      TellingProfile,
      TellingProfile,
      TellingProfile,
    ];
    const [bobs, cats] = ['bob', 'cat'].map((name) => asked(0, { subject: `userId:${name}`, caseId: `of ${name}` })) as [
      Interaction,
      Interaction,
    ];
    await append([bobs, cats]);
    feed(stream, bob, bobs);
    feed(stream, cat, cats);
    stream.feed(UPDATED, bob.id, bob.mergedInto(ann, HOUR));
    await stream.run();
    const facts = ann.split(bob, 'userId:bob', [bobs], [], DAY);
    stream.feed(UPDATED, cat.id, cat.mergedInto(bob, 2 * DAY));
    await stream.run();
    for (const fact of facts) {
      stream.feed(UPDATED, fact.profileId, fact);
      await stream.run();
    }
    const { rows } = await database.pool.query('SELECT reference, profile_id FROM cases ORDER BY reference');
    expect(rows).toEqual([
      { reference: 'of bob', profile_id: bob.id },
      { reference: 'of cat', profile_id: bob.id },
    ]);
  });

  it('go when their customer is erased', async () => {
    const stream = harness();
    const ann = TellingProfile.named('ann');
    feed(stream, ann, asked(0), answered(1, { event: 'Promise Made' }));
    feed(stream, TellingProfile.named('bob'), asked(0));
    stream.feed(UPDATED, ann.id, null);
    await stream.run();
    expect(await Promise.all(['cases', 'case_interactions', 'case_customers', 'promises'].map(count))).toEqual([1, 1, 1, 0]);
  });

  it('of another customer are not joined by naming their id', async () => {
    const stream = harness();
    feed(stream, TellingProfile.named('ann'), asked(0));
    await stream.run();
    const [{ id }] = (await database.pool.query('SELECT id FROM cases')).rows as [{ id: string }];
    feed(stream, TellingProfile.named('bob'), asked(1, { caseId: id }));
    await stream.run();
    const rows = (await database.pool.query('SELECT id, reference FROM cases ORDER BY id')).rows;
    expect(rows).toEqual([
      { id, reference: null },
      { id: expect.not.stringContaining(id), reference: id },
    ]);
  });

  it('that two customers open under one id at once are two', async () => {
    const stream = harness({ partitions: 4 });
    const id = '019bc0a1-7c00-7000-8000-0000000000c1';
    feed(stream, TellingProfile.named('ann'), asked(0, { caseId: id }));
    feed(stream, TellingProfile.named('bob'), asked(1, { caseId: id }));
    await stream.run();
    expect(stream.deadLetters()).toEqual([]);
    const rows = (await database.pool.query('SELECT reference FROM cases ORDER BY reference')).rows;
    expect(rows).toEqual([{ reference: id }, { reference: null }]);
  });

  it('that become one, one after another, have what was said in any of them', async () => {
    const stream = harness();
    const [ann, visitor, caller] = [TellingProfile.named('ann'), TellingProfile.named('visitor'), TellingProfile.named('caller')];
    for (const [profile, ms] of [
      [ann, 2],
      [visitor, 1],
      [caller, 0],
    ] as const)
      feed(stream, profile, asked(ms, { caseId: 'T-1' }));
    await stream.run();
    stream.feed(UPDATED, visitor.id, visitor.mergedInto(ann, HOUR));
    stream.feed(UPDATED, caller.id, caller.mergedInto(ann, HOUR));
    await stream.run();
    const { rows } = await database.pool.query(
      'SELECT status, count(i.case_id)::int AS said FROM cases LEFT JOIN case_interactions i ON i.case_id = id GROUP BY id ORDER BY said',
    );
    expect(rows).toEqual([
      { status: 'merged', said: 0 },
      { status: 'merged', said: 0 },
      { status: 'open', said: 3 },
    ]);
  });

  it('lead on to what they are part of, though that be closed', async () => {
    const stream = harness();
    const ann = TellingProfile.named('ann');
    const written = (event: string, ms: number, more: Partial<Interaction>) => asked(ms, { event, direction: 'outbound', ...more });
    feed(stream, ann, asked(0, { caseId: 'T-1' }), asked(1, { caseId: 'T-2' }));
    feed(stream, ann, written('Case Merged', 2, { caseId: 'T-2', properties: { intoCaseId: 'T-1' } }));
    feed(stream, ann, written('Case Closed', 3, { caseId: 'T-1' }));
    await stream.run();
    feed(stream, ann, asked(HOUR, { caseId: 'T-2' }));
    await stream.run();
    const rows = (await database.pool.query('SELECT reference, status FROM cases ORDER BY reference')).rows;
    expect(rows).toEqual([
      { reference: 'T-1', status: 'open' },
      { reference: 'T-2', status: 'merged' },
    ]);
  });
});

describe('a message that the company sends about a case', () => {
  it('brings its answer back to the case, and the channel was the company’s idea', async () => {
    const stream = harness();
    const ann = TellingProfile.named('ann');
    const notificationId = '019bc0a1-7c00-7000-8000-0000000000d1';
    const sent = (status: 'sent' | 'delivered', ms: number) =>
      ({ notificationId, profileId: ann.id, purpose: 'service', channel: 'email', status, attempt: 1, caseId: 'T-1', at: at(ms) }) as const;
    feed(stream, ann, asked(0, { caseId: 'T-1' }));
    await stream.run();
    stream.feed(TOPICS.deliveryChanged, ann.id, sent('sent', HOUR));
    stream.feed(TOPICS.deliveryChanged, ann.id, sent('delivered', HOUR + 1));
    stream.feed(TOPICS.deliveryChanged, ann.id, { ...sent('sent', HOUR), caseId: 'T-9' });
    await stream.run();
    feed(stream, ann, asked(10 * DAY, { event: 'Email Received', channel: 'email', notificationId }));
    await stream.run();
    expect((await database.pool.query('SELECT event, joined_by, switch_kind FROM case_interactions ORDER BY at')).rows).toEqual([
      { event: 'Live Chat Message Sent', joined_by: 'opened', switch_kind: null },
      { event: 'Notification Sent', joined_by: 'case', switch_kind: null },
      { event: 'Email Received', joined_by: 'notification', switch_kind: 'proposed' },
    ]);
    const rows = (await database.pool.query('SELECT state FROM cases')).rows as { state: { firstResponseAt: string | null } }[];
    expect(rows.map(({ state }) => state.firstResponseAt)).toEqual([null]);
    expect(stream.deadLetters()).toEqual([]);
  });
});

describe('a fact', () => {
  it('whose headers say nothing of service is not even parsed; without them it is', async () => {
    const stream = harness();
    const ann = TellingProfile.named('ann');
    const silent = { changed: new Set<never>(), events: new Set<string>() };
    stream.feedRaw(UPDATED.name, ann.id, Buffer.from('not json'), { headers: profileHintHeaders({ ...silent, service: false }) });
    await stream.run();
    expect(stream.deadLetters()).toEqual([]);
    stream.feed(UPDATED, ann.id, ann.fact([asked(0)]), { headers: profileHintHeaders({ ...silent, service: true }) });
    stream.feed(UPDATED, ann.id, ann.fact([asked(1)]), { headers: profileHintHeaders(silent) });
    stream.feedRaw(UPDATED.name, ann.id, Buffer.from('not json'));
    stream.feedRaw(UPDATED.name, 'x', Buffer.from('{"profileId":"x"}'));
    await stream.run();
    expect(await count('case_interactions')).toBe(2);
    expect(stream.deadLetters()).toHaveLength(2);
  });
});
