import { STAGES, type Stage, type Touchpoint } from '@rapport/contracts';
import { type Place, partsOf } from './codes.js';
import { JOURNEY_GAP_MS } from './count-journeys.js';
import type { Scale } from './customer-path.js';
import type { Period } from './period.js';
import { isScale, round, type Satisfaction, satisfactionOf } from './satisfaction.js';
import { DAY_MS } from './tally.js';
import { MEDIAN_ERROR_MAX, medianSeconds } from './time-buckets.js';

/** A sum of counts (countJourneys). `open`: of the ends, those so recent that the journey may still go on. */
export interface JourneyCount {
  readonly measure: string;
  readonly place: string;
  readonly next: string;
  readonly bucket: number;
  readonly n: number;
}

interface PlaceName {
  readonly stage: Stage;
  readonly touchpoint: Touchpoint;
}

export interface MapTouchpoint extends PlaceName {
  readonly visits: number;
  /** Journeys that began here. */
  readonly starts: number;
  /** Visits followed by one to the same place, an hour or more later. */
  readonly again: number;
  /** Journeys that ended here, and are over. */
  readonly dropped: number;
  /** Journeys that stand here, and may go on. */
  readonly open: number;
  /** dropped / (visits − open). */
  readonly dropOff: number | null;
  readonly satisfaction: Satisfaction & { readonly tone: { readonly n: number; readonly mean: number } | null };
}

export interface MapTransition {
  readonly from: PlaceName;
  readonly to: PlaceName;
  readonly volume: number;
  /** Of the visits to `from`. */
  readonly share: number;
  readonly medianSeconds: number | null;
}

export interface JourneyMap {
  readonly period: Period;
  readonly segmentId: string | null;
  readonly journeys: { readonly started: number; readonly dropped: number; readonly open: number };
  readonly touchpoints: readonly MapTouchpoint[];
  readonly transitions: readonly MapTransition[];
  readonly outcome: {
    readonly event: string;
    readonly count: number;
    readonly ways: readonly { readonly steps: readonly PlaceName[]; readonly count: number; readonly share: number }[];
    /** Came about on ways that are not listed. */
    readonly others: number;
  } | null;
  readonly method: { readonly gapDays: number; readonly visitHours: number; readonly medianErrorMax: number };
}

export interface MapQuestion {
  readonly period: Period;
  readonly segmentId?: string | undefined;
  readonly outcome?: string | undefined;
}

export const WAYS_MAX = 25;

export function journeyMapOf(counts: readonly JourneyCount[], { period, segmentId, outcome }: MapQuestion): JourneyMap {
  const places = new Map<Place, PlaceCounts>();
  const moves = new Map<string, { from: Place; to: Place; buckets: Map<number, number> }>();
  const ways: { way: string; n: number }[] = [];
  const at = (place: Place): PlaceCounts => {
    const known = places.get(place) ?? noPlaceCounts();
    places.set(place, known);
    return known;
  };
  for (const { measure, place, next, bucket, n } of counts) {
    if (measure === 'outcome') {
      if (place === outcome) ways.push({ way: next, n });
    } else if (measure === 'move') {
      const key = `${place}>${next}`;
      const move = moves.get(key) ?? { from: place, to: next, buckets: new Map<number, number>() };
      move.buckets.set(bucket, (move.buckets.get(bucket) ?? 0) + n);
      moves.set(key, move);
      at(place).moves += n;
      if (place === next) at(place).again += n;
    } else if (isScale(measure)) {
      const scores = (at(place).scores[measure] ??= new Map());
      scores.set(bucket, (scores.get(bucket) ?? 0) + n);
    } else if (measure === 'start' || measure === 'end' || measure === 'open' || measure === 'tone' || measure === 'tones') {
      at(place)[measure] += n;
    }
  }
  const touchpoints = [...places].map(([place, found]) => touchpointOf(place, found)).sort(byStage);
  const sum = (read: (one: MapTouchpoint) => number): number => touchpoints.reduce((total, one) => total + read(one), 0);
  return {
    period,
    segmentId: segmentId ?? null,
    journeys: { started: sum((one) => one.starts), dropped: sum((one) => one.dropped), open: sum((one) => one.open) },
    touchpoints,
    transitions: transitionsOf([...moves.values()], places),
    outcome: outcome === undefined ? null : waysTo(outcome, ways),
    method: { gapDays: JOURNEY_GAP_MS / DAY_MS, visitHours: 1, medianErrorMax: round(MEDIAN_ERROR_MAX) },
  };
}

interface PlaceCounts {
  moves: number;
  again: number;
  start: number;
  end: number;
  open: number;
  tone: number;
  tones: number;
  readonly scores: Partial<Record<Scale, Map<number, number>>>;
}
const noPlaceCounts = (): PlaceCounts => ({ moves: 0, again: 0, start: 0, end: 0, open: 0, tone: 0, tones: 0, scores: {} });

function touchpointOf(place: Place, { moves, again, start, end, open, tone, tones, scores }: PlaceCounts): MapTouchpoint {
  const visits = moves + end;
  return {
    ...partsOf(place),
    visits,
    starts: start,
    again,
    dropped: end - open,
    open,
    dropOff: visits - open > 0 ? round((end - open) / (visits - open)) : null,
    satisfaction: { ...satisfactionOf(scores), tone: tones > 0 ? { n: tones, mean: round(tone / tones / 1000) } : null },
  };
}

function transitionsOf(
  moves: readonly { from: Place; to: Place; buckets: ReadonlyMap<number, number> }[],
  places: ReadonlyMap<Place, PlaceCounts>,
): MapTransition[] {
  const transitions = moves.map(({ from, to, buckets }) => {
    const volume = [...buckets.values()].reduce((total, n) => total + n, 0);
    const { moves: left, end } = places.get(from)!;
    const median = medianSeconds(buckets);
    return {
      from: partsOf(from),
      to: partsOf(to),
      volume,
      share: left + end > 0 ? round(volume / (left + end)) : 0,
      medianSeconds: median === undefined ? null : Math.round(median),
    };
  });
  return transitions.filter(({ volume }) => volume > 0).sort((a, b) => b.volume - a.volume || (nameOf(a) < nameOf(b) ? -1 : 1));
}

const nameOf = ({ from, to }: MapTransition): string => `${from.stage}.${from.touchpoint}>${to.stage}.${to.touchpoint}`;
const byStage = (a: MapTouchpoint, b: MapTouchpoint): number =>
  STAGES.indexOf(a.stage) - STAGES.indexOf(b.stage) || b.visits - a.visits || (a.touchpoint < b.touchpoint ? -1 : 1);

function waysTo(event: string, ways: readonly { way: string; n: number }[]): JourneyMap['outcome'] {
  const count = ways.reduce((total, { n }) => total + n, 0);
  const sorted = ways.filter(({ n }) => n > 0).sort((a, b) => b.n - a.n || (a.way < b.way ? -1 : 1));
  const shown = sorted.slice(0, WAYS_MAX);
  return {
    event,
    count,
    ways: shown.map(({ way, n }) => ({ steps: way === '' ? [] : way.split('>').map(partsOf), count: n, share: round(n / count) })),
    others: count - shown.reduce((total, { n }) => total + n, 0),
  };
}
