/** A profile at a version: what is told of it up to there. */
export type Life = readonly [profileId: string, version: number];

/** What each side of an un-merge goes on as, and whatever its reader knows it by. */
export type PartedSide<Known> = Known & { readonly life: Life };

/** An un-merge that listed all that was told of a profile up to a version. */
export interface Parting<Known> {
  readonly upTo: number;
  readonly stays: PartedSide<Known>;
  readonly goes: PartedSide<Known>;
}

/** So many un-merges of one profile are remembered: they matter only while facts from before are still on their way. */
const PARTINGS_MAX = 10;

/**
 * @param told the oldest version in which something is told of a profile
 * @returns with whom a late fact about these profiles may be
 */
export const heirsOf = <Known>(partings: ReadonlyMap<string, readonly Parting<Known>[]>, told: ReadonlyMap<string, number>): string[] =>
  [...partings]
    .flatMap(([profileId, all]) => all.filter(({ upTo }) => (told.get(profileId) ?? 0) <= upTo))
    .flatMap(({ stays, goes }) => [stays.life[0], goes.life[0]]);

/** Whose late facts are, that were told of a profile before an un-merge and are read after it. */
export class Partings<Known> {
  private readonly told = new Map<string, readonly Parting<Known>[]>();

  /** @param has whether a side has what is asked for */
  constructor(
    private readonly known: ReadonlyMap<string, readonly Parting<Known>[]>,
    private readonly has: (side: Known, asked: string) => boolean,
  ) {}

  get changes(): ReadonlyMap<string, readonly Parting<Known>[]> {
    return this.told;
  }

  /** @param formers all that stay merged with one of the two */
  add(
    stays: PartedSide<Known>,
    goes: PartedSide<Known>,
    formers: readonly { readonly profileId: string; readonly version: number }[],
  ): void {
    const lives = [...[stays, goes].map(({ life }) => life), ...formers.map(({ profileId, version }): Life => [profileId, version])];
    for (const [profileId, version] of lives) this.put(profileId, { upTo: version - 1, stays, goes });
  }

  /** @returns the profile to which belongs what was told of a profile in this version */
  ownerOf(profileId: string, version: number, asked: string): string {
    const parting = this.of(profileId).find(({ upTo }) => version <= upTo);
    const side = parting && [parting.goes, parting.stays].find((one) => this.has(one, asked));
    // on neither side: an earlier un-merge, that is yet to be heard of, has it
    return side === undefined ? profileId : this.ownerOf(...side.life, asked);
  }

  private of(profileId: string): readonly Parting<Known>[] {
    return this.told.get(profileId) ?? this.known.get(profileId) ?? [];
  }

  /** The earliest first: it was the first to list what is older. */
  private put(profileId: string, parting: Parting<Known>): void {
    const all = [...this.of(profileId), parting].sort((a, b) => a.upTo - b.upTo);
    this.told.set(profileId, all.slice(-PARTINGS_MAX));
  }
}
