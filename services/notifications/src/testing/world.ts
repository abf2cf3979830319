import { afterAll, beforeAll, beforeEach } from '@jest/globals';
import { type DeliveryChanged, type DeliveryStatus, type Interaction, TOPICS } from '@rapport/contracts';
import { partitionOf } from '@rapport/platform';
import { createTestDatabase, PipelineHarness, type TestDatabase } from '@rapport/testkit';
import type { NotificationRequest } from '../domain/notification.js';
import { JourneyStore } from '../persistence/journey-store.js';
import { MIGRATIONS } from '../persistence/migrations.js';
import { NotificationStore, type NotificationView } from '../persistence/notification-store.js';
import { PostgresDecisionStore } from '../persistence/postgres-decision-store.js';
import { DecideNotificationsPipeline } from '../pipeline/decide-notifications.pipeline.js';
import type { DecideSettings } from '../pipeline/working-set.js';
import { id, type Person, profileId, SEGMENT, START, updated, written } from './facts.js';

export const [MINUTE, HOUR] = [60_000, 3_600_000];
export const PARTITIONS = 4;
export const SETTINGS: DecideSettings = {
  partitions: PARTITIONS,
  available: ['email', 'in_app', 'phone', 'webhook'],
  defaultCountry: 'VN',
  defaultLocale: 'vi',
  projectionWaitMs: 30_000,
};
export const pipeline = new DecideNotificationsPipeline(SETTINGS, new PostgresDecisionStore(SETTINGS));

export let database: TestDatabase;
export let harness: PipelineHarness;
export let notifications: NotificationStore;
export let journeys: JourneyStore;

/** The deciding half on a database of its own, empty before every test but for two templates. */
export function useWorld(): void {
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
}

export async function writeTemplate(name: string, locales: Record<string, string[]>): Promise<void> {
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

export const know = async (person: Person, applied: Interaction[] = []): Promise<void> => {
  harness.feed(TOPICS.profilesUpdated, profileId(person.name), updated(person, { applied }));
  await harness.run();
};

let asked = 0;
/** Asks again under the last id. */
export const repeatLastId = (): void => void asked--;
export async function ask(name: string, more: Partial<NotificationRequest> = {}, at = harness.now): Promise<string> {
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

export const see = async (notificationId: string): Promise<NotificationView> =>
  (await notifications.find(notificationId)) as NotificationView;

/** What the dispatcher does: takes every queued delivery and reports. @returns the channels that it took. */
export async function dispatch(status: 'sent' | 'failed' | 'bounced' | 'ambiguous', reason: string | null = null): Promise<string[]> {
  const { rows } = await database.pool.query<{ channel: string }>(
    `WITH taken AS (UPDATE deliveries SET status = $1, reason = $2 WHERE status = 'queued' AND not_before <= $3 RETURNING id, partition, channel),
      told AS (INSERT INTO delivery_outcomes (delivery_id, partition, status, reason, at) SELECT id, partition, $1, $2, $3 FROM taken)
     SELECT channel FROM taken ORDER BY channel`,
    [status, reason, harness.now],
  );
  await harness.tick();
  return rows.map(({ channel }) => channel);
}

export const facts = (notificationId: string): DeliveryChanged[] =>
  harness.facts(TOPICS.deliveryChanged).filter((fact) => fact.notificationId === notificationId);
export const statuses = (notificationId: string): DeliveryStatus[] => facts(notificationId).map(({ status }) => status);
export const count = async (table: string): Promise<number> =>
  (await database.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${table}`)).rows[0]!.n;
/** Everything that the service keeps. */
export const everything = async (): Promise<unknown> => {
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

export async function liveJourney(more: object = {}): Promise<string> {
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
