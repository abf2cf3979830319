import { Standings } from '@rapport/identifiers';
import type { CustomerPath } from '../domain/maps/customer-path.js';
import { foldStep, forgetBefore, forgetSteps, leaveMemberships } from '../domain/maps/fold-path.js';
import { FollowedPath, heard, noCounts } from '../domain/maps/follow-path.js';
import { stepOf } from '../domain/maps/steps.js';
import { decodePath, encodePath } from '../domain/maps/stored-path.js';
import type { MapInput } from '../kafka/decode-map-facts.js';
import type { LivesAgain, Split } from '../domain/unmerge.js';
import type { LockedPaths, PathChanges } from './path-store.js';

/**
 * The customers of one batch, input after input. Each profile keeps what was told of it, and a customer is the sum of the profiles that are him: a merge and its undoing
 * only say who is part of whom, and of two that say so the one with the newer version counts. An un-merge lists interactions anew; what is told of a profile up to the version that
 * the lists begin from counts no more. So it does not matter in which order the facts of several profiles come, as long as each profile's own stay in theirs.
 */
export class PathBatch {
  private readonly followed = new Map<string, FollowedPath>();
  private readonly own = new Map<string, CustomerPath>();
  /** Whose own paths are to be written. */
  private readonly touched = new Set<string>();
  private readonly standings: Standings;
  /** Profiles that the counts do not have any more. */
  private readonly uncounted = new Set<string>();
  private readonly erased = new Set<string>();
  private readonly counts = noCounts();

  constructor(
    private readonly locked: LockedPaths,
    private readonly horizon: number,
  ) {
    this.standings = new Standings(locked.survivors, locked.standings);
  }

  take(input: MapInput): void {
    const { profileId } = input;
    if (input.kind === 'erased') return this.erase(profileId);
    const own = this.ownPath(profileId);
    if (input.kind === 'membership') {
      this.touched.add(profileId);
      return this.customer(profileId).enter(own, input.segmentId, profileId, input);
    }
    const { version, steps, mergedInto, livesAgain, split } = input;
    const customer = this.customer(profileId);
    for (const step of steps) {
      heard(step, this.counts);
      if (version > own.listedUpTo && customer.hear(own, step)) this.touched.add(profileId);
    }
    if (mergedInto) this.regroup([profileId, mergedInto.profileId], () => this.merge(profileId, version, mergedInto));
    if (livesAgain)
      this.regroup([profileId, livesAgain.fromId, ...formersOf(livesAgain)], () => this.liveAgain(profileId, version, livesAgain));
    if (split) this.regroup([profileId, split.profileId, ...formersOf(split)], () => this.part(profileId, version, split));
  }

  changes(): PathChanges {
    for (const customer of this.followed.values()) customer.settle(this.counts);
    const saved = [...this.touched].map((profileId) => ({ profileId, stored: encodePath(this.ownPath(profileId)) }));
    const standings = this.standings.changes.filter(({ profileId }) => !this.erased.has(profileId));
    return { saved, standings, erased: [...this.erased].filter((id) => !this.touched.has(id)), counts: this.counts };
  }

  private merge(profileId: string, version: number, into: { readonly profileId: string; readonly at: number }): void {
    if (!this.standings.stand(profileId, into.profileId, version)) return;
    this.ownPath(profileId).absorbed.set(profileId, into.at);
    this.touched.add(profileId);
  }

  private liveAgain(profileId: string, version: number, { fromId, at, formers }: LivesAgain): void {
    if (this.standings.stand(profileId, null, version)) {
      leaveMemberships(this.ownPath(fromId), this.ownPath(profileId), profileId, at);
      this.touched.add(fromId).add(profileId);
    }
    this.forget(profileId, version - 1);
    for (const former of formers) {
      this.standings.stand(former.profileId, former.intoId, former.version);
      this.forget(former.profileId, former.version - 1);
    }
  }

  private part(profileId: string, version: number, split: Split): void {
    this.liveAgain(split.profileId, split.version, { fromId: profileId, at: split.at, formers: split.formers });
    this.forget(profileId, version - 1);
    this.add(profileId, version, split.keptIds);
    this.add(split.profileId, split.version, split.movedIds);
  }

  /** What was told of the profile up to this version is in the lists of an un-merge. Its own facts come in order: so what is known of it is no newer. */
  private forget(profileId: string, upTo: number): void {
    const own = this.ownPath(profileId);
    if (upTo <= own.listedUpTo) return;
    forgetSteps(own, upTo);
    this.touched.add(profileId);
  }

  /** Interactions that an un-merge lists, as if they were told of the profile in this version; a later un-merge may have been heard of before. */
  private add(profileId: string, version: number, interactionIds: readonly string[]): void {
    const own = this.ownPath(profileId);
    if (version <= own.listedUpTo) return;
    for (const id of interactionIds) {
      const interaction = this.locked.interactions.get(id);
      const step = interaction && stepOf(interaction);
      if (step !== undefined && step.at >= this.horizon) foldStep(own, step);
    }
    this.touched.add(profileId);
  }

  /** Counts the customers of these profiles anew, as they are after `change`. */
  private regroup(profileIds: readonly string[], change: () => void): void {
    const parted = new Set<string>();
    for (const id of new Set(profileIds.map((one) => this.standings.standsFor(one)))) {
      this.customer(id).settle(this.counts, true);
      this.followed.delete(id);
      for (const profileId of this.profilesOf(id)) parted.add(profileId);
    }
    for (const id of parted) this.uncounted.add(id);
    change();
    for (const id of parted) this.customer(id);
  }

  /** What was counted stays: no person can be read from it. */
  private erase(profileId: string): void {
    if (this.standings.standsFor(profileId) !== profileId) return; // a merged one: the survivor has a tombstone of its own
    this.customer(profileId).settle(this.counts);
    for (const id of this.profilesOf(profileId)) {
      this.erased.add(id);
      this.touched.delete(id);
      this.own.set(id, decodePath(null));
    }
    this.followed.set(profileId, new FollowedPath(profileId, [this.ownPath(profileId)], this.horizon, true));
  }

  private customer(profileId: string): FollowedPath {
    const id = this.standings.standsFor(profileId);
    const known = this.followed.get(id);
    if (known !== undefined) return known;
    const profiles = this.profilesOf(id);
    const own = profiles.map((one) => this.ownPath(one));
    const customer = new FollowedPath(id, own, this.horizon, !profiles.some((one) => this.uncounted.has(one)));
    this.followed.set(id, customer);
    return customer;
  }

  /** The profile itself, and all that are part of it. */
  private profilesOf(id: string): string[] {
    return [id, ...this.standings.partsOf(id)];
  }

  private ownPath(profileId: string): CustomerPath {
    let own = this.own.get(profileId);
    if (own === undefined) {
      own = decodePath(this.locked.stored.get(profileId) ?? null);
      forgetBefore(own, this.horizon);
      this.own.set(profileId, own);
    }
    return own;
  }
}

const formersOf = ({ formers }: LivesAgain | Split): string[] => formers.flatMap(({ profileId, intoId }) => [profileId, intoId]);
