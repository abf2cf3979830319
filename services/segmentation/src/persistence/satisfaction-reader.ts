import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL } from '@rapport/platform';
import type pg from 'pg';
import type { Scores } from '../domain/satisfaction/figures.js';
import type { Metric } from '../domain/satisfaction/survey-answer.js';

export const DIMENSIONS = ['touchpoint', 'channel', 'handling', 'period'] as const;
export type Dimension = (typeof DIMENSIONS)[number];
export const PERIODS = ['day', 'week', 'month', 'quarter', 'year'] as const;
export type Period = (typeof PERIODS)[number];

export interface SatisfactionQuery {
  readonly metric: Metric;
  readonly by: Dimension;
  readonly period: Period;
  /** [from, to) of the time of the answer. */
  readonly from: Date | undefined;
  readonly to: Date | undefined;
  /** Only answers of who is a member now. */
  readonly segmentId: string | undefined;
  readonly groupsMax: number;
}

export interface SatisfactionGroup {
  /** A word of the dimension, or the first day of the period (`2026-01-01`, UTC; weeks begin on Monday). */
  readonly key: string;
  readonly scores: Scores;
}

/** What stands for each dimension, over an instant or a day called `moment`. Constant texts: nothing of a request gets into a statement. */
const KEYS: Readonly<Record<Dimension, string>> = {
  touchpoint: 'touchpoint',
  channel: 'channel',
  handling: 'handling',
  period: `to_char(date_trunc($4, moment), 'YYYY-MM-DD')`,
};

const FROM_COUNTS = 'SELECT day::timestamp AS moment, touchpoint, channel, handling, score, count FROM satisfaction_counts';
const FROM_ANSWERS = `SELECT at AT TIME ZONE 'UTC' AS moment, touchpoint, channel, handling, score, 1 AS count FROM satisfaction_answers`;
const COUNTED = `${FROM_COUNTS} WHERE metric = $1 AND ($2::timestamptz IS NULL OR day >= ($2 AT TIME ZONE 'UTC')::date) AND ($3::timestamptz IS NULL OR day < ($3 AT TIME ZONE 'UTC')::date)
    AND $5::uuid IS NULL`;
const ANSWERED = `${FROM_ANSWERS} WHERE metric = $1 AND ($2::timestamptz IS NULL OR at >= $2) AND ($3::timestamptz IS NULL OR at < $3)
    AND ($5::uuid IS NULL OR profile_id IN (SELECT profile_id FROM memberships WHERE segment_id = $5))`;

function statement(by: Dimension, source: string): string {
  return `
  WITH scores AS (
    SELECT ${KEYS[by]} AS key, score, sum(count)::float8 AS count FROM (${source}) AS answers
    WHERE $4::text IS NOT NULL GROUP BY 1, 2
  )
  SELECT key, score, count FROM scores WHERE key IN (SELECT key FROM scores GROUP BY key ORDER BY key COLLATE "C" LIMIT $6) ORDER BY key COLLATE "C", score`;
}

const STATEMENTS = new Map(
  DIMENSIONS.flatMap((by) => [
    [`${by} of counts`, statement(by, COUNTED)] as const,
    [`${by} of answers`, statement(by, ANSWERED)] as const,
  ]),
);

const DAY_MS = 86_400_000;
const isWholeDay = (at: Date | undefined): boolean => at === undefined || at.getTime() % DAY_MS === 0;

/** Whole days of everybody come from the counts, whose number does not grow with the answers; a segment or an hour from the answers themselves. */
@Injectable()
export class SatisfactionReader {
  constructor(@Inject(PG_POOL) private readonly pool: Pick<pg.Pool, 'query'>) {}

  /** By key; one group more than `groupsMax` when there are more. */
  async read({ metric, by, period, from, to, segmentId, groupsMax }: SatisfactionQuery): Promise<SatisfactionGroup[]> {
    const source = segmentId === undefined && isWholeDay(from) && isWholeDay(to) ? 'counts' : 'answers';
    const { rows } = await this.pool.query<{ key: string; score: number; count: number }>({
      name: `satisfaction-${by}-${source}`,
      text: STATEMENTS.get(`${by} of ${source}`)!,
      values: [metric, from ?? null, to ?? null, period, segmentId ?? null, groupsMax + 1],
    });
    const groups = new Map<string, Map<number, number>>();
    for (const { key, score, count } of rows) {
      const scores = groups.get(key);
      if (scores === undefined) groups.set(key, new Map([[score, count]]));
      else scores.set(score, count);
    }
    return [...groups].map(([key, scores]) => ({ key, scores }));
  }

  /** By id or by name; undefined when there is none that is not archived. */
  async segmentId(named: string): Promise<string | undefined> {
    const { rows } = await this.pool.query<{ segment_id: string }>({
      name: 'satisfaction-segment',
      text: 'SELECT segment_id FROM segments WHERE (segment_id::text = $1 OR name = $1) AND archived_at IS NULL ORDER BY (segment_id::text = $1) DESC LIMIT 1',
      values: [named],
    });
    return rows[0]?.segment_id;
  }
}
