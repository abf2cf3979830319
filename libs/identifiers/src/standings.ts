/** Whether a profile is part of another one, by the newest fact that said so. */
export interface Standing {
  readonly mergedInto: string | null;
  /** Version of that fact; 0: none was heard. */
  readonly version: number;
}

const UNHEARD: Standing = { mergedInto: null, version: 0 };

/** Who is part of whom while a batch is decided. Facts of several profiles come in any order: of two about one profile the newer version counts. */
export class Standings {
  private readonly told = new Map<string, Standing>();
  private readonly parts = new Map<string, Set<string>>();

  /**
   * @param survivors for every id that was asked for the profile that stood for it when the batch began
   * @param known of these and of their parts, and of whom they are part, how they stand
   */
  constructor(
    private readonly survivors: ReadonlyMap<string, string>,
    private readonly known: ReadonlyMap<string, Standing>,
  ) {
    for (const [id, { mergedInto }] of known) this.lead(id, null, mergedInto);
  }

  /** What this batch says. */
  get changes(): { readonly profileId: string; readonly mergedInto: string | null; readonly version: number }[] {
    return [...this.told].map(([profileId, standing]) => ({ profileId, ...standing }));
  }

  /** @returns whether it was not known already, or better */
  stand(profileId: string, mergedInto: string | null, version: number): boolean {
    if (version <= this.of(profileId).version) return false;
    this.set(profileId, { mergedInto, version });
    return true;
  }

  standsFor(profileId: string): string {
    let id = profileId;
    for (let next = this.nextOf(id); next !== id; next = this.nextOf(id)) id = next;
    return id;
  }

  /** All that are part of a profile, directly or through another. */
  partsOf(profileId: string): string[] {
    const parts: string[] = [];
    for (const id of this.parts.get(profileId) ?? []) parts.push(id, ...this.partsOf(id));
    return parts.sort();
  }

  private lead(id: string, from: string | null, to: string | null): void {
    if (from !== null) this.parts.get(from)?.delete(id);
    if (to === null) return;
    const parts = this.parts.get(to);
    if (parts) parts.add(id);
    else this.parts.set(to, new Set([id]));
  }

  private of(profileId: string): Standing {
    return this.told.get(profileId) ?? this.known.get(profileId) ?? UNHEARD;
  }

  private nextOf(id: string): string {
    const standing = this.told.get(id) ?? this.known.get(id);
    return (standing === undefined ? this.survivors.get(id) : standing.mergedInto) ?? id;
  }

  /** A living profile never became part of its own part: so whoever is said to take one in has lived again, and its own fact of that is on its way. */
  private set(profileId: string, standing: Standing): void {
    const { mergedInto } = standing;
    if (mergedInto !== null && this.standsFor(mergedInto) === profileId) this.put(mergedInto, { ...this.of(mergedInto), mergedInto: null });
    this.put(profileId, standing);
  }

  private put(profileId: string, standing: Standing): void {
    this.lead(profileId, this.of(profileId).mergedInto, standing.mergedInto);
    this.told.set(profileId, standing);
  }
}
