import type { ProfileState } from './profile-state.js';

interface Person {
  readonly id: string;
  readonly state: Pick<ProfileState, 'mergedFrom' | 'separatedFrom'>;
}

/** Whether two of these people were told apart by a person, under the ids that they have now or had then. */
export function areSeparated(people: readonly Person[]): boolean {
  return people.some(
    ({ id, state: { separatedFrom } }) =>
      separatedFrom !== undefined && people.some((other) => other.id !== id && separatedFrom.some((apart) => wasEver(other, apart))),
  );
}

/** A separation ends when a person says after all that the two are one. */
export function withoutOwnSeparations(id: string, state: ProfileState): ProfileState {
  if (state.separatedFrom === undefined) return state;
  const left = state.separatedFrom.filter((apart) => !wasEver({ id, state }, apart));
  return { ...state, separatedFrom: left.length === 0 ? undefined : left };
}

const wasEver = ({ id, state }: Person, profileId: string): boolean => id === profileId || state.mergedFrom.includes(profileId);
