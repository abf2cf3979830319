import { lockProfiles, type Sql, textArray, uuidArray } from '@rapport/platform';
import { dateOf, type Tally } from '../domain/maps/tally.js';
import type { LockedPaths, PathChanges, PathStore } from '../pipeline/path-store.js';

const SAVE = `
  UPDATE customer_paths p SET path = u.path FROM unnest($1::uuid[], $2::text[]) AS u (profile_id, path) WHERE p.profile_id = u.profile_id`;
const REDIRECT = `
  UPDATE customer_paths p SET merged_into = u.survivor, path = NULL FROM unnest($1::uuid[], $2::uuid[]) AS u (loser, survivor) WHERE p.profile_id = u.loser`;
const FORGET = `DELETE FROM customer_paths WHERE profile_id = ANY($1::uuid[]) OR merged_into = ANY($1::uuid[])`;

/** Every count stands twice: under its day, and under its month, so that a year is read from twelve spans and not from 365. */
const COUNT_JOURNEYS = `
  INSERT INTO journey_counts AS c (segment_id, span, starts_on, measure, place, next, bucket, writer, n)
  SELECT u.*, $8::smallint, n FROM (
    SELECT segment_id, span, CASE span WHEN 'day' THEN day ELSE date_trunc('month', day::timestamp)::date END AS starts_on, measure, place, next, bucket, sum(n) AS n
    FROM unnest($1::uuid[], $2::date[], $3::text[], $4::text[], $5::text[], $6::smallint[], $7::bigint[]) AS d (segment_id, day, measure, place, next, bucket, n),
      (VALUES ('day'), ('month')) AS s (span)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
  ) AS g, LATERAL (SELECT g.segment_id, g.span, g.starts_on, g.measure, g.place, g.next, g.bucket) AS u
  ON CONFLICT ON CONSTRAINT journey_counts_pkey DO UPDATE SET n = c.n + excluded.n`;
const COUNT_CHANNELS = `
  INSERT INTO channel_counts AS c (span, starts_on, channel, complexity, sensitivity, measure, detail, writer, n)
  SELECT u.*, $8::smallint, n FROM (
    SELECT span, CASE span WHEN 'day' THEN day ELSE date_trunc('month', day::timestamp)::date END AS starts_on, channel, complexity, sensitivity, measure, detail, sum(n) AS n
    FROM unnest($1::date[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::numeric[]) AS d (day, channel, complexity, sensitivity, measure, detail, n),
      (VALUES ('day'), ('month')) AS s (span)
    GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 1, 2, 3, 4, 5, 6, 7
  ) AS g, LATERAL (SELECT g.span, g.starts_on, g.channel, g.complexity, g.sensitivity, g.measure, g.detail) AS u
  ON CONFLICT ON CONSTRAINT channel_counts_pkey DO UPDATE SET n = c.n + excluded.n`;

/** Paths and counts. Who locks paths does so before any count, and each in one order: no two writers wait for each other in a circle. */
export class PostgresPathStore implements PathStore {
  async lock(sql: Sql, profileIds: readonly string[]): Promise<LockedPaths> {
    const { survivors, rows } = await lockProfiles<{ readonly path: string | null }>(sql, 'customer_paths', ['path'], profileIds);
    return { survivors, stored: new Map([...rows].map(([id, { path }]) => [id, path])) };
  }

  async save(sql: Sql, { saved, merged, erased, counts }: PathChanges, writer: number): Promise<void> {
    if (merged.length > 0) await sql.query('paths-redirect', REDIRECT, [merged.map(({ from }) => from), merged.map(({ into }) => into)]);
    if (erased.length > 0) await sql.query('paths-forget', FORGET, [erased]);
    if (saved.length > 0)
      await sql.query('paths-save', SAVE, [
        uuidArray(saved.map(({ profileId }) => profileId)),
        textArray(saved.map(({ stored }) => stored)),
      ]);
    await count(sql, 'paths-count-journeys', COUNT_JOURNEYS, counts.journeys, 1, writer);
    await count(sql, 'paths-count-channels', COUNT_CHANNELS, counts.channels, 0, writer);
  }
}

/** @param dayAt which part of the key is the day */
async function count(sql: Sql, name: string, text: string, tally: Tally, dayAt: number, writer: number): Promise<void> {
  const rows = tally.rows();
  if (rows.length === 0) return;
  const columns = [0, 1, 2, 3, 4, 5].map((index) =>
    rows.map(({ parts }) => (index === dayAt ? dateOf(Number(parts[index])) : parts[index]!)),
  );
  await sql.query(name, text, [...columns, rows.map(({ n }) => n.toString()), writer]);
}
