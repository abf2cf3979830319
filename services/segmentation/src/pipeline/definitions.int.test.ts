import { Evaluation } from '../testing/evaluation.js';
import { DAY, Person, START, at } from '../testing/people.js';

const SPENDER = { sum: 'properties.total', of: 'Order Completed', gte: '100.00' };

let evaluation: Evaluation;
beforeEach(async () => void (evaluation = await Evaluation.start()));
afterEach(() => evaluation.stop());

const tickAt = (ms: number) => evaluation.harness.tick(new Date(START + ms));
const order = (person: Person, ms: number, total: string) => person.did('Order Completed', ms, { properties: { total } });

describe('definitions', () => {
  const people = Array.from({ length: 8 }, (_, n) => new Person(`p${n}`));
  const buy = (ms: number, total = '60') => people.map((person, n) => order(person, ms + n, n % 2 === 0 ? total : '1'));

  it('fills a new segment from history in pieces, with interactions coming in meanwhile, and nobody enters twice', async () => {
    const live = await evaluation.segment('live', SPENDER);
    await evaluation.hear(...buy(0));
    const filled = await evaluation.segment('filled', { ...SPENDER, gte: '100.000' });
    expect((await evaluation.definitions.find(filled.segmentId))!.backfilling).toBe(true);
    await evaluation.hear(order(people[0]!, 1, '60'), order(people[1]!, 1, '60'));
    await evaluation.harness.tick();
    expect((await evaluation.definitions.find(filled.segmentId))!.backfilling).toBe(false);
    await evaluation.hear(...buy(10));
    expect(await evaluation.members(filled)).toEqual(await evaluation.members(live));
    const entered = (name: string) =>
      evaluation
        .changes()
        .filter((one) => one.segmentName === name)
        .map((one) => one.profileId)
        .sort();
    expect(entered('filled')).toEqual(entered('live'));
    expect(new Set(entered('filled')).size).toBe(entered('filled').length);
  });

  it('tells that it was the definition, and what the history held', async () => {
    await evaluation.hear(...buy(0));
    const segment = await evaluation.segment('buyers of much', {
      did: 'Order Completed',
      where: { 'properties.total': { gte: 50 } },
      within: { days: 30 },
    });
    await tickAt(DAY);
    expect(evaluation.changes()).toHaveLength(4);
    expect(evaluation.changes()[0]).toMatchObject({ membership: 'entered', cause: 'definition', at: at(DAY), segmentVersion: 1 });
    await evaluation.segment(
      'buyers of much',
      { did: 'Order Completed', where: { 'properties.total': { gte: 70 } }, within: { days: 30 } },
      segment.segmentId,
    );
    await tickAt(DAY + 1);
    expect(
      evaluation
        .changes()
        .slice(4)
        .map(({ membership, cause, segmentVersion }) => [membership, cause, segmentVersion]),
    ).toEqual(Array(4).fill(['left', 'definition', 2]));
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
    expect(
      evaluation
        .changes()
        .slice(1)
        .map(({ segmentName, membership, cause }) => [segmentName, membership, cause]),
    ).toEqual([
      ['vip', 'left', 'definition'],
      ['not vip', 'entered', 'definition'],
    ]);
  });

  it('refuses circles, unknown references, taken names and too many', async () => {
    const a = await evaluation.segment('a', { did: 'A' });
    await evaluation.segment('b', { member: 'a' });
    const edit = (rule: object) => evaluation.definitions.edit(a.segmentId, { name: 'a', description: '', rule }, undefined, new Date());
    expect(await edit({ any: [{ member: 'b' }] })).toMatchObject({
      kind: 'rule-invalid',
      errors: [{ pointer: '/any/0/member', detail: expect.stringContaining('circle') }],
    });
    expect(await edit({ member: 'a' })).toMatchObject({ kind: 'rule-invalid', errors: [{ pointer: '/member' }] });
    expect(await edit({ member: 'c' })).toMatchObject({
      kind: 'rule-invalid',
      errors: [{ pointer: '/member', detail: expect.stringContaining('no live segment') }],
    });
    expect(
      await evaluation.definitions.create(
        '00000000-0000-4000-8000-000000000001',
        { name: 'a', description: '', rule: { all: [] } },
        new Date(),
      ),
    ).toEqual({ kind: 'name-taken' });
    expect(await evaluation.definitions.edit(a.segmentId, { name: 'a', description: '', rule: { all: [] } }, 7, new Date())).toEqual({
      kind: 'version-differs',
      version: 1,
    });
    for (let n = 2; n < 20; n++) await evaluation.segment(`s${n}`, { all: [] });
    expect(
      await evaluation.definitions.create(
        '00000000-0000-4000-8000-000000000001',
        { name: 'z', description: '', rule: { all: [] } },
        new Date(),
      ),
    ).toEqual({ kind: 'too-many', limit: 20 });
  });
});
