import { CHANNELS, type Channel, HANDLINGS, type Money, type Sensitivity } from '@rapport/contracts';
import { COMPLEXITY_RANK, type KnownComplexity, SENSITIVITY_RANK } from './codes.js';
import type { Scale } from './customer-path.js';
import { decimalOf } from './money-part.js';
import type { Period } from './period.js';
import { type PriceTable, priceOf } from './prices.js';
import { isScale, round, type Satisfaction, satisfactionOf, shareInterval } from './satisfaction.js';
import { MEDIAN_ERROR_MAX, medianSeconds } from './time-buckets.js';

/** A sum of counts (countChannels, countInteraction). */
export interface ChannelCount {
  readonly channel: string;
  readonly complexity: string;
  readonly sensitivity: string;
  readonly measure: string;
  readonly detail: string;
  readonly n: bigint;
}

/** What the report says of any group of contacts: of one channel and kind of matter, or of all of a channel. */
export interface ChannelFigures {
  readonly interactions: number;
  readonly contacts: number;
  readonly contactsByHandling: Readonly<Record<string, number>>;
  readonly cost: Money;
  readonly costPerContact: Money | null;
  /** Needs and conversations that were opened here. */
  readonly matters: number;
  readonly resolved: number;
  readonly resolvedWithoutSwitch: number;
  /** Of the matters. */
  readonly withoutSwitch: { readonly share: number; readonly interval: readonly [number, number] } | null;
  readonly medianSecondsToResolve: number | null;
  readonly satisfaction: Satisfaction;
  /** Orders less refunds, per currency. */
  readonly value: readonly Money[];
}
export interface ReportRow extends ChannelFigures {
  readonly channel: Channel;
  readonly complexity: KnownComplexity;
  readonly sensitivity: Sensitivity;
}
/** Where a kind of matter is best guided to: the highest lower bound of resolution without a switch; of equal ones, the cheaper. */
export interface Guidance {
  readonly complexity: KnownComplexity;
  readonly sensitivity: Sensitivity;
  readonly channel: Channel;
  readonly matters: number;
  readonly withoutSwitch: number;
  readonly costPerContact: Money | null;
}
export interface ChannelReport {
  readonly period: Period;
  readonly rows: readonly ReportRow[];
  readonly channels: readonly (ChannelFigures & { readonly channel: Channel })[];
  readonly guidance: readonly Guidance[];
  readonly method: { readonly contactHours: number; readonly medianErrorMax: number; readonly guidanceMattersMin: number };
}

/** Fewer matters than these prove nothing. */
const GUIDANCE_MATTERS_MIN = 20;

export function channelReportOf(counts: readonly ChannelCount[], prices: PriceTable, period: Period): ChannelReport {
  const rows = new Map<string, Sums>();
  const channels = new Map<string, Sums>();
  for (const count of counts) {
    add(rows, `${count.channel} ${count.complexity} ${count.sensitivity}`, count, prices);
    add(channels, count.channel, count, prices);
  }
  const found = [...rows.values()].map((sums) => ({
    channel: sums.first.channel as Channel,
    complexity: sums.first.complexity as KnownComplexity,
    sensitivity: sums.first.sensitivity as Sensitivity,
    ...figuresOf(sums, prices.currency),
  }));
  return {
    period,
    rows: found.sort((a, b) => rank(CHANNELS, a.channel, b.channel) || byKind(a, b)),
    channels: [...channels.values()]
      .map((sums) => ({ channel: sums.first.channel as Channel, ...figuresOf(sums, prices.currency) }))
      .sort((a, b) => b.contacts - a.contacts || rank(CHANNELS, a.channel, b.channel)),
    guidance: guidanceOf(found),
    method: { contactHours: 1, medianErrorMax: round(MEDIAN_ERROR_MAX), guidanceMattersMin: GUIDANCE_MATTERS_MIN },
  };
}

interface Sums {
  readonly first: ChannelCount;
  readonly counts: Record<'interaction' | 'matter' | 'resolved' | 'unswitched', number>;
  readonly contacts: Map<string, number>;
  cost: bigint;
  readonly took: Map<number, number>;
  readonly scores: Partial<Record<Scale, Map<number, number>>>;
  readonly value: Map<string, bigint>;
}

function add(groups: Map<string, Sums>, key: string, count: ChannelCount, prices: PriceTable): void {
  const sums: Sums = groups.get(key) ?? {
    first: count,
    counts: { interaction: 0, matter: 0, resolved: 0, unswitched: 0 },
    contacts: new Map(),
    cost: 0n,
    took: new Map(),
    scores: {},
    value: new Map(),
  };
  groups.set(key, sums);
  const { measure, detail, n } = count;
  if (measure === 'contact') {
    bump(sums.contacts, detail, Number(n));
    sums.cost += n * priceOf(prices, count.channel, detail);
  } else if (measure === 'took') bump(sums.took, Number(detail), Number(n));
  else if (measure === 'value') sums.value.set(detail, (sums.value.get(detail) ?? 0n) + n);
  else if (isScale(measure)) bump((sums.scores[measure] ??= new Map()), Number(detail), Number(n));
  else if (Object.hasOwn(sums.counts, measure)) sums.counts[measure as keyof Sums['counts']] += Number(n);
}

function bump<K>(map: Map<K, number>, key: K, n: number): void {
  map.set(key, (map.get(key) ?? 0) + n);
}

function figuresOf({ counts, contacts: byHandling, cost, took, scores, value }: Sums, currency: string): ChannelFigures {
  const contacts = [...byHandling.values()].reduce((total, n) => total + n, 0);
  const median = medianSeconds(took);
  return {
    interactions: counts.interaction,
    contacts,
    contactsByHandling: Object.fromEntries(
      HANDLINGS.flatMap((handling) => (byHandling.get(handling) ? [[handling, byHandling.get(handling)!]] : [])),
    ),
    cost: { currency, amount: decimalOf(cost) },
    costPerContact: contacts > 0 ? { currency, amount: decimalOf(cost / BigInt(contacts)) } : null,
    matters: counts.matter,
    resolved: counts.resolved,
    resolvedWithoutSwitch: counts.unswitched,
    withoutSwitch:
      counts.matter > 0
        ? { share: round(counts.unswitched / counts.matter), interval: shareInterval(counts.unswitched, counts.matter) }
        : null,
    medianSecondsToResolve: median === undefined ? null : Math.round(median),
    satisfaction: satisfactionOf(scores),
    value: [...value]
      .filter(([, n]) => n !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, n]) => ({ currency: name, amount: decimalOf(n) })),
  };
}

function guidanceOf(rows: readonly ReportRow[]): Guidance[] {
  const best = new Map<string, ReportRow>();
  for (const row of rows) {
    if (row.matters < GUIDANCE_MATTERS_MIN) continue;
    const key = `${row.complexity} ${row.sensitivity}`;
    const other = best.get(key);
    if (other === undefined || isBetter(row, other)) best.set(key, row);
  }
  return [...best.values()].sort(byKind).map(({ complexity, sensitivity, channel, matters, withoutSwitch, costPerContact }) => ({
    complexity,
    sensitivity,
    channel,
    matters,
    withoutSwitch: withoutSwitch!.share,
    costPerContact,
  }));
}

function isBetter(a: ReportRow, b: ReportRow): boolean {
  const [lower, other] = [a.withoutSwitch!.interval[0], b.withoutSwitch!.interval[0]];
  return lower > other || (lower === other && Number(a.costPerContact?.amount ?? 0) < Number(b.costPerContact?.amount ?? 0));
}

const rank = (order: readonly string[], a: string, b: string): number => order.indexOf(a) - order.indexOf(b);
const byKind = (a: Pick<ReportRow, 'complexity' | 'sensitivity'>, b: Pick<ReportRow, 'complexity' | 'sensitivity'>): number =>
  rank(COMPLEXITY_RANK, a.complexity, b.complexity) || rank(SENSITIVITY_RANK, a.sensitivity, b.sensitivity);
