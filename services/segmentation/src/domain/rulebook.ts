import type { Behaviour } from './behaviour.js';
import { leavesOf, type Rule, type TallyDefinition } from './rule.js';
import { counts } from './tally-definition.js';

/** A segment that is evaluated. */
export interface Segment {
  readonly id: string;
  readonly name: string;
  readonly version: number;
  /** The epoch of the rulebook in which this version of the rule came in. */
  readonly epoch: number;
  readonly rule: Rule;
  /** What its `member` leaves mean: reference as written → segment id. */
  readonly references: Readonly<Record<string, string>>;
}

/** An archived segment whose members have not all left yet. */
export interface DepartedSegment {
  readonly id: string;
  readonly name: string;
  readonly version: number;
}

/** A tally with the first epoch since which every customer has it. A customer last seen before it gets it from his history. */
export interface TrackedTally {
  readonly definition: TallyDefinition;
  readonly sinceEpoch: number;
}

/**
 * All segments of one epoch, compiled. Every change of a definition makes the next epoch; a customer's row says up to which epoch it was brought, so
 * that whoever touches it first (an interaction, the clock, the sweep that follows every change) fills in what is missing, exactly once.
 */
export interface Rulebook {
  readonly epoch: number;
  /** Referenced segments come before those which refer to them. */
  readonly segments: readonly Segment[];
  readonly departed: ReadonlyMap<string, DepartedSegment>;
  readonly tallies: ReadonlyMap<string, TrackedTally>;
  /** The tallies to which an event adds. */
  tracking(behaviour: Behaviour): readonly TallyDefinition[];
  /** The epoch of the latest change that could change who belongs to the segment: its own, or one of a segment that it refers to. */
  changedIn(segment: Segment): number;
}

export function compileRulebook(epoch: number, segments: readonly Segment[], departed: readonly DepartedSegment[]): Rulebook {
  const ordered = inOrderOfReference(segments);
  const tallies = trackedTallies(ordered);
  const byEvent = new Map<string, TallyDefinition[]>();
  const ofAnyEvent: TallyDefinition[] = [];
  for (const { definition } of tallies.values()) {
    if (definition.event === undefined) ofAnyEvent.push(definition);
    else byEvent.set(definition.event, [...(byEvent.get(definition.event) ?? []), definition]);
  }
  const changes = new Map<string, number>();
  for (const segment of ordered)
    changes.set(segment.id, Math.max(segment.epoch, ...Object.values(segment.references).map((id) => changes.get(id)!)));
  return {
    epoch,
    segments: ordered,
    departed: new Map(departed.map((segment) => [segment.id, segment])),
    tallies,
    tracking: (behaviour) => [...(byEvent.get(behaviour.event) ?? []), ...ofAnyEvent].filter((definition) => counts(definition, behaviour)),
    changedIn: (segment) => changes.get(segment.id)!,
  };
}

function trackedTallies(segments: readonly Segment[]): Map<string, TrackedTally> {
  const tallies = new Map<string, TrackedTally>();
  for (const segment of segments) {
    for (const leaf of leavesOf(segment.rule)) {
      if (leaf.kind !== 'did' && leaf.kind !== 'sum') continue;
      const known = tallies.get(leaf.tally.key);
      tallies.set(leaf.tally.key, { definition: leaf.tally, sinceEpoch: Math.min(segment.epoch, known?.sinceEpoch ?? segment.epoch) });
    }
  }
  return tallies;
}

/** @throws when references are missing or go round: definitions are refused before they can come to that. */
function inOrderOfReference(segments: readonly Segment[]): Segment[] {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const ordered = new Set<Segment>();
  const visit = (segment: Segment, path: readonly string[]): void => {
    if (ordered.has(segment)) return;
    if (path.includes(segment.id)) throw new Error(`segments refer to each other in a circle: ${[...path, segment.id].join(' → ')}`);
    for (const id of Object.values(segment.references)) {
      const other = byId.get(id);
      if (!other) throw new Error(`segment ${segment.id} refers to ${id}, which is not live`);
      visit(other, [...path, segment.id]);
    }
    ordered.add(segment);
  };
  for (const segment of segments) visit(segment, []);
  return [...ordered];
}

/** The circle that a segment with these references would close, as ids; undefined when there is none. */
export function circleThrough(id: string, references: readonly string[], segments: readonly Segment[]): string[] | undefined {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const harmless = new Set<string>();
  const search = (from: string, path: readonly string[]): string[] | undefined => {
    if (from === id) return [...path, from];
    if (harmless.has(from)) return undefined;
    harmless.add(from);
    return firstFound(Object.values(byId.get(from)?.references ?? {}), (next) => search(next, [...path, from]));
  };
  return firstFound(references, (reference) => search(reference, [id]));
}

function firstFound<T, R>(list: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of list) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
