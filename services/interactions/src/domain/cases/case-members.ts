import type { CaseEntry } from './case.js';

/** An interaction that is in a case. */
export interface KnownEntry {
  readonly interactionId: string;
  readonly joinedBy: CaseEntry['joinedBy'];
  /** The profile of which it was told; null where that was not kept yet. */
  readonly toldOf: string | null;
  /** Under which case it is stored: that one may have become part of another since. */
  readonly storedIn: string;
}

/** An interaction that is in a case no more. */
export type LeftCase = Pick<KnownEntry, 'interactionId'> & { readonly caseId: string };

/** An interaction that stays in its case, and is of another profile than the one of which it was told. */
export interface Retold extends LeftCase {
  readonly toldOf: string;
}

/** Which interactions are in which case while a batch is decided: what was stored before it, and what it has said since. */
export class CaseMembers {
  private entries: CaseEntry[] = [];
  /** Cases that became part of another one, by where that which is stored under them belongs now. */
  private readonly moved = new Map<string, string>();
  private readonly gone = new Map<string, LeftCase>();
  private readonly told = new Map<string, Retold>();

  /** @param stored by case; it can be empty where nobody is parted */
  constructor(private readonly stored: ReadonlyMap<string, readonly KnownEntry[]> = new Map()) {}

  get entered(): readonly CaseEntry[] {
    return this.entries;
  }

  /** What is stored moves along: it is to be read before anything that was entered is stored. */
  get mergedCases(): ReadonlyMap<string, string> {
    return this.moved;
  }

  get left(): readonly LeftCase[] {
    return [...this.gone.values()];
  }

  get retold(): readonly Retold[] {
    return [...this.told.values()];
  }

  enter(entry: CaseEntry): void {
    this.entries.push(entry);
  }

  /** All that is in one case is in the other. */
  merge(fromId: string, intoId: string): void {
    for (const [stored, place] of this.moved) if (place === fromId) this.moved.set(stored, intoId);
    // what is stored under a case that was merged in this batch, and lives again, is where it went then
    if (!this.moved.has(fromId)) this.moved.set(fromId, intoId);
    this.entries = this.entries.map((entry) => (entry.caseId === fromId ? { ...entry, caseId: intoId } : entry));
  }

  of(caseId: string): KnownEntry[] {
    const merged = [...this.moved].flatMap(([from, into]) => (into === caseId ? [from] : []));
    const places = this.moved.has(caseId) ? merged : [caseId, ...merged];
    const stored = places.flatMap((id) => this.stored.get(id) ?? []).filter((entry) => !this.gone.has(keyOf(entry)));
    const entered = this.entries.filter((entry) => entry.caseId === caseId);
    return [
      ...stored.map((entry) => ({ ...entry, toldOf: this.told.get(keyOf(entry))?.toldOf ?? entry.toldOf })),
      ...entered.map(({ heard, joinedBy, toldOf }) => ({ interactionId: heard.id, joinedBy, toldOf, storedIn: caseId })),
    ];
  }

  /** The cases are kept no more. */
  forget(caseIds: readonly string[]): void {
    this.entries = this.entries.filter(({ caseId }) => !caseIds.includes(caseId));
  }

  /** It is in its case no more. */
  leave(entry: KnownEntry): void {
    this.entries = this.entries.filter(({ heard, caseId }) => heard.id !== entry.interactionId || caseId !== entry.storedIn);
    this.gone.set(keyOf(entry), { caseId: entry.storedIn, interactionId: entry.interactionId });
    this.told.delete(keyOf(entry));
  }

  /** It is of another profile. */
  retell(entry: KnownEntry, toldOf: string): void {
    const { interactionId, storedIn } = entry;
    const isEntered = ({ heard, caseId }: CaseEntry): boolean => heard.id === interactionId && caseId === storedIn;
    if (this.entries.some(isEntered)) this.entries = this.entries.map((one) => (isEntered(one) ? { ...one, toldOf } : one));
    else this.told.set(keyOf(entry), { caseId: storedIn, interactionId, toldOf });
  }
}

const keyOf = ({ storedIn, interactionId }: Pick<KnownEntry, 'storedIn' | 'interactionId'>): string => `${storedIn} ${interactionId}`;
