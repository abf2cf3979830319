import type { Split } from '../domain/unmerge.js';

/** A profile at a version: what is told of it up to there. */
type Life = readonly [profileId: string, version: number];

/** An un-merge that listed all that was told of a profile up to a version: it is of who has its subject (`type:value`). */
export interface Parting {
  readonly upTo: number;
  readonly stays: { readonly life: Life; readonly subjects: readonly string[] };
  readonly goes: { readonly life: Life; readonly subjects: readonly string[] };
}

/** So many un-merges of one profile are remembered: they matter only while facts from before are still on their way. */
const PARTINGS_MAX = 10;

/** Whose late facts are, that were told of a profile before an un-merge and are read after it. */
export class Partings {
  private readonly told = new Map<string, readonly Parting[]>();

  constructor(private readonly known: ReadonlyMap<string, readonly Parting[]>) {}

  get changes(): ReadonlyMap<string, readonly Parting[]> {
    return this.told;
  }

  add(profileId: string, version: number, split: Split): void {
    const { profileId: backId, version: backVersion, formers, movedSubjects, keptSubjects } = split;
    const parting = {
      stays: { life: [profileId, version], subjects: keptSubjects },
      goes: { life: [backId, backVersion], subjects: movedSubjects },
    } as const;
    this.put(profileId, { ...parting, upTo: version - 1 });
    this.put(backId, { ...parting, upTo: backVersion - 1 });
    for (const former of formers) this.put(former.profileId, { ...parting, upTo: former.version });
  }

  /** @returns the profile to which an interaction of this subject belongs that was told of a profile in this version */
  ownerOf(profileId: string, version: number, subject: string): string {
    const parting = this.of(profileId).find(({ upTo }) => version <= upTo);
    const side = parting && [parting.goes, parting.stays].find(({ subjects }) => subjects.includes(subject));
    // in neither list: an earlier un-merge, that is yet to be heard of, has it
    return side === undefined ? profileId : this.ownerOf(...side.life, subject);
  }

  private of(profileId: string): readonly Parting[] {
    return this.told.get(profileId) ?? this.known.get(profileId) ?? [];
  }

  /** The earliest first: it was the first to list what is older. */
  private put(profileId: string, parting: Parting): void {
    const all = [...this.of(profileId), parting].sort((a, b) => a.upTo - b.upTo);
    this.told.set(profileId, all.slice(-PARTINGS_MAX));
  }
}
