import { type Interaction, TOPICS } from '@rapport/contracts';
import { SatisfactionReader, type SatisfactionQuery } from '../persistence/satisfaction-reader.js';
import { Evaluation } from '../testing/evaluation.js';
import { DAY, Person, START } from '../testing/people.js';

let evaluation: Evaluation;
let reader: SatisfactionReader;
beforeEach(async () => {
  evaluation = await Evaluation.start({ partitions: 2 });
  evaluation.harness.now = new Date(START + 60 * DAY);
  reader = new SatisfactionReader(evaluation.database.pool);
});
afterEach(() => evaluation.stop());

const answer = (person: Person, ms: number, survey: string, score: number, more: object = {}, fields: Partial<Interaction> = {}) =>
  person.interaction('Survey Answered', ms, { touchpoint: 'survey', properties: { survey, score, ...more }, ...fields });
const ask = async (query: Partial<SatisfactionQuery>) => {
  const groups = await reader.read({
    metric: 'csat',
    by: 'touchpoint',
    period: 'month',
    from: undefined,
    to: undefined,
    segmentId: undefined,
    groupsMax: 100,
    ...query,
  });
  return Object.fromEntries(groups.map(({ key, scores }) => [key, Object.fromEntries(scores)]));
};
const [ann, bob, eve] = ['ann', 'bob', 'eve'].map((name) => new Person(name)) as [Person, Person, Person];

test('answers of every channel count by touchpoint, channel, handling and period, each once', async () => {
  await evaluation.hear(
    ann.fact([
      answer(ann, 0, 'csat', 5, { touchpoint: 'delivery', channel: 'delivery', handling: 'human' }, { channel: 'sms' }),
      answer(ann, 20 * DAY, 'csat', 2, { touchpoint: 'delivery', channel: 'phone', handling: 'human' }, { channel: 'zalo' }),
    ]),
    bob.fact([answer(bob, 1, 'csat', 5, { touchpoint: 'delivery', channel: 'delivery', handling: 'human' }), answer(bob, 2, 'nps', 9)]),
    eve.fact([answer(eve, DAY, 'csat', 4, { handling: 'automated' }, { channel: 'email' }), answer(eve, DAY, 'csat', 99)]),
  );
  await evaluation.harness.redeliver();
  expect(await ask({})).toEqual({ delivery: { 2: 1, 5: 2 }, survey: { 4: 1 } });
  expect(await ask({ by: 'channel' })).toEqual({ delivery: { 5: 2 }, email: { 4: 1 }, phone: { 2: 1 } });
  expect(await ask({ by: 'handling' })).toEqual({ automated: { 4: 1 }, human: { 2: 1, 5: 2 } });
  expect(await ask({ by: 'period' })).toEqual({ '2026-01-01': { 4: 1, 5: 2 }, '2026-02-01': { 2: 1 } });
  expect(await ask({ by: 'period', period: 'day' })).toEqual({ '2026-01-15': { 5: 2 }, '2026-01-16': { 4: 1 }, '2026-02-04': { 2: 1 } });
  expect(await ask({ metric: 'nps' })).toEqual({ survey: { 9: 1 } });
  const days = { from: new Date('2026-01-16T00:00:00Z'), to: new Date('2026-02-01T00:00:00Z') };
  expect(await ask(days)).toEqual({ survey: { 4: 1 } });
  expect(await ask({ from: new Date(START + 1), to: new Date(START + DAY) })).toEqual({ delivery: { 5: 1 } });
});

test('the counts equal a recount of the answers, however they come', async () => {
  const people = Array.from({ length: 12 }, (_, n) => new Person(`p${n}`));
  const touchpoints = ['delivery', 'returns', 'payment'];
  for (let round = 0; round < 4; round++)
    await evaluation.hear(
      ...people.map((person, n) =>
        person.fact([answer(person, ((n * 7 + round) % 5) * DAY, 'csat', ((n + round) % 5) + 1, { touchpoint: touchpoints[n % 3] })]),
      ),
    );
  const recount = `
    SELECT metric, (at AT TIME ZONE 'UTC')::date AS day, touchpoint, channel, handling, score, count(*) AS count FROM satisfaction_answers
    GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 1, 2, 3, 4, 5, 6`;
  const { rows } = await evaluation.database.pool.query('SELECT * FROM satisfaction_counts ORDER BY 1, 2, 3, 4, 5, 6');
  expect(rows).toEqual((await evaluation.database.pool.query(recount)).rows);
  expect(rows.reduce((sum, { count }) => sum + Number(count), 0)).toBe(48);
});

test('of a segment: the answers of who is in it now; they follow a merge, and are forgotten with the person', async () => {
  const buyers = await evaluation.segment('buyers', { did: 'Order Completed' });
  const twin = new Person('twin');
  await evaluation.hear(
    ann.fact([ann.interaction('Order Completed', 0), answer(ann, 1, 'csat', 5, { touchpoint: 'delivery' })]),
    bob.fact([answer(bob, 1, 'csat', 1, { touchpoint: 'delivery' })]),
    twin.fact([answer(twin, 1, 'csat', 3, { touchpoint: 'delivery' })]),
  );
  const segmentId = await reader.segmentId('buyers');
  expect(segmentId).toBe(buyers.segmentId);
  expect(await reader.segmentId(buyers.segmentId)).toBe(buyers.segmentId);
  expect(await reader.segmentId('nobody')).toBeUndefined();
  expect(await ask({ segmentId })).toEqual({ delivery: { 5: 1 } });
  await evaluation.hear(twin.mergedInto(ann, 2));
  expect(await ask({ segmentId })).toEqual({ delivery: { 3: 1, 5: 1 } });
  // what comes for the merged id later is the survivor's
  await evaluation.hear(twin.fact([answer(twin, 3, 'csat', 4, { touchpoint: 'returns' })]));
  expect(await ask({ segmentId })).toEqual({ delivery: { 3: 1, 5: 1 }, returns: { 4: 1 } });
  evaluation.harness.feed(TOPICS.profilesUpdated, ann.id, null);
  await evaluation.harness.run();
  expect(await ask({ segmentId })).toEqual({});
  expect((await evaluation.database.pool.query('SELECT profile_id FROM satisfaction_answers')).rows).toEqual([{ profile_id: bob.id }]);
});
