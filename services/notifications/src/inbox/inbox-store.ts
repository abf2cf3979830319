import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, sqlOf } from '@rapport/platform';
import type pg from 'pg';

/** A message in a customer's inbox. */
export interface InboxMessage {
  readonly id: string;
  readonly notificationId: string;
  readonly profileId: string;
  /** Its number in this inbox: grows in the order in which messages became visible. */
  readonly sequence: number;
  readonly purpose: string;
  readonly locale: string;
  readonly title: string;
  readonly text: string;
  readonly url: string | null;
  readonly createdAt: string;
  readonly readAt: string | null;
}

@Injectable()
export class InboxStore {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Newest first. */
  list(profileId: string, unreadOnly: boolean, before: number | null, limit: number): Promise<InboxMessage[]> {
    return this.messages('list-inbox', LIST, [profileId, unreadOnly, before, limit]);
  }

  async unread(profileId: string): Promise<number> {
    const [row] = await sqlOf(this.pool).query<{ unread: number }>('unread-inbox', UNREAD, [profileId]);
    return row?.unread ?? 0;
  }

  /** What came after a number, oldest first. */
  after(profileId: string, sequence: number, limit: number): Promise<InboxMessage[]> {
    return this.messages('after-inbox', AFTER, [profileId, sequence, limit]);
  }

  async lastSequence(profileId: string): Promise<number> {
    const [row] = await sqlOf(this.pool).query<{ last_sequence: string }>(
      'last-inbox',
      'SELECT last_sequence FROM inbox_positions WHERE profile_id = $1',
      [profileId],
    );
    return Number(row?.last_sequence ?? 0);
  }

  /** The first time counts. @returns the message as it is now. */
  async markRead(id: string, at: Date): Promise<InboxMessage | undefined> {
    return (
      await this.messages('read-inbox', 'UPDATE inbox_messages SET read_at = coalesce(read_at, $2) WHERE id = $1 RETURNING *', [id, at])
    )[0];
  }

  private async messages(name: string, text: string, values: readonly unknown[]): Promise<InboxMessage[]> {
    return (await sqlOf(this.pool).query<MessageRow>(name, text, values)).map(messageOf);
  }
}

const LIST = `
  SELECT * FROM inbox_messages WHERE profile_id = $1 AND (NOT $2 OR read_at IS NULL) AND ($3::bigint IS NULL OR sequence < $3) ORDER BY sequence DESC LIMIT $4`;
const UNREAD =
  'SELECT count(*)::int AS unread FROM (SELECT 1 FROM inbox_messages WHERE profile_id = $1 AND read_at IS NULL LIMIT 1000) AS unread_messages';
const AFTER = 'SELECT * FROM inbox_messages WHERE profile_id = $1 AND sequence > $2 ORDER BY sequence LIMIT $3';

interface MessageRow {
  id: string;
  notification_id: string;
  profile_id: string;
  sequence: string;
  purpose: string;
  locale: string;
  title: string;
  text: string;
  url: string | null;
  created_at: Date;
  read_at: Date | null;
}

function messageOf(row: MessageRow): InboxMessage {
  const { id, purpose, locale, title, text, url } = row;
  return {
    id,
    notificationId: row.notification_id,
    profileId: row.profile_id,
    sequence: Number(row.sequence),
    purpose,
    locale,
    title,
    text,
    url,
    createdAt: row.created_at.toISOString(),
    readAt: row.read_at?.toISOString() ?? null,
  };
}
