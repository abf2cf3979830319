import { logger } from '@rapport/platform';
import type pg from 'pg';

/** PostgreSQL's channel that says whose inbox has something new; the payload is the profile's id. */
export const INBOX_NOTIFY = 'rapport_inbox';

const RECONNECT_MS = 1_000;

/**
 * Hears from every replica, through the database, whose inbox has changed. It only wakes: what is new is read from the table, so a lost
 * notification delays a message and never loses it. After a reconnect everybody is woken once.
 */
export class InboxListener {
  private client: pg.PoolClient | undefined;
  private stopped = false;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly pool: pg.Pool,
    private readonly wake: (profileId: string | 'all') => void,
  ) {}

  async start(): Promise<void> {
    try {
      const client = await this.pool.connect();
      if (this.stopped) return client.release();
      this.client = client;
      client.on('notification', ({ payload }) => this.wake(payload ?? 'all'));
      client.on('error', (error) => this.lost(client, error));
      client.on('end', () => this.lost(client, undefined));
      await client.query(`LISTEN ${INBOX_NOTIFY}`);
      this.wake('all');
    } catch (error) {
      this.lost(this.client, error);
    }
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
    const { client } = this;
    this.client = undefined;
    client?.removeAllListeners('notification');
    client?.release(true);
  }

  private lost(client: pg.PoolClient | undefined, error: unknown): void {
    if (this.stopped || client !== this.client) return;
    this.client = undefined;
    logger.warn({ err: error }, 'the inbox does not hear the database; trying again');
    client?.removeAllListeners('notification');
    client?.release(true);
    this.timer = setTimeout(() => void this.start(), RECONNECT_MS);
  }
}
