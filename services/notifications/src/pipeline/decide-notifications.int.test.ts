import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type DeliveryChanged, type DeliveryStatus, GROUPS, type Interaction, TOPICS } from '@rapport/contracts';
import { partitionOf, PartitionProcessor, PostgresStreamStore } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import type { NotificationRequest } from '../domain/notification.js';
import { JourneyStore } from '../persistence/journey-store.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { NotificationStore, type NotificationView } from '../persistence/notification-store.js';
import { PostgresDecisionStore } from '../persistence/postgres-decision-store.js';
import {
  after,
  consent,
  id,
  interaction,
  membership,
  mergedInto,
  type Person,
  point,
  profileId,
  SEGMENT,
  START,
  updated,
  written,
} from '../testing/facts.js';
import { DecideNotificationsPipeline } from './decide-notifications.pipeline.js';
import type { DecideSettings } from './working-set.js';

const [MINUTE, HOUR] = [60_000, 3_600_000];
const PARTITIONS = 4;
const SETTINGS: DecideSettings = {
  partitions: PARTITIONS,
  available: ['email', 'in_app', 'phone', 'webhook'],
  defaultCountry: 'VN',
  defaultLocale: 'vi',
  projectionWaitMs: 30_000,
};
const pipeline = new DecideNotificationsPipeline(SETTINGS, new PostgresDecisionStore(SETTINGS));

let database: TestDatabase;
let harness: PipelineHarness;
let notifications: NotificationStore;
let journeys: JourneyStore;

beforeAll(async () => void (database = await createTestDatabase({ service: 'notifications', migrations: MIGRATIONS })));
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query(`TRUNCATE profiles, profile_projections, frequency_caps, journeys, journey_versions, journey_runs, journey_run_steps, notifications, deliveries,
    delivery_outcomes, provider_health, templates, tasks, inbox_messages, inbox_positions, stream_positions, stream_outbox`);
  harness = new PipelineHarness(pipeline, database.pool, { partitions: PARTITIONS });
  harness.now = START;
  notifications = new NotificationStore(database.pool);
  journeys = new JourneyStore(database.pool);
  await writeTemplate('hello', { vi: ['email', 'in_app', 'phone'], en: ['email'] });
  await writeTemplate('offer', { vi: ['email'] });
});

// ---------------------------------------------------------------- what the world does

async function writeTemplate(name: string, locales: Record<string, string[]>): Promise<void> {
  const contents = Object.fromEntries(
    Object.entries(locales).map(([locale, channels]) => [
      locale,
      Object.fromEntries(channels.map((channel) => [channel, written(channel)])),
    ]),
  );
  await database.pool.query(
    'INSERT INTO templates (name, version, purpose, default_locale, locales, created_at) VALUES ($1, 1, $2, $3, $4, now())',
    [name, 'service', 'vi', JSON.stringify(contents)],
  );
}

const know = async (person: Person, applied: Interaction[] = []): Promise<void> => {
  harness.feed(TOPICS.profilesUpdated, profileId(person.name), updated(person, { applied }));
  await harness.run();
};

let asked = 0;
async function ask(name: string, more: Partial<NotificationRequest> = {}, at = harness.now): Promise<string> {
  const request: NotificationRequest = {
    purpose: 'service',
    urgency: 'normal',
    complexity: 'simple',
    sensitivity: 'normal',
    template: 'hello',
    data: {},
    ...more,
  };
  const notificationId = id('asked', String(asked++));
  await notifications.request({
    id: notificationId,
    profileId: profileId(name),
    partition: partitionOf(profileId(name), PARTITIONS),
    request,
    traceparent: null,
    at,
  });
  return notificationId;
}

const see = async (notificationId: string): Promise<NotificationView> => (await notifications.find(notificationId)) as NotificationView;

/** What the dispatcher does: takes every queued delivery and reports. @returns the channels that it took. */
async function dispatch(status: 'sent' | 'failed' | 'bounced' | 'ambiguous', reason: string | null = null): Promise<string[]> {
  const { rows } = await database.pool.query<{ channel: string }>(
    `WITH taken AS (UPDATE deliveries SET status = $1, reason = $2 WHERE status = 'queued' AND not_before <= $3 RETURNING id, partition, channel),
      told AS (INSERT INTO delivery_outcomes (delivery_id, partition, status, reason, at) SELECT id, partition, $1, $2, $3 FROM taken)
     SELECT channel FROM taken ORDER BY channel`,
    [status, reason, harness.now],
  );
  await harness.tick();
  return rows.map(({ channel }) => channel);
}

const facts = (notificationId: string): DeliveryChanged[] =>
  harness.facts(TOPICS.deliveryChanged).filter((fact) => fact.notificationId === notificationId);
const statuses = (notificationId: string): DeliveryStatus[] => facts(notificationId).map(({ status }) => status);
const count = async (table: string): Promise<number> =>
  (await database.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]!.n;
/** Everything that the service keeps. */
const everything = async (): Promise<unknown> => {
  const tables = [
    'profiles',
    'profile_projections',
    'frequency_caps',
    'journey_runs',
    'journey_run_steps',
    'notifications',
    'deliveries',
    'delivery_outcomes',
  ];
  return Promise.all(tables.map(async (table) => (await database.pool.query(`SELECT * FROM ${table} ORDER BY 1`)).rows));
};

async function liveJourney(more: object = {}): Promise<string> {
  const journeyId = id('journey', String(asked++));
  const step = { notify: { template: 'offer', purpose: 'marketing', urgency: 'low' } } as const;
  await journeys.create(
    journeyId,
    { name: 'win back', trigger: { segment: SEGMENT, on: 'entered' }, steps: [step], reentry: 'once', ...more },
    START,
  );
  await journeys.publish(journeyId, START);
  return journeyId;
}

// ---------------------------------------------------------------- requests

describe('a request', () => {
  it('is decided by the clock, queued for the dispatcher, and told', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann');
    expect((await see(asking)).status).toBe('requested');
    expect(await harness.tick()).toBe(1);
    const seen = await see(asking);
    expect(seen).toMatchObject({
      status: 'queued',
      decision: { propensity: 1, modelVersion: 'priors-1' },
      deliveries: [{ channel: 'in_app', status: 'queued', attempts: 1 }],
      cause: { kind: 'request' },
    });
    expect(seen.decision?.ranked[0]).toMatchObject({ channel: 'in_app', address: 'ann', terms: { engage: expect.any(Number), cost: 0 } });
    expect(facts(asking)).toEqual([expect.objectContaining({ status: 'queued', channel: 'in_app', decision: seen.decision })]);
    expect(await harness.tick()).toBe(0);
    expect(await dispatch('sent')).toEqual(['in_app']);
    expect([(await see(asking)).status, statuses(asking)]).toEqual(['sent', ['queued', 'sent']]);
  });

  it('is decided as POST /decisions said it would be', async () => {
    await know({ name: 'ann', visitedAt: START });
    const known = await notifications.circumstances(profileId('ann'), 'hello', START);
    expect(known).toMatchObject({
      customer: { profileId: profileId('ann') },
      templates: new Map([
        ['hello', { name: 'hello', defaultLocale: 'vi', locales: { vi: { email: true, in_app: true, phone: true }, en: { email: true } } }],
      ]),
    });
  });

  it('gives the dispatcher all that it needs: language, label, traits and the matter', async () => {
    await know({ name: 'ann' });
    await ask('ann', { purpose: 'marketing', template: 'offer', data: { code: 'X1' } });
    await harness.tick();
    const { rows } = await database.pool.query(
      'SELECT channel, address, template, locale, label, data, customer, context, not_before FROM deliveries',
    );
    expect(rows).toEqual([
      {
        channel: 'email',
        address: 'ann@example.com',
        template: 'offer',
        locale: 'vi',
        label: '[QC]',
        data: { code: 'X1' },
        customer: expect.objectContaining({ id: profileId('ann'), name: 'ann' }),
        context: expect.objectContaining({ urgency: 'normal', complexity: 'simple', timeZone: 'Asia/Ho_Chi_Minh' }),
        not_before: START,
      },
    ]);
  });

  it('waits for a customer of whom nothing is known yet, and not for ever', async () => {
    const [early, lost] = [await ask('ann'), await ask('nobody')];
    await harness.tick();
    expect((await see(early)).status).toBe('requested');
    await know({ name: 'ann' });
    await harness.tick(after(1_000));
    expect((await see(early)).status).toBe('queued');
    for (let seconds = 2; seconds <= 31; seconds++) await harness.tick(after(seconds * 1_000));
    expect([(await see(lost)).status, (await see(lost)).reason, statuses(lost)]).toEqual(['held_back', 'PROFILE_UNKNOWN', ['held_back']]);
  });

  it('is held back with every reason when nothing may be used', async () => {
    await know({ name: 'ann', consents: [], contactPoints: [point('email', 'ann@example.com')] });
    const asking = await ask('ann', { purpose: 'marketing' });
    await harness.tick();
    expect(await see(asking)).toMatchObject({ status: 'held_back', reason: 'NO_CONSENT', deliveries: [], dueAt: null });
    expect(facts(asking)[0]).toMatchObject({
      status: 'held_back',
      reason: 'NO_CONSENT',
      decision: {
        ranked: [],
        rejected: expect.arrayContaining([
          { channel: 'email', code: 'NO_CONSENT' },
          { channel: 'phone', code: 'NO_ADDRESS' },
        ]),
      },
    });
  });

  it('made twice under one id is one', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann');
    asked--;
    await ask('ann');
    await harness.tick();
    expect([await count('notifications'), await count('deliveries'), statuses(asking)]).toEqual([1, 1, ['queued']]);
  });

  it('waits until the customer’s quiet hours end, on his own clock, unless it would be too late then', async () => {
    await know({ name: 'ann', traits: { quietHours: '09:00-12:00' } });
    const [survey, late] = [
      await ask('ann', { purpose: 'survey' }),
      await ask('ann', { purpose: 'survey', expiresAt: after(HOUR).toISOString() }),
    ];
    await harness.tick();
    expect(await see(survey)).toMatchObject({ status: 'waiting', dueAt: '2026-01-15T05:00:00.000Z' });
    await harness.tick(after(HOUR));
    expect((await see(late)).status).toBe('expired');
    await harness.tick(after(2 * HOUR - 1));
    expect([statuses(survey), await count('deliveries')]).toEqual([[], 0]);
    await harness.tick(after(2 * HOUR));
    expect((await see(survey)).status).toBe('queued');
  });
});

// ---------------------------------------------------------------- what becomes of a delivery

describe('after the hand-over', () => {
  it('a channel that fails leads to the next one, until none is left', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    const used: string[] = [];
    for (let i = 0; i < 3; i++) used.push(...(await dispatch('failed', 'REFUSED')));
    expect(used).toEqual(['phone', 'email', 'in_app']);
    expect(await see(asking)).toMatchObject({ status: 'failed', reason: 'REFUSED', dueAt: null });
    expect(statuses(asking)).toEqual(['queued', 'failed', 'queued', 'failed', 'queued', 'failed', 'failed']);
    expect((await database.pool.query('SELECT touches FROM frequency_caps')).rows).toEqual([{ touches: [] }]);
  });

  it('silence leads to the next channel where the customer needs the message, an answer calls it off', async () => {
    await know({ name: 'ann', visitedAt: START });
    const [silent, heard] = [await ask('ann'), await ask('ann')];
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2, visitedAt: START }, [
      interaction('Email Opened', { notificationId: silent }),
      interaction('Inbox Message Read', { notificationId: heard, channel: 'in_app' }),
    ]);
    expect(await see(heard)).toMatchObject({ status: 'answered', dueAt: null });
    await harness.tick(after(24 * HOUR));
    expect((await see(silent)).deliveries.map(({ channel }) => channel)).toEqual(['in_app', 'email']);
    expect((await see(heard)).deliveries).toHaveLength(1);
    await dispatch('sent');
    await harness.tick(after(30 * 24 * HOUR));
    expect(await see(silent)).toMatchObject({ status: 'sent', dueAt: null });
  });

  it('silence after an advertisement leads to nothing', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { purpose: 'marketing' });
    await harness.tick();
    await dispatch('sent');
    await harness.tick(after(30 * 24 * HOUR));
    expect([await see(asking), await count('deliveries')]).toEqual([expect.objectContaining({ status: 'sent', dueAt: null }), 1]);
  });

  it('what is not sent in time is taken back before another channel is used', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { urgency: 'critical' });
    await harness.tick();
    await harness.tick(after(10 * MINUTE));
    expect((await see(asking)).deliveries.map(({ status }) => status)).toEqual(['cancelled', 'queued']);
    expect(statuses(asking)).toEqual(['queued', 'cancelled', 'queued']);
  });

  it('waits while the dispatcher has it in its hands', async () => {
    await know({ name: 'ann', visitedAt: START });
    const asking = await ask('ann', { urgency: 'critical' });
    await harness.tick();
    await database.pool.query(`UPDATE deliveries SET status = 'dispatching'`);
    await harness.tick(after(10 * MINUTE));
    expect((await see(asking)).deliveries.map(({ status }) => status)).toEqual(['dispatching']);
  });

  it('does not risk a second advertisement, and sends again what the customer needs', async () => {
    await know({ name: 'ann' });
    const [offer, needed] = [await ask('ann', { purpose: 'marketing', template: 'offer' }), await ask('ann', { purpose: 'transactional' })];
    await harness.tick();
    await dispatch('ambiguous', 'NO_ANSWER');
    expect(await see(offer)).toMatchObject({ status: 'ambiguous', dueAt: null, deliveries: [{ status: 'ambiguous', attempts: 1 }] });
    expect(await see(needed)).toMatchObject({ status: 'queued', deliveries: [{ status: 'queued', attempts: 2 }] });
    await harness.tick(after(3 * HOUR));
    expect(await dispatch('sent')).toEqual(['email']);
    expect([(await see(offer)).status, (await see(needed)).status]).toEqual(['ambiguous', 'sent']);
  });

  it('a provider that refuses an address for good is not asked again', async () => {
    await know({ name: 'ann', contactPoints: [point('email', 'ann@example.com')] });
    await ask('ann');
    await harness.tick();
    await dispatch('bounced', 'MAILBOX_UNKNOWN');
    const again = await ask('ann', { purpose: 'transactional' });
    await harness.tick();
    expect(await see(again)).toMatchObject({ status: 'held_back', reason: 'SUPPRESSED' });
  });

  it('does not choose a channel whose provider is down, and waits when there is no other', async () => {
    await know({ name: 'ann', contactPoints: [point('email', 'ann@example.com')] });
    await database.pool.query(`INSERT INTO provider_health (channel, down_until, updated_at) VALUES ('email', $1, now())`, [after(MINUTE)]);
    const asking = await ask('ann');
    await harness.tick();
    expect(await see(asking)).toMatchObject({ status: 'waiting', dueAt: after(MINUTE).toISOString() });
    await harness.tick(after(MINUTE));
    expect((await see(asking)).status).toBe('queued');
  });
});

// ---------------------------------------------------------------- what comes back

describe('what customers do changes the next decision', () => {
  it('a person who did not reach the customer hands over to the next channel', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2 }, [
      interaction('Task Completed', {
        channel: 'phone',
        direction: 'outbound',
        notificationId: asking,
        properties: { outcome: 'no_answer' },
      }),
    ]);
    await harness.tick();
    expect((await see(asking)).deliveries.map(({ channel }) => channel)).toEqual(['phone', 'email']);
    expect(statuses(asking)).toEqual(['queued', 'sent', 'failed', 'queued']);
  });

  it('a customer who asks not to be called is not called', async () => {
    await know({ name: 'ann' });
    const asking = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2 }, [
      interaction('Call Ended', { channel: 'phone', notificationId: asking, properties: { outcome: 'do_not_call' } }),
    ]);
    const next = await ask('ann', { complexity: 'complex' });
    await harness.tick();
    expect(await see(next)).toMatchObject({
      deliveries: [{ channel: 'email' }],
      decision: { rejected: expect.arrayContaining([{ channel: 'phone', code: 'DO_NOT_CALL' }]) },
    });
  });

  it('an opt-out takes back what is queued, at once', async () => {
    await know({ name: 'ann' });
    const [offer, needed] = [await ask('ann', { purpose: 'marketing', template: 'offer' }), await ask('ann', { purpose: 'transactional' })];
    await harness.tick();
    await know({ name: 'ann', version: 2, consents: [consent('marketing', 'withdrawn', after(1))] }, [
      interaction('Unsubscribed', { notificationId: offer }),
    ]);
    await harness.tick(after(1_000));
    expect(await see(offer)).toMatchObject({ deliveries: [{ status: 'cancelled' }] });
    expect((await see(needed)).status).toBe('queued');
    expect(await dispatch('sent')).toEqual(['email']);
    const next = await ask('ann', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    expect(await see(next)).toMatchObject({ status: 'held_back', reason: 'NO_CONSENT' });
  });

  it('clicks raise a channel for this customer', async () => {
    await know({ name: 'ann', visitedAt: START });
    for (let i = 0; i < 3; i++) {
      const asking = await ask('ann', { channels: ['email'] });
      await harness.tick();
      await dispatch('sent');
      await know({ name: 'ann', version: 2 + i, visitedAt: START }, [interaction('Email Link Clicked', { notificationId: asking })]);
    }
    const asking = await ask('ann');
    await harness.tick(after(8 * 24 * HOUR)); // rested
    expect((await see(asking)).deliveries[0]?.channel).toBe('email');
  });
});

// ---------------------------------------------------------------- journeys

describe('a journey', () => {
  it('is entered once for one fact, whatever is delivered again, and its steps are taken once', async () => {
    await know({ name: 'ann' });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    expect([await count('journey_runs'), await count('journey_run_steps'), await count('deliveries')]).toEqual([1, 1, 1]);
    await harness.redeliver();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1)); // the same fact as another record
    await harness.run();
    expect([await count('journey_runs'), await count('deliveries')]).toEqual([1, 1]);
    const [sent] = await notifications.ofProfile(profileId('ann'), null, 10);
    expect(sent).toMatchObject({
      status: 'queued',
      purpose: 'marketing',
      cause: { kind: 'journey', step: 0, segmentId: SEGMENT, segmentSequence: 1 },
      deliveries: [{ channel: 'email' }],
    });
  });

  it('lets a customer in again only where it says so', async () => {
    await know({ name: 'ann' });
    const [once, always] = [await liveJourney(), await liveJourney({ reentry: 'always' })];
    for (const sequence of [1, 2, 3]) harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', sequence));
    await harness.run();
    const { rows } = await database.pool.query('SELECT journey_id, count(*)::int AS runs FROM journey_runs GROUP BY 1');
    expect(new Map(rows.map(({ journey_id, runs }) => [journey_id, runs]))).toEqual(
      new Map([
        [once, 1],
        [always, 2],
      ]),
    );
  });

  it('runs on its published version; a draft, a paused and an archived one start nothing', async () => {
    await know({ name: 'ann' });
    const journeyId = await liveJourney({ reentry: 'always' });
    const {
      id: _id,
      state: _state,
      version: _version,
      liveVersion: _live,
      createdAt: _c,
      updatedAt: _u,
      ...definition
    } = (await journeys.find(journeyId))!;
    await journeys.edit(journeyId, { ...definition, name: 'second' }, START);
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    await journeys.publish(journeyId, START);
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 3));
    await harness.run();
    await journeys.setState(journeyId, ['live'], 'paused', START);
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 5));
    await harness.run();
    expect((await database.pool.query('SELECT journey_version AS v FROM journey_runs ORDER BY 1')).rows).toEqual([{ v: 1 }, { v: 2 }]);
  });

  it('waits for a customer of whom nothing is known yet', async () => {
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    await know({ name: 'ann' });
    await harness.tick(after(1_000));
    expect(await count('deliveries')).toBe(1);
  });
});

// ---------------------------------------------------------------- caps

describe('frequency caps', () => {
  const offers = async (name: string, n: number): Promise<void> => {
    for (let i = 0; i < n; i++) await ask(name, { purpose: 'marketing', template: 'offer' });
  };
  const advertised = async (): Promise<number> =>
    (await database.pool.query(`SELECT FROM deliveries WHERE purpose = 'marketing' AND status <> 'cancelled'`)).rows.length;

  it('are not exceeded within one batch, nor by what is slow to be sent', async () => {
    await know({ name: 'ann' });
    await offers('ann', 10);
    await harness.tick();
    expect(await advertised()).toBe(3);
    await offers('ann', 1);
    await harness.tick(after(30 * HOUR)); // the first three are still on their way
    expect(await advertised()).toBe(3);
    await dispatch('sent');
    await offers('ann', 1);
    await harness.tick(after(53 * HOUR));
    expect(await advertised()).toBe(3);
    await offers('ann', 1);
    await harness.tick(after(54 * HOUR));
    expect(await advertised()).toBe(4);
  });

  it('are not exceeded by owners that decide for the same customer at once', async () => {
    await know({ name: 'ann' });
    await offers('ann', 12);
    // as after merges: one customer's notifications on every partition
    await database.pool.query(
      'UPDATE notifications SET partition = c.n FROM (SELECT id, (row_number() OVER (ORDER BY id)) % 4 AS n FROM notifications) c WHERE notifications.id = c.id',
    );
    const published: unknown[] = [];
    const owners = [0, 1, 2, 3, 0, 1].map(
      (partition) =>
        new PartitionProcessor({
          pipeline,
          source: { consumer: GROUPS.notificationsDecide, topic: TOPICS.profilesUpdated.name, partition },
          store: new PostgresStreamStore(database.pool, database.pool),
          log: { publish: async (records) => void published.push(...records) },
          now: () => START,
          clockInputsMax: 2,
        }),
    );
    await Promise.all(
      owners.map(async (owner) => {
        for (let idle = 0; idle < 3; ) {
          const taken = await owner.tick().catch(() => 1); // a conflict is decided again
          idle = taken === 0 ? idle + 1 : 0;
        }
      }),
    );
    expect([await advertised(), await count('notifications')]).toEqual([3, 12]);
    expect((await database.pool.query(`SELECT status, count(*)::int AS n FROM notifications GROUP BY 1 ORDER BY 1`)).rows).toEqual([
      { status: 'held_back', n: 9 },
      { status: 'queued', n: 3 },
    ]);
  });

  it('are refused by the database itself when somebody else counted meanwhile', async () => {
    await know({ name: 'ann' });
    await offers('ann', 1);
    const store = new PostgresDecisionStore(SETTINGS);
    const meddling = new DecideNotificationsPipeline(SETTINGS, {
      load: (...args) => store.load(...args),
      due: (...args) => store.due(...args),
      abandon: (...args) => store.abandon(...args),
      write: async (sql, changes, set, context) => {
        await database.pool.query(
          `INSERT INTO frequency_caps VALUES ($1, 1, '[]') ON CONFLICT (profile_id) DO UPDATE SET revision = frequency_caps.revision + 1`,
          [profileId('ann')],
        );
        await store.write(sql, changes, set, context);
      },
    });
    await expect(new PipelineHarness(meddling, database.pool, { partitions: PARTITIONS }).tick(START)).rejects.toThrow(
      'counted by another writer',
    );
    expect(await count('deliveries')).toBe(0);
  });
});

// ---------------------------------------------------------------- merges, replays, erasure

describe('a merge', () => {
  const merge = async (loser: string, survivor: string): Promise<void> => {
    harness.feed(TOPICS.profilesUpdated, profileId(loser), mergedInto({ name: loser, version: 9 }, survivor));
    await harness.run();
  };

  it('moves notifications, runs and counts to the survivor, wherever the clock of either is', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('anna'), membership('anna', 1));
    await harness.run();
    for (let i = 0; i < 2; i++) await ask('ann', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    const waiting = await ask('anna', { purpose: 'transactional' });
    await merge('anna', 'ann');
    await harness.tick();
    expect((await see(waiting)).profileId).toBe(profileId('ann'));
    expect(facts(waiting).map((fact) => fact.profileId)).toEqual([profileId('ann')]);
    const offer = await ask('ann', { purpose: 'marketing', template: 'offer' });
    await harness.tick();
    expect(await see(offer)).toMatchObject({ status: 'held_back', reason: 'CAP_REACHED' }); // two of ann's and one of anna's
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    await harness.run();
    expect((await database.pool.query('SELECT profile_id FROM journey_runs')).rows).toEqual([{ profile_id: profileId('ann') }]);
  });

  it('is followed by what still arrives under the old id', async () => {
    await know({ name: 'ann' });
    await know({ name: 'anna' });
    await merge('anna', 'ann');
    const asking = await ask('anna');
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('anna'), membership('anna', 1));
    await harness.run();
    await harness.tick();
    expect((await notifications.ofProfile(profileId('ann'), null, 10)).map(({ id: found }) => found)).toEqual(
      expect.arrayContaining([asking]),
    );
    expect((await database.pool.query('SELECT DISTINCT profile_id FROM deliveries')).rows).toEqual([{ profile_id: profileId('ann') }]);
  });

  it('after a merge comes to the same in one batch as in several', async () => {
    for (const name of ['a', 'b', 'c']) harness.feed(TOPICS.profilesUpdated, profileId(name), updated({ name }));
    await harness.run();
    const asking = await ask('a');
    await harness.tick();
    harness.feed(TOPICS.profilesUpdated, profileId('a'), mergedInto({ name: 'a', version: 9 }, 'b'));
    harness.feed(TOPICS.profilesUpdated, profileId('b'), mergedInto({ name: 'b', version: 9 }, 'c'));
    await harness.run();
    expect((await see(asking)).profileId).toBe(profileId('c'));
    expect((await database.pool.query('SELECT profile_id FROM frequency_caps')).rows).toEqual([{ profile_id: profileId('c') }]);
  });
});

describe('facts', () => {
  it('delivered again change nothing and send nothing', async () => {
    await know({ name: 'ann', visitedAt: START });
    await liveJourney();
    harness.feed(TOPICS.membershipChanged, profileId('ann'), membership('ann', 1));
    const asking = await ask('ann');
    await harness.run();
    await harness.tick();
    await dispatch('sent');
    await know({ name: 'ann', version: 2, visitedAt: START }, [interaction('Email Link Clicked', { notificationId: asking })]);
    const [before, published] = [await everything(), harness.published.length];
    await harness.redeliver();
    await harness.tick();
    expect([await everything(), harness.published.length]).toEqual([before, published]);
  });

  it('older than what is known are not taken over, their interactions are', async () => {
    await know({ name: 'ann', version: 5, traits: { preferredChannel: 'email' } });
    const asking = await ask('ann');
    await harness.tick();
    await know({ name: 'ann', version: 3, traits: { preferredChannel: 'phone' } }, [
      interaction('Email Link Clicked', { notificationId: asking }),
    ]);
    const { rows } = await database.pool.query('SELECT version, snapshot FROM profiles JOIN profile_projections USING (profile_id)');
    expect(rows).toEqual([{ version: 5, snapshot: expect.objectContaining({ preferredChannel: 'email' }) }]);
    expect((await see(asking)).status).toBe('answered');
  });

  it('that change nothing relevant write nothing but their version', async () => {
    await know({ name: 'ann', visitedAt: START });
    const projection = async () => (await database.pool.query('SELECT xmin, updated_at FROM profile_projections')).rows;
    const before = await projection();
    harness.now = after(HOUR);
    await know({ name: 'ann', version: 2, visitedAt: after(HOUR) }, [interaction('Order Completed')]);
    expect([await projection(), (await database.pool.query('SELECT version FROM profiles')).rows]).toEqual([before, [{ version: 2 }]]);
  });

  it('that cannot be read are dead letters', async () => {
    harness.feedRaw(TOPICS.profilesUpdated.name, 'x', Buffer.from('{"profileId":'));
    harness.feedRaw(TOPICS.membershipChanged.name, 'x', Buffer.from(JSON.stringify({ profileId: profileId('ann') })));
    await harness.run();
    expect(harness.deadLetters()).toHaveLength(2);
  });

  it('an erasure forgets everything', async () => {
    await know({ name: 'ann' });
    await ask('ann');
    await harness.tick();
    harness.feed(TOPICS.profilesUpdated, profileId('ann'), null);
    await harness.run();
    await harness.tick();
    expect((await everything()) as unknown[][]).toEqual([[], [], [], [], [], [], [], []]);
  });
});
