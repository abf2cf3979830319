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
        profileId: ann.id,
        segmentId: segment.segmentId,
        segmentName: 'spenders',
        segmentVersion: 1,
        membership: 'entered',
        sequence: 1,
        at: at(5),
        cause: 'interaction',
        interactionId: second.id,
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
    const segment = await evaluation.segment('two orders on pro', {
      all: [
        { trait: 'plan', is: 'pro' },
        { did: 'Order Completed', times: { exactly: 2 } },
      ],
    });
    const ann = new Person('ann');
    const old = order(ann, 0, '1');
    ann.trait('plan', 'pro');
    const newer = order(ann, 1, '1');
    setClock(5);
    await evaluation.hear(newer, old);
    expect(await evaluation.members(segment)).toEqual([ann.id]);
  });

  it('answers the same however the log is cut, and a redelivery changes nothing', async () => {
    const rules = {
      buyers: BUYER,
      spenders: SPENDER,
      'no visit for an hour': { didNot: 'Page Viewed', within: { hours: 1 } },
      engaged: { fact: 'relationship.type', is: 'self_service' },
    };
    const told: string[][] = [];
    for (const batchRecordsMax of [1, 3, 500]) {
      const other = await Evaluation.start({ batchRecordsMax });
      try {
        for (const [index, [name, rule]] of Object.entries(rules).entries())
          await other.segment(name, rule, `00000000-0000-4000-8000-00000000000${index}`);
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
  }, 60_000);
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
      expect.objectContaining({
        membership: 'left',
        cause: 'clock',
        sequence: 2,
        at: at(30 * DAY + 2 * HOUR),
        why: [{ leaf: '', holds: false, evidence: { count: 0 } }],
      }),
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
    expect(evaluation.changes().map(({ membership, at: when }) => [membership, when])).toEqual([
      ['entered', at(0)],
      ['left', at(7 * DAY)],
    ]);
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
