import type { Interaction } from '@rapport/contracts';
import type pg from 'pg';
import { CLOCK_SKEW_MAX_MS } from '../domain/event-time.js';

export interface TimelinePosition {
  readonly at: Date;
  readonly id: string;
}

export interface TimelineQuery {
  /** `type:value`, normalised. */
  readonly subjects: readonly string[];
  readonly channel?: string | undefined;
  readonly stage?: string | undefined;
  readonly event?: string | undefined;
  /** [from, to) of the time when it happened. */
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
  readonly limit: number;
  /** The last one of the page before. */
  readonly after?: TimelinePosition | undefined;
}

/**
 * Newest first. Per subject a walk down the index (subject, at, id) of every partition, merged, and no further than the page is long: neither the
 * length of a customer's history nor the number of customers matters. What happened after `from` was received after it, so that the partitions
 * before are not even opened.
 */
export const TIMELINE = `
  SELECT found.record FROM unnest($1::text[]) AS asked(subject)
  CROSS JOIN LATERAL (
    SELECT at, id, record FROM interactions
    WHERE interactions.subject = asked.subject COLLATE "C"
      AND (at, id) < ($2::timestamptz, $3::uuid) AND at >= $4::timestamptz AND at < $5::timestamptz AND received_at >= $6::timestamptz
      AND ($7::text IS NULL OR channel = $7) AND ($8::text IS NULL OR stage = $8) AND ($9::text IS NULL OR event = $9)
    ORDER BY at DESC, id DESC LIMIT $10
  ) AS found
  ORDER BY found.at DESC, found.id DESC LIMIT $10`;

const BEGINNING = new Date(0);
const NEVER = new Date('9999-12-31T23:59:59.999Z');
/** Before it comes everything. */
const TOP: TimelinePosition = { at: NEVER, id: 'ffffffff-ffff-ffff-ffff-ffffffffffff' };

/**
 * The interactions of one person by the subjects that are his or hers. The subject is the strongest identifier that an interaction carried, so
 * it decided whose it is; weaker ones may be shared (the browser in a shop) and would bring in other people's.
 */
export async function readTimeline(pool: Pick<pg.Pool, 'query'>, query: TimelineQuery): Promise<Interaction[]> {
  const { rows } = await pool.query<{ record: Interaction }>({
    name: 'interactions-timeline',
    text: TIMELINE,
    values: timelineValues(query),
  });
  return rows.map(({ record }) => record);
}

export function timelineValues({
  subjects,
  channel,
  stage,
  event,
  from = BEGINNING,
  to = NEVER,
  limit,
  after = TOP,
}: TimelineQuery): unknown[] {
  const received = new Date(from.getTime() - CLOCK_SKEW_MAX_MS);
  return [[...new Set(subjects)], after.at, after.id, from, to, received, channel ?? null, stage ?? null, event ?? null, limit];
}
