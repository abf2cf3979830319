import type { LiveEvent, Left } from './live-event.js';
import type { LiveFact, SegmentMembership } from './live-fact.js';
import { arrive, joinVisitors, seenMsOf, takeStep, type Visitor, type VisitWindows } from './visitor.js';

export interface PresenceLimits extends VisitWindows {
  readonly visitorsMax: number;
}

/** The segments that a visitor is in, as far as known. */
export type KnownSegments = ReadonlyMap<string, SegmentMembership>;

/**
 * Who is here, folded from the log: the same records give the same visitors, whichever gateway reads them and whenever it began (as long as it began
 * `visitMs` and twice `presenceMs` ago). What is here is bounded, and costs nothing per visitor but a look once a second.
 */
export class Presence {
  private readonly visitors = new Map<string, Visitor>();
  private readonly segments = new Map<string, Map<string, SegmentMembership>>();
  /** Whose segments were never looked up. */
  private readonly unknown = new Set<string>();
  private readonly known = new Set<string>();
  private crowdedOut: Left[] = [];

  constructor(private readonly limits: PresenceLimits) {}

  get size(): number {
    return this.visitors.size;
  }

  has(profileId: string): boolean {
    return this.visitors.has(profileId);
  }

  all(): IterableIterator<Visitor> {
    return this.visitors.values();
  }

  /** @param recordedMs the record's own time: the log's clock, the same for every reader. @returns what to tell, if anything */
  fold(fact: LiveFact, recordedMs: number): LiveEvent | undefined {
    switch (fact.kind) {
      case 'stepped':
        return this.step(fact, recordedMs);
      case 'merged':
        return this.merge(fact.profileId, fact.into, recordedMs);
      case 'erased': {
        const left = this.remove(fact.profileId, 'erased');
        return left && { kind: 'left', atMs: recordedMs, left: [left] };
      }
      case 'told':
        if (fact.membership) this.learn(fact.profileId, [fact.membership]);
        return { kind: 'told', change: fact, ...this.visitorOf(fact.profileId) };
    }
  }

  /** Those who did nothing for `presenceMs` leave. */
  depart(nowMs: number): Left[] {
    const left = this.crowdedOut;
    this.crowdedOut = [];
    for (const visitor of this.visitors.values())
      if (seenMsOf(visitor) + this.limits.presenceMs <= nowMs) left.push(this.remove(visitor.profileId, 'silent') as Left);
    return left;
  }

  /** At most `max` visitors whose segments are not known, taken off the list. */
  takeUnknown(max: number): string[] {
    const ids: string[] = [];
    for (const id of this.unknown) {
      if (ids.length === max) break;
      ids.push(id);
    }
    for (const id of ids) this.unknown.delete(id);
    return ids;
  }

  putBackUnknown(profileIds: readonly string[]): void {
    for (const id of profileIds) if (this.visitors.has(id) && !this.isKnown(id)) this.unknown.add(id);
  }

  /** What the owner of segments says of a visitor. Facts of the log that are newer stay. */
  know(profileId: string, memberships: readonly SegmentMembership[]): void {
    if (!this.visitors.has(profileId)) return;
    this.known.add(profileId);
    this.unknown.delete(profileId);
    this.learn(profileId, memberships);
  }

  isKnown(profileId: string): boolean {
    return this.known.has(profileId);
  }

  segmentsOf(profileId: string): KnownSegments {
    return this.segments.get(profileId) ?? NONE;
  }

  private learn(profileId: string, memberships: readonly SegmentMembership[]): void {
    if (!this.visitors.has(profileId)) return;
    let known = this.segments.get(profileId);
    if (known === undefined) this.segments.set(profileId, (known = new Map()));
    for (const one of memberships) if (one.sequence > (known.get(one.segmentId)?.sequence ?? 0)) known.set(one.segmentId, one);
  }

  private step({ profileId, who, steps }: LiveFact & { kind: 'stepped' }, recordedMs: number): LiveEvent | undefined {
    let visitor = this.visitors.get(profileId);
    let told = false;
    for (const step of steps) {
      // what happened long before it was recorded (a phone that was off) does not make anybody present
      if (step.atMs + this.limits.presenceMs <= recordedMs) continue;
      visitor = visitor === undefined ? arrive(profileId, who, step) : takeStep(visitor, step, this.limits.presenceMs);
      told = true;
    }
    if (visitor === undefined) return undefined;
    if (who.version > visitor.who.version) visitor = { ...visitor, who };
    this.put(visitor);
    return told ? { kind: 'here', visitor } : undefined;
  }

  private merge(loserId: string, survivorId: string, recordedMs: number): LiveEvent | undefined {
    const loser = this.visitors.get(loserId);
    if (loser === undefined) return undefined;
    const left = this.remove(loserId, 'merged') as Left;
    const known = this.visitors.get(survivorId);
    // of a survivor not seen here all that is known is that he is here; his own facts say who he is
    const survivor = known
      ? joinVisitors(known, loser, this.limits.presenceMs)
      : { ...loser, profileId: survivorId, who: { ...loser.who, version: 0 } };
    this.put(survivor);
    return { kind: 'left', atMs: recordedMs, left: [{ ...left, survivor }] };
  }

  private put(visitor: Visitor): void {
    const { profileId } = visitor;
    const isNew = !this.visitors.delete(profileId);
    this.visitors.set(profileId, visitor);
    if (!isNew) return;
    this.unknown.add(profileId);
    if (this.visitors.size <= this.limits.visitorsMax) return;
    const oldest = this.visitors.keys().next().value as string;
    this.crowdedOut.push(this.remove(oldest, 'crowded') as Left);
  }

  private remove(profileId: string, reason: Left['reason']): Left | undefined {
    const visitor = this.visitors.get(profileId);
    if (visitor === undefined) return undefined;
    const segmentIds = memberOf(this.segmentsOf(profileId));
    this.visitors.delete(profileId);
    this.segments.delete(profileId);
    this.unknown.delete(profileId);
    this.known.delete(profileId);
    return { visitor, reason, segmentIds };
  }

  private visitorOf(profileId: string): { visitor?: Visitor } {
    const visitor = this.visitors.get(profileId);
    return visitor === undefined ? {} : { visitor };
  }
}

const NONE: KnownSegments = new Map();

export function memberOf(segments: KnownSegments): string[] {
  return [...segments.values()].filter(({ isMember }) => isMember).map(({ segmentId }) => segmentId);
}
