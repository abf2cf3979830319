import type { ProfileUpdated } from '@rapport/contracts';
import { identityStory, IdentityTeller, interleaved } from '@rapport/testkit/identity-stories';
import fc from 'fast-check';
import { Evaluation } from '../testing/evaluation.js';
import { DAY, Person, START } from '../testing/people.js';
import { behaving, withSnapshot } from '../testing/told-stories.js';

const BUYER = { did: 'Order Completed', within: { days: 30 } };
const SPENDER = { sum: 'properties.total', of: 'Order Completed', gte: '100.00' };

const order = (person: Person, ms: number, total: string) => person.interaction('Order Completed', ms, { properties: { total } });

describe('an un-merge', () => {
  /** ann (60) and twin (60, and 5 while they were one) in whichever order the facts of the two profiles arrive: each list is one profile's own. */
  async function walk(evaluation: Evaluation, arrange: (ofAnn: ProfileUpdated[], ofTwin: ProfileUpdated[]) => ProfileUpdated[]) {
    const [ann, twin] = [new Person('ann'), new Person('twin')];
    const spenders = await evaluation.segment('spenders', SPENDER);
    const buyers = await evaluation.segment('buyers', BUYER);
    const [annsOrder, twinsOrder, laterOrder] = [order(ann, 0, '60'), order(twin, 1, '60'), order(twin, 3, '5')];
    evaluation.harness.now = new Date(START + 10);
    const ofTwin = [twin.fact([twinsOrder]), twin.mergedInto(ann, 2)];
    const ofAnn = [ann.fact([annsOrder]), ann.fact([laterOrder])];
    const [split, back] = ann.split(twin, [twinsOrder.id, laterOrder.id], 4);
    const last = twin.fact([order(twin, 5, '50')]);
    for (const fact of arrange([...ofAnn, split], [...ofTwin, back, last])) await evaluation.hear(fact);
    return { ann, twin, spenders, buyers };
  }

  test.each<[string, (ofAnn: ProfileUpdated[], ofTwin: ProfileUpdated[]) => ProfileUpdated[]]>([
    ['in the order in which it happened', ([a1, a2, split], [t1, merged, back, last]) => [a1!, t1!, merged!, a2!, split!, back!, last!]],
    ['the other’s fact first', ([a1, a2, split], [t1, merged, back, last]) => [a1!, t1!, merged!, back!, last!, a2!, split!]],
    ['all of the one before all of the other', (ofAnn, ofTwin) => [...ofAnn, ...ofTwin]],
    ['all of the other before all of the one', (ofAnn, ofTwin) => [...ofTwin, ...ofAnn]],
  ])('gives each their own history, counts and segments: %s', async (_, arrange) => {
    const evaluation = await Evaluation.start();
    try {
      const { ann, twin, spenders, buyers } = await walk(evaluation, arrange);
      expect(await evaluation.members(spenders)).toEqual([twin.id]); // 60 + 5 + 50; ann has 60
      expect((await evaluation.members(buyers)).sort()).toEqual([ann.id, twin.id].sort());
      const { customers, behaviours } = await evaluation.kept();
      expect(customers).toEqual([expect.objectContaining({ merged_into: null }), expect.objectContaining({ merged_into: null })]);
      const owners = (behaviours as { profile_id: string }[]).map(({ profile_id }) => profile_id);
      expect(owners.filter((id) => id === ann.id)).toHaveLength(1);
      expect(owners.filter((id) => id === twin.id)).toHaveLength(3);
      const kept = await evaluation.kept();
      await evaluation.harness.redeliver();
      expect(await evaluation.kept()).toEqual(kept);
    } finally {
      await evaluation.stop();
    }
  });

  test.each<[string, number[]]>([
    ['in the order in which it happened', [0, 1, 2]],
    ['the un-merge read last', [1, 2, 0]],
  ])('of two who are merged again leaves them one: %s', async (_, indexes) => {
    const evaluation = await Evaluation.start();
    try {
      const [ann, twin] = [new Person('ann'), new Person('twin')];
      const spenders = await evaluation.segment('spenders', SPENDER);
      evaluation.harness.now = new Date(START + 10);
      const [annsOrder, twinsOrder] = [order(ann, 0, '60'), order(twin, 1, '60')];
      await evaluation.hear(ann.fact([annsOrder]), twin.fact([twinsOrder]), twin.mergedInto(ann, 2));
      const [split, back] = ann.split(twin, [twinsOrder.id], 3);
      const facts = [split, back, twin.mergedInto(ann, 4)];
      for (const index of indexes) await evaluation.hear(facts[index]!);
      expect(await evaluation.members(spenders)).toEqual([ann.id]); // 60 + 60
      const { customers, behaviours } = await evaluation.kept();
      expect((customers as { merged_into: string | null }[]).map(({ merged_into }) => merged_into).filter((into) => into !== null)).toEqual(
        [ann.id],
      );
      expect((behaviours as { profile_id: string }[]).map(({ profile_id }) => profile_id)).toEqual([ann.id, ann.id]);
    } finally {
      await evaluation.stop();
    }
  });

  test('in one batch comes to the same', async () => {
    const evaluation = await Evaluation.start();
    try {
      const [ann, twin] = [new Person('ann'), new Person('twin')];
      const spenders = await evaluation.segment('spenders', SPENDER);
      evaluation.harness.now = new Date(START + 10);
      const [annsOrder, twinsOrder] = [order(ann, 0, '60'), order(twin, 1, '120')];
      evaluation.feed(ann.fact([annsOrder]), twin.fact([twinsOrder]), twin.mergedInto(ann, 2));
      evaluation.feed(...ann.split(twin, [twinsOrder.id], 3), twin.fact([order(twin, 4, '1')]));
      await evaluation.harness.run();
      expect(await evaluation.members(spenders)).toEqual([twin.id]);
    } finally {
      await evaluation.stop();
    }
  });

  test('of people who are several, and of whom a third one joined in between, leaves everybody what is theirs', async () => {
    const told = fc.tuple(identityStory(behaving), fc.array(fc.nat(12), { minLength: 8, maxLength: 30 }));
    const stories = fc
      .sample(told, { seed: 7, numRuns: 60 })
      .filter(([steps]) => steps.filter(({ kind }) => kind === 'unmerge').length > 3);
    expect(stories.length).toBeGreaterThan(5);
    for (const [story, picks] of stories.slice(0, 8)) {
      const evaluation = await Evaluation.start();
      try {
        await evaluation.segment('buyers', BUYER);
        evaluation.harness.now = new Date(START + 20 * DAY);
        const teller = new IdentityTeller(story);
        const facts = interleaved(teller.streams, picks).map(withSnapshot);
        for (let n = 0; n < facts.length; n += 3) await evaluation.hear(...facts.slice(n, n + 3));
        await expectOwners(evaluation, teller);
        await evaluation.harness.redeliver();
        await expectOwners(evaluation, teller);
      } finally {
        await evaluation.stop();
      }
    }
  });
});

async function expectOwners(evaluation: Evaluation, teller: IdentityTeller): Promise<void> {
  const { behaviours, memberships } = await evaluation.kept();
  const owners = (behaviours as { interaction_id: string; profile_id: string }[]).map((row) => `${row.interaction_id} ${row.profile_id}`);
  expect(owners.sort()).toEqual(teller.interactions.map((one) => `${one.id} ${teller.ownerOf(one)}`).sort());
  const answers = await evaluation.database.pool.query('SELECT interaction_id, profile_id FROM satisfaction_answers');
  for (const row of answers.rows as { interaction_id: string; profile_id: string }[])
    expect(owners).toContain(`${row.interaction_id} ${row.profile_id}`);
  const buyers = teller.interactions.filter(({ event }) => event === 'Order Completed').map((one) => teller.ownerOf(one));
  expect((memberships as { profile_id: string }[]).map((row) => row.profile_id).sort()).toEqual([...new Set(buyers)].sort());
}
