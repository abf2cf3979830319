import { type Sql, uuidArray } from '@rapport/platform';
import { INBOX_NOTIFY } from './inbox-listener.js';

/**
 * Two people turned out to be one: the messages and tasks of `from` become those of `to`. Moved messages get new numbers after the survivor's last,
 * so whoever listens to the survivor's inbox gets them, too. Call it in the transaction that merges the profiles, in the order of the merges.
 */
export async function moveInboxes(sql: Sql, merges: readonly { readonly from: string; readonly to: string }[]): Promise<void> {
  const rows = await sql.query<{ profile_id: string }>('inbox-holders', HOLDERS, [uuidArray(merges.map(({ from }) => from))]);
  const holders = new Set(rows.map((row) => row.profile_id));
  for (const { from, to } of merges) {
    if (!holders.has(from)) continue; // most were never written to
    holders.add(to);
    await sql.query('move-inbox', MOVE_INBOX, [from, to]);
    await sql.query('notify-moved-inbox', `SELECT pg_notify('${INBOX_NOTIFY}', $1)`, [to]);
    await sql.query('move-tasks', 'UPDATE tasks SET profile_id = $2 WHERE profile_id = $1', [from, to]);
  }
}

/** A merge was undone: only what came of these deliveries moves. */
export async function splitInbox(
  sql: Sql,
  { from, to }: { readonly from: string; readonly to: string },
  deliveryIds: readonly string[],
): Promise<void> {
  await sql.query('split-inbox', SPLIT_INBOX, [from, to, deliveryIds]);
  await sql.query('notify-moved-inbox', `SELECT pg_notify('${INBOX_NOTIFY}', $1)`, [to]);
  await sql.query('split-tasks', 'UPDATE tasks SET profile_id = $2 WHERE profile_id = $1 AND delivery_id = ANY($3::uuid[])', [
    from,
    to,
    deliveryIds,
  ]);
}

const HOLDERS = `
  SELECT profile_id FROM inbox_messages WHERE profile_id = ANY($1::uuid[]) UNION SELECT profile_id FROM tasks WHERE profile_id = ANY($1::uuid[])`;

const moveInbox = (which: string): string => `
  WITH moved AS (SELECT id, row_number() OVER (ORDER BY sequence) AS nth FROM inbox_messages WHERE profile_id = $1${which}),
  position AS (
    INSERT INTO inbox_positions AS p (profile_id, last_sequence) SELECT $2::uuid, count(*) FROM moved HAVING count(*) > 0
    ON CONFLICT (profile_id) DO UPDATE SET last_sequence = p.last_sequence + EXCLUDED.last_sequence RETURNING p.last_sequence
  )
  UPDATE inbox_messages m SET profile_id = $2, sequence = position.last_sequence - (SELECT count(*) FROM moved) + moved.nth
  FROM moved, position WHERE m.id = moved.id`;
const MOVE_INBOX = moveInbox('');
const SPLIT_INBOX = moveInbox(' AND delivery_id = ANY($3::uuid[])');

/** Erasure of customers: what was said to them and what people noted about them. Call it in the transaction that erases the profiles. */
export async function eraseDelivered(sql: Sql, profileIds: readonly string[]): Promise<void> {
  const ids = [[...profileIds].sort()];
  await sql.query('erase-inbox', 'DELETE FROM inbox_messages WHERE profile_id = ANY ($1::uuid[])', ids);
  await sql.query('erase-inbox-positions', 'DELETE FROM inbox_positions WHERE profile_id = ANY ($1::uuid[])', ids);
  await sql.query('erase-tasks', 'DELETE FROM tasks WHERE profile_id = ANY ($1::uuid[])', ids);
}
