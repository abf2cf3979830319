import { TOPICS } from '@rapport/contracts';
import { Evaluation } from '../testing/evaluation.js';
import { DAY, Person, START, at } from '../testing/people.js';

const HOUR = 3_600_000;
const BUYER = { did: 'Order Completed', within: { days: 30 } };
const SPENDER = { sum: 'properties.total', of: 'Order Completed', gte: '100.00' };

let evaluation: Evaluation;
beforeEach(async () => void (evaluation = await Evaluation.start()));
afterEach(() => evaluation.stop());

const setClock = (ms: number) => void (evaluation.harness.now = new Date(START + ms));
const tickAt = (ms: number) => evaluation.harness.tick(new Date(START + ms));
const order = (person: Person, ms: number, total: string) => person.did('Order Completed', ms, { properties: { total } });

describe('live', () => {
  it('enters with the interaction, tells why, and keeps the member once', async () => {
    const segment = await evaluation.segment('spenders', { all: [SPENDER, { trait: 'plan', in: ['pro', 'team'] }] });
    const ann = new Person('ann').trait('plan', 'pro');
    const first = ann.interaction('Order Completed', 0, { properties: { total: '60.10' } });
    const second = ann.interaction('Order Completed', 1, { properties: { total: 39.9 } });
    setClock(5);
    await evaluation.hear(ann.fact([first]));
    expect(evaluation.told()).toEqual([]);
    await evaluation.hear(ann.fact([second]));
    expect(evaluation.changes()).toEqual([
      {
        profileId: ann.id, segmentId: segment.segmentId, segmentName: 'spenders', segmentVersion: 1, membership: 'entered', sequence: 1, at: at(5), cause: 'interaction', interactionId: second.id,
        why: [
          { leaf: '/all/0', holds: true, evidence: { count: 2, sum: '100', lastAt: at(1) } },
          { leaf: '/all/1', holds: true, evidence: { trait: 'plan', value: 'pro' } },
        ],
      },
    ]);
    await evaluation.hear(order(ann, 2, '5'));
    expect(evaluation.told()).toEqual(['spenders:entered']);
    expect(await evaluation.members(segment)).toEqual([ann.id]);
  });

  it('takes a snapshot only if it is newer, and folds interactions in any case', async () => {
    const segment = await evaluation.segment('two orders on pro', { all: [{ trait: 'plan', is: 'pro' }, { did: 'Order Completed', times: { exactly: 2 } }] });
    const ann = new Person('ann');
    const old = order(ann, 0, '1');
    ann.trait('plan', 'pro');
    const newer = order(ann, 1, '1');
    setClock(5);
    await evaluation.hear(newer, old);
    expect(await evaluation.members(segment)).toEqual([ann.id]);
  });

  it('answers the same however the log is cut, and a redelivery changes nothing', async () => {
    const rules = { buyers: BUYER, spenders: SPENDER, 'no visit for an hour': { didNot: 'Page Viewed', within: { hours: 1 } }, engaged: { fact: 'relationship.type', is: 'self_service' } };
    const told: string[][] = [];
    for (const batchRecordsMax of [1, 3, 500]) {
      const other = await Evaluation.start({ batchRecordsMax });
      try {
        for (const [index, [name, rule]] of Object.entries(rules).entries()) await other.segment(name, rule, `00000000-0000-4000-8000-00000000000${index}`);
        await other.harness.tick(new Date(START + 1000));
        const people = ['ann', 'bob', 'eve'].map((name) => new Person(name));
        for (let n = 0; n < 40; n++) {
          const person = people[n % 3]!;
          other.feed(n % 4 === 0 ? order(person, n, `${n}.05`) : person.did('Page Viewed', n - 5000 * (n % 2), { kind: 'page' }));
        }
        await other.harness.run();
        const kept = await other.kept();
        const published = other.harness.published.length;
        await other.harness.redeliver();
        expect(other.harness.published).toHaveLength(published);
        expect(await other.kept()).toEqual(kept);
        told.push(other.changes().map((one) => JSON.stringify(one)));
      } finally {
        await other.stop();
      }
    }
    expect(told[0]!.length).toBeGreaterThan(5);
    expect(told[1]).toEqual(told[0]);
    expect(told[2]).toEqual(told[0]);
  });
});

describe('the clock', () => {
  it('lets a member leave at the very instant at which the window ends, with no interaction', async () => {
    const segment = await evaluation.segment('buyers', BUYER);
    const ann = new Person('ann');
    await evaluation.hear(order(ann, 0, '1'), order(ann, 2 * HOUR, '1'));
    await tickAt(30 * DAY + 2 * HOUR - 1);
    expect(await evaluation.members(segment)).toEqual([ann.id]);
    await tickAt(30 * DAY + 2 * HOUR + 700);
    expect(evaluation.changes().slice(1)).toEqual([
      expect.objectContaining({ membership: 'left', cause: 'clock', sequence: 2, at: at(30 * DAY + 2 * HOUR), why: [{ leaf: '', holds: false, evidence: { count: 0 } }] }),
    ]);
    expect(await evaluation.members(segment)).toEqual([]);
  });

  it('lets one who has been silent enter', async () => {
    await evaluation.segment('silent', { all: [{ did: '*' }, { not: { did: '*', within: { days: 14 } } }] });
    const ann = new Person('ann');
    await evaluation.hear(ann.did('Page Viewed', 0));
    await tickAt(20 * DAY);
    expect(evaluation.changes()).toEqual([expect.objectContaining({ membership: 'entered', cause: 'clock', at: at(14 * DAY) })]);
    await evaluation.hear(ann.did('Page Viewed', 20 * DAY));
    expect(evaluation.told()).toEqual(['silent:entered', 'silent:left']);
  });

  it('counts an event from ahead of the clock when its time comes', async () => {
    await evaluation.segment('buyers', BUYER);
    const ann = new Person('ann');
    await evaluation.hear(order(ann, HOUR, '1'));
    expect(evaluation.told()).toEqual([]);
    await tickAt(HOUR);
    expect(evaluation.changes()).toEqual([expect.objectContaining({ membership: 'entered', cause: 'clock', at: at(HOUR) })]);
  });

  it('tells what was due before an interaction that came first, in order and with its own instant', async () => {
    await evaluation.segment('buyers', BUYER);
    const ann = new Person('ann');
    await evaluation.hear(order(ann, 0, '1'));
    evaluation.harness.now = new Date(START + 31 * DAY);
    await evaluation.hear(order(ann, 31 * DAY, '1'));
    expect(evaluation.changes().map(({ membership, cause, at: when }) => [membership, cause, when])).toEqual([
      ['entered', 'interaction', at(0)],
      ['left', 'clock', at(30 * DAY)],
      ['entered', 'interaction', at(31 * DAY)],
    ]);
  });

  it('follows the time of a fact', async () => {
    await evaluation.segment('seen lately', { fact: 'lastSeenAt', withinLast: { days: 7 } });
    const ann = new Person('ann');
    await evaluation.hear(ann.did('Page Viewed', 0));
    await tickAt(9 * DAY);
    expect(evaluation.changes().map(({ membership, at: when }) => [membership, when])).toEqual([['entered', at(0)], ['left', at(7 * DAY)]]);
  });
});

describe('definitions', () => {
  const people = Array.from({ length: 8 }, (_, n) => new Person(`p${n}`));
  const buy = (ms: number, total = '60') => people.map((person, n) => order(person, ms + n, n % 2 === 0 ? total : '1'));

  it('fills a new segment from history in pieces, with interactions coming in meanwhile, and nobody enters twice', async () => {
    const live = await evaluation.segment('live', SPENDER);
    await evaluation.hear(...buy(0));
    const filled = await evaluation.segment('filled', { ...SPENDER, gte: '100.000' });
    expect((await evaluation.definitions.find(filled.segmentId))!.backfills).toHaveLength(1);
    await evaluation.hear(order(people[0]!, 1, '60'), order(people[1]!, 1, '60'));
    await evaluation.harness.tick();
    expect((await evaluation.definitions.find(filled.segmentId))!.backfills).toHaveLength(0);
    await evaluation.hear(...buy(10));
    expect(await evaluation.members(filled)).toEqual(await evaluation.members(live));
    const entered = (name: string) => evaluation.changes().filter((one) => one.segmentName === name).map((one) => one.profileId).sort();
    expect(entered('filled')).toEqual(entered('live'));
    expect(new Set(entered('filled')).size).toBe(entered('filled').length);
  });

  it('tells that it was the definition, and what the history held', async () => {
    await evaluation.hear(...buy(0));
    const segment = await evaluation.segment('buyers of much', { did: 'Order Completed', where: { 'properties.total': { gte: 50 } }, within: { days: 30 } });
    await tickAt(DAY);
    expect(evaluation.changes()).toHaveLength(4);
    expect(evaluation.changes()[0]).toMatchObject({ membership: 'entered', cause: 'definition', at: at(DAY), segmentVersion: 1 });
    await evaluation.segment('buyers of much', { did: 'Order Completed', where: { 'properties.total': { gte: 70 } }, within: { days: 30 } }, segment.segmentId);
    await tickAt(DAY + 1);
    expect(evaluation.changes().slice(4).map(({ membership, cause, segmentVersion }) => [membership, cause, segmentVersion])).toEqual(Array(4).fill(['left', 'definition', 2]));
    expect(await evaluation.members(segment)).toEqual([]);
    await tickAt(31 * DAY);
    expect(evaluation.changes()).toHaveLength(8);
  });

  it('lets the members of an archived segment leave, and refuses to archive what others refer to', async () => {
    const vip = await evaluation.segment('vip', { did: 'Order Completed' });
    const quiet = await evaluation.segment('quiet vip', { all: [{ member: 'vip' }, { didNot: 'Page Viewed' }] });
    await evaluation.hear(people[0]!.did('Order Completed', 0));
    expect(evaluation.told().sort()).toEqual(['quiet vip:entered', 'vip:entered']);
    expect(await evaluation.definitions.archive(vip.segmentId, new Date())).toEqual({ kind: 'in-use', by: ['quiet vip'] });
    await evaluation.definitions.archive(quiet.segmentId, new Date());
    await evaluation.harness.tick();
    expect(evaluation.changes().at(-1)).toMatchObject({ segmentName: 'quiet vip', membership: 'left', cause: 'definition', sequence: 2 });
    expect(await evaluation.members(quiet)).toEqual([]);
    expect(await evaluation.members(vip)).toEqual([people[0]!.id]);
  });

  it('judges those who refer to an edited segment again', async () => {
    const vip = await evaluation.segment('vip', { did: 'Order Completed' });
    await evaluation.segment('not vip', { not: { member: 'vip' } });
    await evaluation.hear(people[0]!.did('Order Completed', 0));
    await evaluation.segment('vip', { did: 'Order Completed', times: { atLeast: 2 } }, vip.segmentId);
    await evaluation.harness.tick();
    expect(evaluation.changes().slice(1).map(({ segmentName, membership, cause }) => [segmentName, membership, cause])).toEqual([['vip', 'left', 'definition'], ['not vip', 'entered', 'definition']]);
  });

  it('refuses circles, unknown references, taken names and too many', async () => {
    const a = await evaluation.segment('a', { did: 'A' });
    await evaluation.segment('b', { member: 'a' });
    const edit = (rule: object) => evaluation.definitions.edit(a.segmentId, { name: 'a', description: '', rule }, undefined, new Date());
    expect(await edit({ any: [{ member: 'b' }] })).toMatchObject({ kind: 'rule-invalid', errors: [{ pointer: '/any/0/member', detail: expect.stringContaining('circle') }] });
    expect(await edit({ member: 'a' })).toMatchObject({ kind: 'rule-invalid', errors: [{ pointer: '/member' }] });
    expect(await edit({ member: 'c' })).toMatchObject({ kind: 'rule-invalid', errors: [{ pointer: '/member', detail: expect.stringContaining('no live segment') }] });
    expect(await evaluation.definitions.create('00000000-0000-4000-8000-000000000001', { name: 'a', description: '', rule: { all: [] } }, new Date())).toEqual({ kind: 'name-taken' });
    expect(await evaluation.definitions.edit(a.segmentId, { name: 'a', description: '', rule: { all: [] } }, 7, new Date())).toEqual({ kind: 'version-differs', version: 1 });
    for (let n = 2; n < 20; n++) await evaluation.segment(`s${n}`, { all: [] });
    expect(await evaluation.definitions.create('00000000-0000-4000-8000-000000000001', { name: 'z', description: '', rule: { all: [] } }, new Date())).toEqual({ kind: 'too-many', limit: 20 });
  });
});

describe('merges', () => {
  const [ann, twin] = [new Person('ann'), new Person('twin')];

  it('make one history, one membership and one due time of two, across partitions', async () => {
    const other = await Evaluation.start({ partitions: 4 });
    try {
      const [survivor, loser] = [new Person('survivor'), new Person('loser')];
      const spenders = await other.segment('spenders', SPENDER);
      const buyers = await other.segment('buyers', BUYER);
      const once = await other.segment('once', { did: 'Order Completed', times: { exactly: 1 } });
      other.harness.now = new Date(START + HOUR);
      await other.hear(order(survivor, 0, '60'), order(loser, HOUR, '60'));
      await other.hear(loser.mergedInto(survivor, 1));
      expect(other.told(survivor.id)).toEqual(expect.arrayContaining(['buyers:entered', 'once:entered', 'once:left', 'spenders:entered']));
      expect(other.told(survivor.id)).toHaveLength(4);
      expect(other.told(loser.id).sort()).toEqual(['buyers:entered', 'once:entered']);
      await other.harness.tick(new Date(START + 30 * DAY + HOUR - 1));
      expect(await other.members(buyers)).toEqual([survivor.id]);
      await other.harness.tick(new Date(START + 30 * DAY + HOUR));
      expect(other.changes().at(-1)).toMatchObject({ profileId: survivor.id, segmentName: 'buyers', membership: 'left', at: at(30 * DAY + HOUR) });
      for (const [segment, expected] of [[spenders, [survivor.id]], [buyers, []], [once, []]] as const) expect(await other.members(segment)).toEqual(expected);
    } finally {
      await other.stop();
    }
  });

  it('move a membership that only the other had without a second entry; what is due comes along', async () => {
    const buyers = await evaluation.segment('buyers', BUYER);
    await evaluation.hear(ann.did('Page Viewed', 0), order(twin, 0, '1'));
    expect(evaluation.told()).toEqual(['buyers:entered']);
    setClock(2);
    await evaluation.hear(twin.mergedInto(ann, 1));
    expect(evaluation.told()).toEqual(['buyers:entered']);
    expect(await evaluation.members(buyers)).toEqual([ann.id]);
    const late = order(twin, 2, '1');
    await evaluation.hear(late);
    expect((await evaluation.kept()).behaviours).toEqual(Array(3).fill(expect.objectContaining({ profile_id: ann.id })));
    await tickAt(30 * DAY + 2);
    expect(evaluation.changes().at(-1)).toMatchObject({ profileId: ann.id, membership: 'left', cause: 'clock', sequence: 2, at: at(30 * DAY + 2) });
    expect((await evaluation.kept()).due_customers).toEqual([expect.objectContaining({ profile_id: ann.id })]);
    const kept = await evaluation.kept();
    await evaluation.harness.redeliver();
    expect(await evaluation.kept()).toEqual(kept);
  });

  it('in a chain, within one batch, and before anything was heard of the survivor', async () => {
    const [a, b, c] = ['a', 'b', 'c'].map((name) => new Person(name)) as [Person, Person, Person];
    const three = await evaluation.segment('three', { did: 'Order Completed', times: { exactly: 3 } });
    setClock(5);
    await evaluation.hear(order(c, 0, '1'), c.mergedInto(b, 0), order(b, 1, '1'), order(c, 2, '1'), b.mergedInto(a, 3));
    expect(await evaluation.members(three)).toEqual([a.id]);
    const { customers } = await evaluation.kept();
    expect(customers!.filter((row) => (row as { merged_into: string | null }).merged_into === a.id)).toHaveLength(2);
  });
});

describe('bad and forgotten input', () => {
  it('sends what is no fact to the dead letters, and goes on', async () => {
    const segment = await evaluation.segment('buyers', BUYER);
    const ann = new Person('ann');
    evaluation.feed(order(ann, 0, '1'));
    evaluation.harness.feedRaw(TOPICS.profilesUpdated.name, ann.id, Buffer.from('{'));
    evaluation.harness.feedRaw(TOPICS.profilesUpdated.name, ann.id, Buffer.from(JSON.stringify({ ...ann.fact(), profileId: 'no uuid' })));
    evaluation.feed(order(ann, 1, '1'));
    await evaluation.harness.run();
    expect(evaluation.harness.deadLetters()).toHaveLength(2);
    expect(await evaluation.members(segment)).toEqual([ann.id]);
    expect((await evaluation.kept()).behaviours).toHaveLength(2);
  });

  it('forgets an erased customer entirely', async () => {
    await evaluation.segment('buyers', BUYER);
    const [ann, bob] = [new Person('ann'), new Person('bob')];
    await evaluation.hear(order(ann, 0, '1'), order(bob, 0, '1'));
    evaluation.harness.feed(TOPICS.profilesUpdated, ann.id, null);
    await evaluation.harness.run();
    for (const rows of Object.values(await evaluation.kept())) expect(rows).toEqual([expect.objectContaining({ profile_id: bob.id })]);
    expect(evaluation.harness.published.at(-1)).toMatchObject({ topic: TOPICS.customerClassified.name, key: ann.id, value: null });
  });
});
