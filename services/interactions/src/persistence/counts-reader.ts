import type pg from 'pg';
import type { ChannelCount } from '../domain/maps/channel-report.js';
import { EVERYBODY } from '../domain/maps/follow-path.js';
import type { JourneyCount, MapQuestion } from '../domain/maps/journey-map.js';
import { addDays, type Period, spansOf } from '../domain/maps/period.js';

/** $1, $2: whole months; $3 to $6: the days before and behind. */
const IN_PERIOD = `(
  (span = 'month' AND starts_on >= $1::date AND starts_on < $2::date)
  OR (span = 'day' AND starts_on >= $3::date AND starts_on < $4::date) OR (span = 'day' AND starts_on >= $5::date AND starts_on < $6::date))`;

// The last ends are read day by day: whether a journey is over depends on how long ago it was heard of.
const JOURNEYS = `
  SELECT measure, place, next, bucket, sum(n)::float8 AS n FROM journey_counts
  WHERE segment_id = $7::uuid AND ${IN_PERIOD} AND (measure <> 'outcome' OR place = $8::text)
  GROUP BY measure, place, next, bucket HAVING sum(n) <> 0
  UNION ALL
  SELECT 'open', place, '', 0, sum(n)::float8 FROM journey_counts
  WHERE segment_id = $7::uuid AND span = 'day' AND starts_on >= greatest($9::date, $10::date) AND starts_on < $11::date AND measure = 'end'
  GROUP BY place HAVING sum(n) <> 0`;

const CHANNELS = `
  SELECT channel, complexity, sensitivity, measure, detail, sum(n)::text AS n FROM channel_counts
  WHERE ${IN_PERIOD}
  GROUP BY channel, complexity, sensitivity, measure, detail HAVING sum(n) <> 0`;

type Pool = Pick<pg.Pool, 'query'>;

/** @param openSince journeys that ended on or after this day may go on */
export async function readJourneyCounts(
  pool: Pool,
  { period, segmentId = EVERYBODY, outcome }: MapQuestion,
  openSince: string,
): Promise<JourneyCount[]> {
  const values = [...spanValues(period), segmentId, outcome ?? '', period.from, openSince, period.to];
  return (await pool.query<JourneyCount>({ name: 'maps-journeys', text: JOURNEYS, values })).rows;
}

export async function readChannelCounts(pool: Pool, period: Period): Promise<ChannelCount[]> {
  const { rows } = await pool.query<Omit<ChannelCount, 'n'> & { n: string }>({
    name: 'maps-channels',
    text: CHANNELS,
    values: spanValues(period),
  });
  return rows.map((row) => ({ ...row, n: BigInt(row.n) }));
}

function spanValues(period: Period): string[] {
  const { months, days } = spansOf(period);
  return [...months, ...days[0], ...days[1]];
}

export const openSince = (now: Date, gapDays: number): string => addDays(now.toISOString().slice(0, 10), -gapDays);
