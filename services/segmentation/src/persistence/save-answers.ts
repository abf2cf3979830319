import type { Sql } from '@rapport/platform';
import type { AnswerRow } from '../pipeline/customer-store.js';

// One statement, and only where surveys were answered. Keys in order: two partitions that count the same day wait for each other in one order.
const ANSWERS = `
  WITH new AS (
    INSERT INTO satisfaction_answers (interaction_id, profile_id, at, metric, score, touchpoint, channel, handling)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::smallint[], $6::text[], $7::text[], $8::text[])
    ON CONFLICT ON CONSTRAINT satisfaction_answers_pkey DO NOTHING
    RETURNING metric, (at AT TIME ZONE 'UTC')::date AS day, touchpoint, channel, handling, score
  )
  INSERT INTO satisfaction_counts AS c (metric, day, touchpoint, channel, handling, score, count)
  SELECT metric, day, touchpoint, channel, handling, score, count(*) FROM new
  GROUP BY metric, day, touchpoint, channel, handling, score ORDER BY metric, day, touchpoint, channel, handling, score
  ON CONFLICT ON CONSTRAINT satisfaction_counts_pkey DO UPDATE SET count = c.count + excluded.count`;

export async function saveAnswers(sql: Sql, answers: readonly AnswerRow[]): Promise<void> {
  if (answers.length === 0) return;
  const column = <T>(read: (row: AnswerRow) => T): T[] => answers.map(read);
  await sql.query('segmentation-answers', ANSWERS, [
    column((row) => row.interactionId),
    column((row) => row.profileId),
    column((row) => new Date(row.at).toISOString()),
    column((row) => row.metric),
    column((row) => row.score),
    column((row) => row.touchpoint),
    column((row) => row.channel),
    column((row) => row.handling),
  ]);
}
