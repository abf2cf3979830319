import { deriveId } from '@rapport/identifiers';
import type { Sql } from '@rapport/platform';
import type { Delivery, FrozenMessage, LocalChannel } from '../channels/channel.js';
import { INBOX_NOTIFY } from './inbox-listener.js';

/** In-app messages: a row in the customer's inbox, numbered in the order in which the rows become visible. */
export class InboxChannel implements LocalChannel {
  readonly channel = 'in_app';
  readonly concurrency = 200;

  async keep(sql: Sql, items: readonly { readonly delivery: Delivery; readonly message: FrozenMessage }[], at: Date): Promise<void> {
    // sorted by profile: two replicas that number the same inboxes take their locks in one order
    const rows = items
      .map(({ delivery, message }) => ({ ...rowOf(delivery, message), id: deriveId(at, delivery.id) }))
      .sort((a, b) => (a.profile_id + a.delivery_id < b.profile_id + b.delivery_id ? -1 : 1));
    await sql.query('keep-inbox', KEEP, [JSON.stringify(rows), at]);
    await sql.query('notify-inbox', `SELECT pg_notify('${INBOX_NOTIFY}', profile_id) FROM unnest($1::text[]) AS p (profile_id)`, [
      [...new Set(rows.map((row) => row.profile_id))],
    ]);
  }
}

function rowOf(delivery: Delivery, message: FrozenMessage) {
  if (message.channel !== 'in_app') throw new TypeError(`the inbox cannot keep a message for ${message.channel}`);
  const { id, notificationId, profileId, address, purpose } = delivery;
  const { locale, title, text, url } = message;
  return {
    delivery_id: id,
    notification_id: notificationId,
    profile_id: profileId,
    address,
    purpose,
    locale,
    title,
    text,
    url: url ?? null,
  };
}

const KEEP = `
  WITH message AS (
    SELECT *, row_number() OVER (PARTITION BY profile_id ORDER BY delivery_id) AS nth FROM json_to_recordset($1::json)
      AS m (id uuid, delivery_id uuid, notification_id uuid, profile_id uuid, address text, purpose text, locale text, title text, text text, url text)
  ),
  position AS (
    INSERT INTO inbox_positions AS p (profile_id, last_sequence) SELECT profile_id, count(*) FROM message GROUP BY profile_id ORDER BY profile_id
    ON CONFLICT (profile_id) DO UPDATE SET last_sequence = p.last_sequence + EXCLUDED.last_sequence RETURNING p.profile_id, p.last_sequence
  ),
  amount AS (SELECT profile_id, count(*) AS new FROM message GROUP BY profile_id)
  INSERT INTO inbox_messages (id, delivery_id, notification_id, profile_id, sequence, address, purpose, locale, title, text, url, created_at)
  SELECT message.id, delivery_id, notification_id, profile_id, last_sequence - new + nth, address, purpose, locale, title, text, url, $2
  FROM message JOIN position USING (profile_id) JOIN amount USING (profile_id)`;
