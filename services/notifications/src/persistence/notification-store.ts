import { Inject, Injectable } from '@nestjs/common';
import type { ChannelDecision, Purpose } from '@rapport/contracts';
import { PG_POOL, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import { type Classification, type Feedback, NO_FEEDBACK, type Snapshot } from '../domain/customer.js';
import type { Touch } from '../domain/frequency-caps.js';
import type { Cause, NotificationRequest, NotificationStatus } from '../domain/notification.js';
import type { CustomerState, TemplateShape, WorkingSet } from '../pipeline/working-set.js';
import { downOf, loadTemplates, providerColumns, type ProviderRow } from './load-working-set.js';

export interface NewRequest {
  readonly id: string;
  readonly profileId: string;
  readonly partition: number;
  readonly request: NotificationRequest;
  readonly traceparent: string | null;
  readonly at: Date;
}

/** A notification as people read it. */
export interface NotificationView {
  readonly id: string;
  readonly profileId: string;
  readonly purpose: Purpose;
  readonly status: NotificationStatus;
  readonly reason: string | null;
  readonly request: NotificationRequest;
  readonly decision: ChannelDecision | null;
  readonly deliveries: readonly {
    readonly channel: string;
    readonly provider: string | null;
    readonly providerMessageId: string | null;
    readonly status: string;
    readonly attempts: number;
    readonly reason: string | null;
    readonly at: string;
  }[];
  readonly cause: Cause;
  /** When something falls due: a decision that waits, or the next channel. */
  readonly dueAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

interface ViewRow {
  id: string;
  profile_id: string;
  status: NotificationStatus;
  reason: string | null;
  request: NotificationRequest;
  decision: ChannelDecision | null;
  cause: Cause;
  due_at: Date | null;
  created_at: Date;
  updated_at: Date;
  deliveries: (Omit<NotificationView['deliveries'][number], 'at'> & { at: string })[];
}

/** What was sent or held back, in short. */
export type NotificationGist = Pick<NotificationView, 'id' | 'purpose' | 'status' | 'reason' | 'createdAt'> & {
  readonly deliveries: readonly { readonly channel: string; readonly status: string; readonly at: string }[];
};

/** What a decision reads, outside any batch. */
export interface Circumstances extends Pick<WorkingSet, 'down' | 'webhook'> {
  readonly customer: Omit<CustomerState, 'capsRevision' | 'version' | 'digest'>;
  readonly snapshot: Snapshot;
  readonly templates: ReadonlyMap<string, TemplateShape>;
}

/** What this service knows of one customer, as whoever serves him next needs it. */
export interface NotificationContext {
  readonly circumstances: Circumstances | undefined;
  /** Newest first. */
  readonly notifications: readonly NotificationGist[];
}

/** Notifications as HTTP writes and reads them. */
@Injectable()
export class NotificationStore {
  private readonly sql: Sql;

  constructor(@Inject(PG_POOL) pool: pg.Pool) {
    this.sql = sqlOf(pool);
  }

  /** Writes a request down as due now. The same id again changes nothing. */
  async request({ id, profileId, partition, request, traceparent, at }: NewRequest): Promise<void> {
    await this.sql.query('request-notification', REQUEST, [
      id,
      profileId,
      partition,
      request.purpose,
      JSON.stringify(request),
      traceparent,
      at,
    ]);
  }

  async find(id: string): Promise<NotificationView | undefined> {
    const [row] = await this.sql.query<ViewRow>('find-notification', `${VIEW} WHERE n.id = $1`, [id]);
    return row && viewOf(row);
  }

  async ofProfile(profileId: string, beforeId: string | null, limit: number): Promise<NotificationView[]> {
    const rows = await this.sql.query<ViewRow>(
      'notifications-of-profile',
      `${VIEW} WHERE n.profile_id = $1 AND ($2::uuid IS NULL OR n.id < $2) ORDER BY n.id DESC LIMIT $3`,
      [profileId, beforeId, limit],
    );
    return rows.map(viewOf);
  }

  async hasTemplate(name: string): Promise<boolean> {
    return (await this.sql.query('has-template', 'SELECT FROM templates WHERE name = $1 LIMIT 1', [name])).length > 0;
  }

  /** @returns undefined when nothing is known of the profile. */
  async circumstances(profileId: string, template: string | undefined, now: Date): Promise<Circumstances | undefined> {
    const [row] = await this.living<CircumstancesRow>([profileId], (ids) => this.sql.query('circumstances', CIRCUMSTANCES, [ids, now]));
    const templates = await loadTemplates(this.sql, new Set(template === undefined ? [] : [template]));
    return circumstancesOf(row!, templates ?? NO_TEMPLATES);
  }

  /** The circumstances of a decision that needs no template, and the last notifications: all in one statement, for readers who wait. In the order asked for. */
  async contexts(profileIds: readonly string[], now: Date): Promise<NotificationContext[]> {
    const ask = (ids: readonly string[]) => this.sql.query<CircumstancesRow & GistsRow>('notifications-contexts', CONTEXTS, [ids, now]);
    return (await this.living(profileIds, ask)).map((row) => ({
      circumstances: circumstancesOf(row, NO_TEMPLATES),
      notifications: (row.notifications ?? []).map(gistOf),
    }));
  }

  /** With the survivor's row where a profile was merged: two more statements for each, and only then. */
  private async living<Row extends CircumstancesRow>(
    profileIds: readonly string[],
    ask: (ids: readonly string[]) => Promise<Row[]>,
  ): Promise<Row[]> {
    const survivorOf = async (row: Row): Promise<Row> => {
      if (row.merged_into === null) return row;
      const [survivor] = await this.sql.query<{ profile_id: string }>('notifications-survivor', SURVIVOR, [row.merged_into]);
      return survivor === undefined ? row : (await ask([survivor.profile_id]))[0]!;
    };
    return Promise.all((await ask(profileIds)).map(survivorOf));
  }
}

const REQUEST = `
  INSERT INTO notifications (id, profile_id, partition, purpose, status, request, cause, due_at, traceparent, created_at, updated_at)
  VALUES ($1, $2, $3, $4, 'requested', $5, '{"kind": "request"}', $7, $6, $7, $7) ON CONFLICT ON CONSTRAINT notifications_pkey DO NOTHING`;

const VIEW = `
  SELECT n.id, n.profile_id, n.status, n.reason, n.request, n.decision, n.cause, n.due_at, n.created_at, n.updated_at, coalesce((
    SELECT json_agg(json_build_object('channel', channel, 'provider', provider, 'providerMessageId', provider_message_id, 'status', status,
      'attempts', attempt, 'reason', reason, 'at', updated_at) ORDER BY created_at, id)
    FROM deliveries WHERE notification_id = n.id
  ), '[]') AS deliveries
  FROM notifications n`;

interface CircumstancesRow extends ProviderRow {
  profile_id: string;
  merged_into: string | null;
  snapshot: Snapshot | null;
  classification: Classification | null;
  feedback: Feedback | null;
  touches: Touch[] | null;
}
interface GistsRow {
  notifications: NotificationGist[] | null;
}

/**
 * One row for each id, in the order asked for: what is known of the customer, if anything is, and of the providers. The array stands in a SELECT, where its
 * length does not count for the plan: otherwise PostgreSQL plans it anew every time.
 */
const circumstances = (more = ''): string => `
  SELECT asked.profile_id, (SELECT merged_into FROM profiles k WHERE k.profile_id = asked.profile_id) AS merged_into,
    p.snapshot, p.classification, p.feedback, c.touches, ${providerColumns('$2')}${more}
  FROM unnest((SELECT $1::uuid[])) WITH ORDINALITY AS asked (profile_id, n)
    LEFT JOIN profile_projections p USING (profile_id) LEFT JOIN frequency_caps c USING (profile_id)
  ORDER BY asked.n`;
/** As many as whoever serves a customer wants to see. */
const SHOWN_MAX = 10;
const CIRCUMSTANCES = circumstances();
const CONTEXTS = circumstances(`, (
    SELECT json_agg(json_build_object('id', n.id, 'purpose', n.purpose, 'status', n.status, 'reason', n.reason, 'createdAt', n.created_at,
      'deliveries', coalesce((
        SELECT json_agg(json_build_object('channel', channel, 'status', status, 'at', updated_at) ORDER BY created_at, id)
        FROM deliveries WHERE notification_id = n.id), '[]')) ORDER BY n.id DESC)
    FROM (SELECT * FROM notifications WHERE profile_id = asked.profile_id ORDER BY id DESC LIMIT ${SHOWN_MAX}) AS n
  ) AS notifications`);

const SURVIVOR = `
  WITH RECURSIVE chain AS (
    SELECT profile_id, merged_into, 1 AS step FROM profiles WHERE profile_id = $1
    UNION ALL SELECT p.profile_id, p.merged_into, step + 1 FROM chain JOIN profiles p ON p.profile_id = chain.merged_into WHERE step < 32
  )
  SELECT profile_id FROM chain WHERE merged_into IS NULL`;

const NO_TEMPLATES: Circumstances['templates'] = new Map();

function circumstancesOf(row: CircumstancesRow, templates: Circumstances['templates']): Circumstances | undefined {
  const { profile_id: profileId, snapshot, classification, feedback, touches } = row;
  if (snapshot === null) return undefined;
  const customer = { profileId, snapshot, classification, feedback: feedback ?? NO_FEEDBACK, touches: touches ?? [] };
  return { customer, snapshot, templates, down: downOf(row), webhook: row.webhook };
}

const timeOf = (text: string): string => new Date(text).toISOString();

const gistOf = (one: NotificationGist): NotificationGist => ({
  ...one,
  createdAt: timeOf(one.createdAt),
  deliveries: one.deliveries.map((delivery) => ({ ...delivery, at: timeOf(delivery.at) })),
});

function viewOf(row: ViewRow): NotificationView {
  const { id, status, reason, request, decision, cause } = row;
  return {
    id,
    profileId: row.profile_id,
    purpose: request.purpose,
    status,
    reason,
    request,
    decision,
    deliveries: row.deliveries.map((delivery) => ({ ...delivery, at: new Date(delivery.at).toISOString() })),
    cause,
    dueAt: row.due_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}
