import { deriveId } from '@rapport/identifiers';
import type { Sql } from '@rapport/platform';
import type { Delivery, FrozenMessage, LocalChannel } from '../channels/channel.js';

const HOUR_MS = 3_600_000;
/** When somebody should have begun, by what hangs on it; after that the task goes up in the list. */
const ESCALATE_AFTER_MS = {
  transactional: 2 * HOUR_MS,
  service: 4 * HOUR_MS,
  survey: 48 * HOUR_MS,
  relationship: 24 * HOUR_MS,
  marketing: 48 * HOUR_MS,
} as const;

/** The phone is a person who calls: choosing it makes a task. */
export class TaskChannel implements LocalChannel {
  readonly channel = 'phone';
  readonly concurrency = 200;

  async keep(sql: Sql, items: readonly { readonly delivery: Delivery; readonly message: FrozenMessage }[], at: Date): Promise<void> {
    const rows = items.map(({ delivery, message }) => rowOf(delivery, message, at)).sort((a, b) => (a.id < b.id ? -1 : 1));
    await sql.query('keep-tasks', KEEP, [JSON.stringify(rows), at]);
  }
}

function rowOf(delivery: Delivery, message: FrozenMessage, at: Date) {
  if (message.channel !== 'phone') throw new TypeError(`a task cannot carry a message for ${message.channel}`);
  const { id, notificationId, profileId, channel, address, purpose, expiresAt } = delivery;
  const { title, script, locale } = message;
  return {
    id: deriveId(at, id),
    delivery_id: id,
    notification_id: notificationId,
    profile_id: profileId,
    channel,
    address,
    purpose,
    title: title ?? null,
    script,
    locale,
    escalate_at: new Date(at.getTime() + ESCALATE_AFTER_MS[purpose]),
    expires_at: expiresAt,
  };
}

const KEEP = `
  INSERT INTO tasks (id, delivery_id, notification_id, profile_id, channel, address, purpose, title, script, locale, status, escalate_at, expires_at, created_at)
  SELECT id, delivery_id, notification_id, profile_id, channel, address, purpose, title, script, locale, 'open', escalate_at, expires_at, $2
  FROM json_to_recordset($1::json) AS t (id uuid, delivery_id uuid, notification_id uuid, profile_id uuid, channel text, address text, purpose text,
    title text, script text, locale text, escalate_at timestamptz, expires_at timestamptz)`;
