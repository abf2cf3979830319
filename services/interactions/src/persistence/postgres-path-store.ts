import type { Interaction } from '@rapport/contracts';
import { lockProfiles, type Sql, textArray, uuidArray } from '@rapport/platform';
import { dateOf, type Tally } from '../domain/maps/tally.js';
import type { LockedPaths, PathChanges, PathQuestion, PathStore } from '../pipeline/path-store.js';

const SAVE = `
  UPDATE customer_paths p SET path = u.path FROM unnest($1::uuid[], $2::text[]) AS u (profile_id, path) WHERE p.profile_id = u.profile_id`;
const STAND = `
  UPDATE customer_paths p SET merged_into = u.merged_into, standing_version = u.version
  FROM unnest($1::uuid[], $2::uuid[], $3::integer[]) AS u (profile_id, merged_into, version) WHERE p.profile_id = u.profile_id`;
const HAS_PARTS = 'UPDATE customer_paths SET has_parts = true WHERE profile_id = ANY($1::uuid[]) AND NOT has_parts';
// Whoever is part of another one is changed by nobody who does not hold the one that stands for both.
const PARTS = `
  WITH RECURSIVE parts AS (
    SELECT profile_id, merged_into, standing_version, path FROM customer_paths WHERE merged_into = ANY($1::uuid[])
    UNION ALL SELECT p.profile_id, p.merged_into, p.standing_version, p.path FROM parts JOIN customer_paths p ON p.merged_into = parts.profile_id
  )
  SELECT * FROM parts`;
const RECORDED = `
  SELECT found.record FROM unnest($1::text[]) AS asked (subject)
  JOIN interactions found ON found.subject = asked.subject COLLATE "C" AND found.id = ANY($2::uuid[])`;
const FORGET = `
  WITH RECURSIVE gone AS (
    SELECT profile_id FROM customer_paths WHERE profile_id = ANY($1::uuid[])
    UNION SELECT p.profile_id FROM gone JOIN customer_paths p ON p.merged_into = gone.profile_id
  )
  DELETE FROM customer_paths WHERE profile_id IN (SELECT profile_id FROM gone)`;

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

interface PathRow {
  readonly profile_id: string;
  readonly merged_into: string | null;
  readonly path: string | null;
  readonly standing_version: number;
  readonly has_parts: boolean;
}
const COLUMNS = ['path', 'standing_version', 'has_parts'];

/** Paths and counts. Who locks paths does so before any count, and each in one order: no two writers wait for each other in a circle. */
export class PostgresPathStore implements PathStore {
  async lock(sql: Sql, { profileIds, split }: PathQuestion): Promise<LockedPaths> {
    const { survivors, rows } = await lockProfiles<PathRow>(sql, 'customer_paths', COLUMNS, profileIds);
    const wholes = [...rows].filter(([, { has_parts }]) => has_parts).map(([id]) => id);
    const parts = wholes.length === 0 ? [] : await sql.query<PathRow>('paths-parts', PARTS, [wholes]);
    const all = [...rows.values(), ...parts];
    return {
      survivors,
      stored: new Map(all.map(({ profile_id, path }) => [profile_id, path])),
      standings: new Map(all.map((row) => [row.profile_id, { mergedInto: row.merged_into, version: row.standing_version }])),
      interactions: await this.recorded(sql, split),
    };
  }

  private async recorded(sql: Sql, split: PathQuestion['split']): Promise<Map<string, Interaction>> {
    const found = new Map<string, Interaction>();
    for (const { subjects, interactionIds } of split) {
      const rows = await sql.query<{ record: Interaction }>('paths-recorded', RECORDED, [[...new Set(subjects)], interactionIds]);
      for (const { record } of rows) found.set(record.id, record);
    }
    return found;
  }

  async save(sql: Sql, { saved, standings, erased, counts }: PathChanges, writer: number): Promise<void> {
    if (standings.length > 0) {
      await sql.query('paths-stand', STAND, [
        standings.map(({ profileId }) => profileId),
        standings.map(({ mergedInto }) => mergedInto),
        standings.map(({ version }) => version),
      ]);
      const wholes = standings.flatMap(({ mergedInto }) => mergedInto ?? []);
      if (wholes.length > 0) await sql.query('paths-have-parts', HAS_PARTS, [wholes]);
    }
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
