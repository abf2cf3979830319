import { lockProfiles, type Sql, uuidArray } from '@rapport/platform';
import type { OutboundChannel } from '../domain/channels.js';
import { type Classification, type Feedback, NO_FEEDBACK, type Snapshot } from '../domain/customer.js';
import type { Touch } from '../domain/frequency-caps.js';
import type { JourneyDefinition, JourneyRun } from '../domain/journey.js';
import type { Input, MembershipInput } from '../pipeline/inputs.js';
import type { CustomerState, DeliveryState, LiveJourney, NotificationState, TemplateShape, WorkingSet } from '../pipeline/working-set.js';
import { NOTIFICATION_COLUMNS, type NotificationRow, notificationOf } from './notification-row.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

interface VersionRow {
  readonly version: number;
  readonly digest: string;
}

/** Which customers need more than their version, and which notifications and templates the inputs concern. */
interface Wanted {
  readonly full: ReadonlySet<string>;
  /** Customers of whom something changed that may forbid what is queued for them. */
  readonly changed: ReadonlySet<string>;
  readonly notificationIds: ReadonlySet<string>;
  readonly deliveryIds: ReadonlySet<string>;
}

/** Locks customers first, then notifications, then deliveries, each sorted: the same order everywhere. */
export async function loadWorkingSet(sql: Sql, inputs: readonly Input[], now: Date): Promise<WorkingSet> {
  const memberships = inputs.filter((input) => input.kind === 'membership');
  const journeys = memberships.length === 0 ? new Map<string, LiveJourney[]>() : await liveJourneys(sql, memberships);
  const concerned = inputs.filter((input) => input.kind !== 'membership' || journeys.has(triggerOf(input)));
  const { survivors, rows: versions } = await lockProfiles<VersionRow>(sql, 'profiles', ['version', 'digest'], idsOf(concerned));
  const living = [...versions.keys()].sort();
  const wanted = wantedOf(concerned, survivors, versions);
  const customers = await loadCustomers(sql, living, versions, wanted.full);
  const notifications = await loadNotifications(sql, wanted);
  const deliveryIds = new Set(wanted.deliveryIds);
  for (const { deliveryId } of notifications.values()) if (deliveryId !== null) deliveryIds.add(deliveryId);
  const deliveries = await loadDeliveries(sql, deliveryIds);
  const runs = concerned.some(({ kind }) => kind === 'membership')
    ? await loadRuns(sql, living, journeys)
    : new Map<string, JourneyRun[]>();
  const templates = await loadTemplates(sql, templateNames(inputs, journeys, notifications));
  const { down, webhook } = templates === undefined ? { down: {}, webhook: null } : await loadProviders(sql, now);
  return { survivors, customers, notifications, deliveries, journeys, runs, templates: templates ?? new Map(), down, webhook };
}

const triggerOf = ({ fact }: MembershipInput): string => `${fact.segmentId}|${fact.membership}`;
const sorted = (ids: Iterable<string>): string[] => [...ids].sort();

function idsOf(inputs: readonly Input[]): string[] {
  const ids = new Set<string>();
  for (const input of inputs) {
    const id = input.kind === 'membership' || input.kind === 'classified' ? input.fact.profileId : input.profileId;
    if (id !== null) ids.add(id);
    if (input.kind === 'profile' && input.mergedInto !== null) ids.add(input.mergedInto);
  }
  return [...ids];
}

function wantedOf(inputs: readonly Input[], survivors: ReadonlyMap<string, string>, versions: ReadonlyMap<string, VersionRow>): Wanted {
  const [full, changed, notificationIds, deliveryIds] = [new Set<string>(), new Set<string>(), new Set<string>(), new Set<string>()];
  const survivorOf = (id: string): string => survivors.get(id) ?? id;
  for (const input of inputs) {
    switch (input.kind) {
      case 'profile': {
        const known = versions.get(input.profileId);
        if (known !== undefined && input.version > known.version && input.digest !== known.digest) changed.add(input.profileId);
        if (input.signals.length > 0) full.add(survivorOf(input.profileId));
        if (input.mergedInto !== null) full.add(survivorOf(input.profileId)).add(survivorOf(input.mergedInto));
        for (const { notificationId } of input.signals)
          if (notificationId !== undefined && UUID.test(notificationId)) notificationIds.add(notificationId);
        break;
      }
      case 'membership':
      case 'classified':
        full.add(survivorOf(input.fact.profileId));
        break;
      case 'outcome':
        if (input.profileId !== null) full.add(survivorOf(input.profileId));
        if (input.notificationId !== null) notificationIds.add(input.notificationId);
        deliveryIds.add(input.outcome.deliveryId);
        break;
      case 'due':
        full.add(survivorOf(input.profileId));
        notificationIds.add(input.notificationId);
        break;
      case 'erased':
        break;
    }
  }
  for (const id of changed) full.add(id);
  return { full, changed, notificationIds, deliveryIds };
}

const CUSTOMERS = `
  SELECT wanted.profile_id, p.snapshot, p.classification, p.feedback, c.revision, c.touches
  FROM unnest($1::uuid[]) AS wanted(profile_id) LEFT JOIN profile_projections p USING (profile_id) LEFT JOIN frequency_caps c USING (profile_id)`;

interface CustomerRow {
  profile_id: string;
  snapshot: Snapshot | null;
  classification: Classification | null;
  feedback: Feedback | null;
  revision: number | null;
  touches: Touch[] | null;
}

async function loadCustomers(
  sql: Sql,
  living: readonly string[],
  versions: ReadonlyMap<string, VersionRow>,
  full: ReadonlySet<string>,
): Promise<Map<string, CustomerState>> {
  const rows = full.size === 0 ? [] : await sql.query<CustomerRow>('load-customers', CUSTOMERS, [uuidArray(sorted(full))]);
  const loaded = new Map(rows.map((row) => [row.profile_id, row]));
  return new Map(
    living.map((profileId) => {
      const { version, digest } = versions.get(profileId) as VersionRow;
      const row = loaded.get(profileId);
      const state: CustomerState = {
        profileId,
        version,
        digest,
        snapshot: row?.snapshot ?? null,
        classification: row?.classification ?? null,
        feedback: row?.feedback ?? NO_FEEDBACK,
        touches: row?.touches ?? [],
        capsRevision: row?.revision ?? 0,
      };
      return [profileId, state];
    }),
  );
}

const BY_ID = `SELECT ${NOTIFICATION_COLUMNS} FROM notifications WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`;
const QUEUED_OF = `SELECT ${NOTIFICATION_COLUMNS} FROM notifications WHERE profile_id = ANY($1::uuid[]) AND status = 'queued' ORDER BY id FOR UPDATE`;

async function loadNotifications(sql: Sql, { notificationIds, changed }: Wanted): Promise<Map<string, NotificationState>> {
  const rows: NotificationRow[] = [];
  if (notificationIds.size > 0) rows.push(...(await sql.query<NotificationRow>('notifications-by-id', BY_ID, [sorted(notificationIds)])));
  if (changed.size > 0) rows.push(...(await sql.query<NotificationRow>('notifications-queued', QUEUED_OF, [sorted(changed)])));
  return new Map(rows.map((row) => [row.id, notificationOf(row)]));
}

const DELIVERIES = `
  SELECT id, notification_id, channel, address, status, attempt, not_before, provider_message_id, reason
  FROM deliveries WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE`;

interface DeliveryRow {
  id: string;
  notification_id: string;
  channel: OutboundChannel;
  address: string;
  status: DeliveryState['status'];
  attempt: number;
  not_before: Date;
  provider_message_id: string | null;
  reason: string | null;
}

async function loadDeliveries(sql: Sql, ids: ReadonlySet<string>): Promise<Map<string, DeliveryState>> {
  if (ids.size === 0) return new Map();
  const rows = await sql.query<DeliveryRow>('load-deliveries', DELIVERIES, [sorted(ids)]);
  return new Map(
    rows.map(({ notification_id, not_before, provider_message_id, ...row }) => [
      row.id,
      { ...row, notificationId: notification_id, notBefore: not_before, providerMessageId: provider_message_id },
    ]),
  );
}

const JOURNEYS = `
  SELECT j.id, v.version, v.definition, j.trigger_segment_id, j.trigger_on
  FROM journeys j JOIN journey_versions v ON v.journey_id = j.id AND v.version = j.live_version
  WHERE j.state = 'live' AND j.trigger_segment_id = ANY($1::uuid[]) ORDER BY j.id`;

async function liveJourneys(sql: Sql, memberships: readonly MembershipInput[]): Promise<Map<string, LiveJourney[]>> {
  const segmentIds = sorted(new Set(memberships.map(({ fact }) => fact.segmentId)));
  const rows = await sql.query<LiveJourney & { definition: JourneyDefinition; trigger_segment_id: string; trigger_on: string }>(
    'live-journeys',
    JOURNEYS,
    [segmentIds],
  );
  const journeys = new Map<string, LiveJourney[]>();
  for (const { id, version, definition, trigger_segment_id, trigger_on } of rows) {
    const key = `${trigger_segment_id}|${trigger_on}`;
    journeys.set(key, [...(journeys.get(key) ?? []), { id, version, definition }]);
  }
  return journeys;
}

const RUNS = `
  SELECT id, journey_id, profile_id, trigger_key, state, started_at FROM journey_runs
  WHERE profile_id = ANY($1::uuid[]) AND journey_id = ANY($2::uuid[])`;

async function loadRuns(
  sql: Sql,
  profileIds: readonly string[],
  journeys: ReadonlyMap<string, readonly LiveJourney[]>,
): Promise<Map<string, JourneyRun[]>> {
  const journeyIds = sorted(new Set([...journeys.values()].flat().map(({ id }) => id)));
  const rows = await sql.query<{
    id: string;
    journey_id: string;
    profile_id: string;
    trigger_key: string;
    state: JourneyRun['state'];
    started_at: Date;
  }>('load-runs', RUNS, [profileIds, journeyIds]);
  const runs = new Map<string, JourneyRun[]>();
  for (const { id, journey_id, profile_id, trigger_key, state, started_at } of rows) {
    const run: JourneyRun = { id, journeyId: journey_id, triggerKey: trigger_key, state, startedAt: started_at };
    runs.set(profile_id, [...(runs.get(profile_id) ?? []), run]);
  }
  return runs;
}

function templateNames(
  inputs: readonly Input[],
  journeys: ReadonlyMap<string, readonly LiveJourney[]>,
  notifications: ReadonlyMap<string, NotificationState>,
): Set<string> | undefined {
  const names = new Set<string>();
  for (const journey of [...journeys.values()].flat()) for (const { notify } of journey.definition.steps) names.add(notify.template);
  const due = inputs.filter((input) => input.kind === 'due');
  for (const { notificationId } of due) {
    const template = notifications.get(notificationId)?.request.template;
    if (template !== undefined) names.add(template);
  }
  return due.length === 0 && names.size === 0 ? undefined : names;
}

// Only which channels are written in which languages: the texts themselves can be large, and are rendered elsewhere.
const TEMPLATES = `
  SELECT name, default_locale, (
    SELECT json_object_agg(locale.key, (SELECT json_object_agg(member.key, true) FROM json_each(locale.value) member)) FROM json_each(locales) locale
  ) AS locales
  FROM (SELECT DISTINCT ON (name) name, default_locale, locales FROM templates WHERE name = ANY($1::text[]) ORDER BY name, version DESC) AS newest`;

/** @returns undefined when nothing in the batch is to be decided. */
export async function loadTemplates(sql: Sql, names: ReadonlySet<string> | undefined): Promise<Map<string, TemplateShape> | undefined> {
  if (names === undefined || names.size === 0) return names && new Map();
  const rows = await sql.query<{ name: string; default_locale: string; locales: TemplateShape['locales'] }>('load-templates', TEMPLATES, [
    sorted(names),
  ]);
  return new Map(rows.map(({ name, default_locale, locales }) => [name, { name, defaultLocale: default_locale, locales }]));
}

export interface ProviderRow {
  down: Record<string, string> | null;
  webhook: string | null;
}

/** Who is down at that moment, and where webhooks go: the oldest endpoint that is enabled. As columns, so that other statements can have them, too. */
export const providerColumns = (now: string): string => `
    (SELECT json_object_agg(channel, down_until) FROM provider_health WHERE down_until > ${now}) AS down,
    (SELECT id::text FROM webhook_endpoints WHERE enabled ORDER BY id LIMIT 1) AS webhook`;
const PROVIDERS = `SELECT ${providerColumns('$1')}`;

async function loadProviders(sql: Sql, now: Date): Promise<Pick<WorkingSet, 'down' | 'webhook'>> {
  const [row] = await sql.query<ProviderRow>('load-providers', PROVIDERS, [now]);
  return row ? { down: downOf(row), webhook: row.webhook } : { down: {}, webhook: null };
}

export const downOf = ({ down }: ProviderRow): WorkingSet['down'] =>
  Object.fromEntries(Object.entries(down ?? {}).map(([channel, until]) => [channel, new Date(until)]));
