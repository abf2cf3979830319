import type { PlannedProfile } from '../domain/plan-batch.js';
import { entryOf } from '../domain/registers.js';

const VALUE_CHARS_MAX = 256;

export interface TraitRow {
  readonly name: string;
  readonly value: string;
  readonly profileId: string;
}

export interface TraitChanges {
  readonly forgotten: readonly TraitRow[];
  readonly learned: readonly TraitRow[];
}

/** The text under which a value is found; undefined for what cannot be searched: objects, nothing, and long texts. */
export function searchText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value.length <= VALUE_CHARS_MAX && !value.includes('\u0000') ? value : undefined;
}

/** What changes in the table of traits: most batches change nothing. A profile that was merged away is no longer found. */
export function traitChanges(profiles: readonly PlannedProfile[], isSearchable: (trait: string) => boolean): TraitChanges {
  const forgotten: TraitRow[] = [];
  const learned: TraitRow[] = [];
  for (const { id: profileId, before, state, mergedInto } of profiles) {
    const old = before?.state.traits ?? {};
    const now = mergedInto === undefined ? state.traits : {};
    if (old === now) continue;
    for (const name in old) add(forgotten, name, old, now, profileId, isSearchable);
    for (const name in now) add(learned, name, now, old, profileId, isSearchable);
  }
  return { forgotten, learned };
}

type Traits = PlannedProfile['state']['traits'];

function add(
  rows: TraitRow[],
  name: string,
  from: Traits,
  other: Traits,
  profileId: string,
  isSearchable: (trait: string) => boolean,
): void {
  const value = searchText(entryOf(from, name)?.value);
  if (value === undefined || value === searchText(entryOf(other, name)?.value) || name.includes('\u0000') || !isSearchable(name)) return;
  rows.push({ name, value, profileId });
}
