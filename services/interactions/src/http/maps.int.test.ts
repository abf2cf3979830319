import 'reflect-metadata';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { TOPICS } from '@rapport/contracts';
import { createService } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import { readConfig } from '../config.js';
import { InteractionsModule } from '../interactions.module.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { MapJourneysPipeline } from '../pipeline/map-journeys.pipeline.js';
import { factsOf, type Happening, interactionAt, segmentId } from '../testing/map-stories.js';

// a busy machine is slow, not wrong
jest.setTimeout(60_000);

const TOKEN = 'a-token-for-tests-only';
const DAY = 86_400_000;
const MINUTE = 60_000;
/** The tenth of the month before this one: nothing of the story is open any more, and all of it is remembered. */
const START = Date.parse('2026-01-10T10:00:00Z');

let database: TestDatabase;
let app: Awaited<ReturnType<typeof createService>>;

const did = (person: number, minutes: number, draft: Parameters<typeof interactionAt>[0]): Happening => {
  const at = START + minutes * MINUTE;
  return {
    kind: 'did',
    person,
    interaction: interactionAt(draft, at, `01890000-0000-7000-8000-${String(person * 100_000 + minutes).padStart(12, '0')}`),
  };
};
const page = { event: 'Page Viewed', channel: 'web', touchpoint: 'website', stage: 'pre_purchase' } as const;
const order = {
  event: 'Order Completed',
  channel: 'web',
  touchpoint: 'online_checkout',
  handling: 'self_service',
  complexity: 'simple',
  value: { currency: 'USD', amount: '20.50' },
} as const;
const call = (event: string) =>
  ({ event, channel: 'phone', touchpoint: 'technical_support', handling: 'human', complexity: 'complex', caseId: 'k1' }) as const;
const survey = { event: 'Survey Answered', channel: 'email', touchpoint: 'survey', caseId: 'k1', properties: { score: 5 } } as const;

/** Three look; two of them buy an hour later; the first calls a day after that, is helped, and says that it was good. */
const STORY: Happening[] = [
  did(0, 0, page),
  did(1, 0, page),
  did(2, 0, page),
  did(0, 60, order),
  did(1, 60, order),
  did(0, 60 + 1440, call('Call Started')),
  did(0, 60 + 1440 + 10, { ...call('Case Resolved'), direction: 'outbound' }),
  did(0, 60 + 1440 + 90, survey),
  { kind: 'segment', person: 2, segment: 0 },
];

beforeAll(async () => {
  database = await createTestDatabase({ service: 'interactions', migrations: MIGRATIONS });
  const config = readConfig({ DATABASE_URL: database.url, KAFKA_BROKERS: '127.0.0.1:1', INTERNAL_TOKEN: TOKEN, LOG_LEVEL: 'silent' });
  app = await createService({ config, module: InteractionsModule.forRoot(config) });
  const stream = new PipelineHarness(app.get(MapJourneysPipeline), database.pool, { partitions: 2 });
  stream.now = new Date(START + 5 * DAY);
  for (const { topic, key, value } of factsOf(STORY))
    stream.feed((topic === TOPICS.profilesUpdated.name ? TOPICS.profilesUpdated : TOPICS.membershipChanged) as never, key, value as never);
  await stream.run();
});
afterAll(async () => {
  await app?.close();
  await database?.drop();
});

const get = (url: string) => app.inject({ method: 'GET', url: `/internal/v1/${url}`, headers: { authorization: `Bearer ${TOKEN}` } });
const JANUARY = 'from=2026-01-01&to=2026-02-01';

describe('GET /internal/v1/journey-map', () => {
  it('tells where customers come from, how long it takes them, and where they leave', async () => {
    const map = (await get(`journey-map?${JANUARY}&outcome=Order%20Completed`)).json();
    expect(map).toMatchObject({
      segmentId: null,
      journeys: { started: 3, dropped: 3, open: 0 },
      outcome: {
        event: 'Order Completed',
        count: 2,
        ways: [{ steps: [{ touchpoint: 'website' }, { touchpoint: 'online_checkout' }], count: 2, share: 1 }],
        others: 0,
      },
    });
    expect(map.touchpoints[0]).toMatchObject({ touchpoint: 'website', visits: 3, starts: 3, dropped: 1, dropOff: 0.3333 });
    expect(map.transitions[0]).toMatchObject({
      from: { touchpoint: 'website' },
      to: { stage: 'purchase', touchpoint: 'online_checkout' },
      volume: 2,
      share: 0.6667,
    });
    expect(Math.abs(map.transitions[0].medianSeconds / 3600 - 1)).toBeLessThan(map.method.medianErrorMax);
    expect(map.touchpoints.find((one: { touchpoint: string }) => one.touchpoint === 'technical_support').satisfaction.csat).toMatchObject({
      n: 1,
      share: 1,
    });
  });

  it('is the same in days as in whole months, empty outside, and a segment’s own', async () => {
    const whole = (await get(`journey-map?${JANUARY}`)).json();
    const days = (await get('journey-map?from=2026-01-02&to=2026-01-31')).json();
    expect(days.touchpoints).toEqual(whole.touchpoints);
    expect(days.transitions).toEqual(whole.transitions);
    expect((await get('journey-map?from=2025-01-01&to=2026-01-01')).json().touchpoints).toEqual([]);
    expect((await get(`journey-map?${JANUARY}&segment=${segmentId(0)}`)).json()).toMatchObject({
      journeys: { started: 1 },
      transitions: [],
    });
  });

  it('is a picture, also of nothing', async () => {
    for (const query of [`${JANUARY}&outcome=Order%20Completed`, 'from=2020-01-01&to=2020-02-01']) {
      const { svg } = (await get(`journey-map?${query}&as=svg`)).json();
      expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 1600 \d+"[\s\S]*<\/svg>$/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity|<script/);
    }
  });

  it.each([
    ['from=2026-13-01', '/from'],
    ['from=2026-02-30', '/from'],
    ['to=soon', '/to'],
    ['from=2026-02-01&to=2026-02-01', '/to'],
    ['from=2010-01-01&to=2026-01-01', '/from'],
    ['segment=loyal', '/segment'],
    ['outcome=Page%20Viewed', '/outcome'],
    ['colour=red', '/colour'],
  ])('refuses %s with a pointer', async (query, pointer) => {
    const answer = await get(`journey-map?${query}`);
    expect(answer.statusCode).toBe(400);
    expect(answer.json().errors[0].pointer).toBe(pointer);
  });
});

describe('GET /internal/v1/channel-report', () => {
  it('tells of each channel and kind of matter what it costs and what comes of it', async () => {
    const report = (await get(`channel-report?${JANUARY}`)).json();
    const row = (channel: string, complexity: string) =>
      report.rows.find((one: { channel: string; complexity: string }) => one.channel === channel && one.complexity === complexity);
    expect(row('phone', 'complex')).toMatchObject({
      interactions: 2,
      contacts: 1,
      contactsByHandling: { human: 1 },
      cost: { currency: 'USD', amount: '6.00' },
      matters: 1,
      resolved: 1,
      resolvedWithoutSwitch: 1,
      satisfaction: { csat: { n: 1, share: 1 } },
    });
    expect(Math.abs(row('phone', 'complex').medianSecondsToResolve / 600 - 1)).toBeLessThan(report.method.medianErrorMax);
    expect(row('web', 'simple')).toMatchObject({
      contacts: 2,
      value: [{ currency: 'USD', amount: '41.00' }],
      matters: 0,
      withoutSwitch: null,
    });
    expect((await get(`channel-report?${JANUARY}&as=svg`)).json().svg).toMatch(/^<svg [\s\S]*Phone[\s\S]*<\/svg>$/);
  });

  it('is reckoned with the prices that were put last, once per Idempotency-Key', async () => {
    const put = (payload: object, key: string) =>
      app.inject({
        method: 'PUT',
        url: '/internal/v1/channel-report/prices',
        headers: { authorization: `Bearer ${TOKEN}`, 'idempotency-key': key },
        payload,
      });
    const table = { currency: 'EUR', prices: [{ channel: 'phone', handling: '*', amount: '4.25' }] };
    expect((await put(table, 'k1')).json()).toEqual(table);
    expect((await put(table, 'k1')).headers['idempotent-replayed']).toBe('true');
    expect((await get('channel-report/prices')).json()).toEqual(table);
    const report = (await get(`channel-report?${JANUARY}`)).json();
    expect(report.channels.find((one: { channel: string }) => one.channel === 'phone').cost).toEqual({ currency: 'EUR', amount: '4.25' });
    const bad = await put({ currency: 'EUR', prices: [{ channel: 'phone', handling: '*', amount: '-1' }] }, 'k2');
    expect([bad.statusCode, bad.json().errors[0].pointer]).toEqual([400, '/prices/0/amount']);
    const twice = await put({ currency: 'EUR', prices: [table.prices[0]!, table.prices[0]!] }, 'k3');
    expect([twice.statusCode, twice.json().errors[0].pointer]).toEqual([400, '/prices/1']);
  });
});
