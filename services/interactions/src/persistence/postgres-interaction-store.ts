import { hash } from 'node:crypto';
import type { Interaction } from '@rapport/contracts';
import { type Sql, textArray, timestampArray, uuidArray } from '@rapport/platform';
import type { InteractionStore, WrittenInteraction } from '../pipeline/record-interactions.pipeline.js';
import { weeksToAsk, weeksToClaim } from './weeks.js';

const CLAIM = `
  WITH claimed AS (
    INSERT INTO interaction_keys (week, key) SELECT $1::date, key FROM unnest($2::uuid[]) AS key ON CONFLICT DO NOTHING RETURNING key
  )
  SELECT key FROM claimed
  WHERE NOT EXISTS (SELECT FROM interaction_keys AS earlier WHERE earlier.week = ANY($3::date[]) AND earlier.key = claimed.key)`;

const APPEND = `
  INSERT INTO interactions (id, received_at, at, subject, channel, stage, event, record)
  SELECT id, received_at, at, subject, channel, stage, event, record::json
  FROM unnest($1::uuid[], $2::timestamptz[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
    AS new (id, received_at, at, subject, channel, stage, event, record)`;

/**
 * Keys live in a table of their own, partitioned by the week of processing: the record's own table is partitioned by the time of receipt, and
 * a resend arrives at another time, so no unique index there could see it. A claim is an insert into this week's index and a look into the weeks
 * before.
 */
export class PostgresInteractionStore implements InteractionStore {
  constructor(private readonly options: { readonly dedupeDays: number }) {}

  async claim(sql: Sql, interactions: readonly Interaction[], now: Date): Promise<boolean[]> {
    const keys = interactions.map(({ source, messageId }) => keyOf(source, messageId));
    // sorted: two partitions that claim the same keys wait for each other in one order
    let fresh = [...new Set(keys)].sort();
    const weeks = weeksToClaim(now);
    const earlier = weeksToAsk(now, this.options.dedupeDays).filter((week) => !weeks.includes(week));
    for (const week of weeks) {
      if (fresh.length === 0) break;
      const rows = await sql.query<{ key: string }>('interactions-claim', CLAIM, [week, uuidArray(fresh), earlier]);
      fresh = rows.map(({ key }) => key.replaceAll('-', '')).sort();
    }
    const unclaimed = new Set(fresh);
    return keys.map((key) => unclaimed.delete(key));
  }

  async append(sql: Sql, interactions: readonly WrittenInteraction[]): Promise<void> {
    const column = <T>(read: (interaction: Interaction) => T): T[] => interactions.map(({ interaction }) => read(interaction));
    await sql.query('interactions-append', APPEND, [
      uuidArray(column((one) => one.id)),
      timestampArray(column((one) => Date.parse(one.receivedAt))),
      timestampArray(column((one) => Date.parse(one.at))),
      textArray(column((one) => one.subject)),
      textArray(column((one) => one.channel)),
      column((one) => one.stage ?? null),
      textArray(column((one) => one.event)),
      textArray(interactions.map(({ json }) => json)),
    ]);
  }
}

/** 128 bits of SHA-256 over (source, messageId): two of 10^12 keys are the same with a probability of 10^-15. */
function keyOf(source: string, messageId: string): string {
  return hash('sha256', `${source}\u0000${messageId}`, 'hex').slice(0, 32);
}
