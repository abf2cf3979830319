import { addUnder, Tally } from './tally.js';
import { countChannels, countInteraction } from './count-channels.js';
import { countJourneys } from './count-journeys.js';
import { copyOf, type CustomerPath, emptyPath, type MembershipState, SLOT_MS } from './customer-path.js';
import { foldMembership, foldStep, joinPaths, segmentsOf } from './fold-path.js';
import type { Step } from './steps.js';

/** Counts of everybody stand under this id, those of a segment's present members under its own. */
export const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** One customer while a batch is decided: how the path stood when the batch began, and how it stands now. It is joined of those of all profiles that are him. */
export class FollowedPath {
  private readonly path: CustomerPath;
  private readonly before: CustomerPath;
  /** From which instant on the path may differ from what it was. */
  private since = Number.POSITIVE_INFINITY;
  private changed = false;

  /**
   * @param own the paths of the profiles that are this customer
   * @param horizon the beginning of the oldest slot that is remembered, epoch ms
   * @param isCounted whether the counts have him as he stands now
   */
  constructor(
    readonly profileId: string,
    own: readonly CustomerPath[],
    private readonly horizon: number,
    isCounted: boolean,
  ) {
    const [first = emptyPath(), ...others] = own;
    this.path = others.length === 0 ? first : copyOf(first);
    for (const other of others) joinPaths(this.path, other);
    this.before = isCounted ? copyOf(this.path) : emptyPath();
    if (isCounted) return;
    this.since = Number.NEGATIVE_INFINITY;
    this.changed = true;
  }

  /** @param own of the profile of which it is told. @returns whether it changed */
  hear(own: CustomerPath, step: Step): boolean {
    if (step.at < this.horizon) return false;
    let since = foldStep(own, step);
    const isFolded = since !== Number.POSITIVE_INFINITY;
    if (own !== this.path) since = foldStep(this.path, step);
    this.since = Math.min(this.since, since);
    this.changed ||= since !== Number.POSITIVE_INFINITY;
    return isFolded;
  }

  enter(own: CustomerPath, segmentId: string, profileId: string, { sequence, at }: MembershipState): void {
    foldMembership(own, segmentId, profileId, { sequence, at });
    if (own !== this.path) foldMembership(this.path, segmentId, profileId, { sequence, at });
    this.changed = true;
  }

  /** Adds to the counts what this customer now gives them, less what it gave before. @param gone it is another one now */
  settle(counts: Counts, gone = false): void {
    if (!this.changed && !gone) return;
    const { before } = this;
    const after = gone ? emptyPath() : this.path;
    const since = gone ? Number.NEGATIVE_INFINITY : Math.floor(this.since / SLOT_MS) * SLOT_MS;
    const delta = new Tally();
    if (since !== Number.POSITIVE_INFINITY) {
      countJourneys(before, since, -1n, delta);
      countJourneys(after, since, 1n, delta);
      countChannels(before, since, -1n, counts.channels);
      countChannels(after, since, 1n, counts.channels);
      addUnder(counts.journeys, EVERYBODY, delta);
    }
    const left = new Set(segmentsOf(before, this.profileId));
    for (const segmentId of segmentsOf(after, this.profileId)) {
      if (left.delete(segmentId)) addUnder(counts.journeys, segmentId, delta);
      else addUnder(counts.journeys, segmentId, whole(after));
    }
    for (const segmentId of left) addUnder(counts.journeys, segmentId, whole(before), -1n);
  }
}

export interface Counts {
  /** segment, day, measure, place, next, bucket */
  readonly journeys: Tally;
  /** day, channel, complexity, sensitivity, measure, detail */
  readonly channels: Tally;
}
export const noCounts = (): Counts => ({ journeys: new Tally(), channels: new Tally() });

export const heard = (step: Step, counts: Counts): void => countInteraction(step, counts.channels);

export const horizonOf = (now: number, retentionMs: number): number => Math.floor((now - retentionMs) / SLOT_MS) * SLOT_MS;

function whole(path: CustomerPath): Tally {
  const tally = new Tally();
  countJourneys(path, Number.NEGATIVE_INFINITY, 1n, tally);
  return tally;
}
