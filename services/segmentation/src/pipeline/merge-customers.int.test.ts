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
      expect(other.changes().at(-1)).toMatchObject({
        profileId: survivor.id,
        segmentName: 'buyers',
        membership: 'left',
        at: at(30 * DAY + HOUR),
      });
      for (const [segment, expected] of [
        [spenders, [survivor.id]],
        [buyers, []],
        [once, []],
      ] as const)
        expect(await other.members(segment)).toEqual(expected);
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
    expect(evaluation.changes().at(-1)).toMatchObject({
      profileId: ann.id,
      membership: 'left',
      cause: 'clock',
      sequence: 2,
      at: at(30 * DAY + 2),
    });
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
    expect(customers!.filter((row) => (row as { merged_into: string | null }).merged_into !== null)).toHaveLength(2);
  });
});
