import { Body, Controller, Get, Inject, Put, Query } from '@nestjs/common';
import { Idempotent, PG_POOL, ProblemException, type ProblemDetail } from '@rapport/platform';
import type pg from 'pg';
import { type ChannelReport, channelReportOf } from '../domain/maps/channel-report.js';
import { JOURNEY_GAP_MS } from '../domain/maps/count-journeys.js';
import { type JourneyMap, journeyMapOf } from '../domain/maps/journey-map.js';
import { addDays, type Period } from '../domain/maps/period.js';
import type { PriceTable } from '../domain/maps/prices.js';
import { DAY_MS } from '../domain/maps/tally.js';
import { openSince, readChannelCounts, readJourneyCounts } from '../persistence/counts-reader.js';
import { putPrices, readPrices } from '../persistence/price-store.js';
import { channelReportChart } from './charts/channel-report-chart.js';
import { journeyMapChart } from './charts/journey-map-chart.js';
import { JourneyMapQuery, PeriodQuery, PriceTableDto } from './maps.dto.js';

const DAYS_DEFAULT = 30;
const DAYS_MAX = 3 * 366;

interface Chart {
  readonly svg: string;
}

@Controller('internal/v1')
export class MapsController {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  @Get('journey-map')
  async journeyMap(@Query() query: JourneyMapQuery): Promise<JourneyMap | Chart> {
    const now = new Date();
    const { segment: segmentId, outcome, as } = query;
    const question = { period: periodOf(query, now), segmentId: segmentId?.toLowerCase(), outcome };
    const counts = await readJourneyCounts(this.pool, question, openSince(now, JOURNEY_GAP_MS / DAY_MS));
    const map = journeyMapOf(counts, question);
    return as === 'svg' ? { svg: journeyMapChart(map) } : map;
  }

  @Get('channel-report')
  async channelReport(@Query() query: PeriodQuery): Promise<ChannelReport | Chart> {
    const period = periodOf(query, new Date());
    const [counts, prices] = await Promise.all([readChannelCounts(this.pool, period), readPrices(this.pool)]);
    const report = channelReportOf(counts, prices, period);
    return query.as === 'svg' ? { svg: channelReportChart(report) } : report;
  }

  @Get('channel-report/prices')
  prices(): Promise<PriceTable> {
    return readPrices(this.pool);
  }

  @Put('channel-report/prices')
  @Idempotent()
  async putPrices(@Body() { currency, prices }: PriceTableDto): Promise<PriceTable> {
    const seen = new Set<string>();
    prices.forEach(({ channel, handling }, index) => {
      const key = `${channel} ${handling}`;
      if (seen.has(key))
        throw refusal('INTERACTIONS_PRICE_TWICE', { pointer: `/prices/${index}`, detail: 'this channel and handling has a price already' });
      seen.add(key);
    });
    const table: PriceTable = { currency, prices: prices.map(({ channel, handling, amount }) => ({ channel, handling, amount })) };
    await putPrices(this.pool, table, new Date());
    return table;
  }
}

/** The last 30 days, today included, unless the query says otherwise. */
function periodOf({ from, to }: PeriodQuery, now: Date): Period {
  for (const [name, date] of Object.entries({ from, to }))
    if (date !== undefined && !isDay(date))
      throw refusal('INTERACTIONS_PERIOD_INVALID', { pointer: `/${name}`, detail: 'there is no such day' });
  const end = to ?? addDays(from === undefined ? now.toISOString().slice(0, 10) : later(from, now), 1);
  const period = { from: from ?? addDays(end, -DAYS_DEFAULT), to: end };
  const days = (Date.parse(period.to) - Date.parse(period.from)) / DAY_MS;
  if (days < 1) throw refusal('INTERACTIONS_PERIOD_INVALID', { pointer: '/to', detail: 'must be after `from`' });
  if (days > DAYS_MAX) throw refusal('INTERACTIONS_PERIOD_INVALID', { pointer: '/from', detail: `a period has at most ${DAYS_MAX} days` });
  return period;
}

const later = (from: string, now: Date): string => {
  const today = now.toISOString().slice(0, 10);
  return from > today ? from : today;
};

function isDay(date: string): boolean {
  const time = new Date(`${date}T00:00:00.000Z`);
  return !Number.isNaN(time.getTime()) && time.toISOString().startsWith(date);
}

const refusal = (code: string, finding: ProblemDetail): ProblemException =>
  new ProblemException(400, code, `${finding.pointer} ${finding.detail}.`, [finding]);
