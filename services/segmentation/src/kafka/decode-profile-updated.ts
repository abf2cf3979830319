import type { ProfileUpdated } from '@rapport/contracts';
import type { Decoded, SourceRecord } from '@rapport/platform';
import { toBehaviour, type Behaviour } from '../domain/behaviour.js';
import type { LivesAgain, Split } from '../domain/unmerge.js';
import { toSnapshot, type Snapshot } from '../domain/snapshot.js';

/** What became known about one profile. `mergedInto`: it turned out to be another one, and this is the last that is said about it. */
export interface ProfileInput {
  readonly kind: 'profile';
  readonly profileId: string;
  readonly version: number;
  readonly snapshot: Snapshot;
  readonly behaviours: readonly Behaviour[];
  readonly mergedInto?: { readonly profileId: string; readonly interactionId?: string | undefined } | undefined;
  readonly split?: Split | undefined;
  readonly livesAgain?: LivesAgain | undefined;
  readonly traceparent?: string | undefined;
}
export interface ErasedInput {
  readonly kind: 'erased';
  readonly profileId: string;
}

/** @throws on what is no `profiles.updated.v1`: a dead letter. */
export function decodeProfileUpdated(record: SourceRecord): Decoded<ProfileInput | ErasedInput> {
  if (record.value === null)
    return record.key === null ? { kind: 'skip' } : { kind: 'input', input: { kind: 'erased', profileId: record.key } };
  const { profileId, version, profile, applied, mergedInto, split, unmergedFrom } = JSON.parse(
    record.value.toString('utf8'),
  ) as ProfileUpdated;
  const behaviours = applied.map(toBehaviour);
  if (!behaviours.every(({ at }) => Number.isFinite(at))) return { kind: 'reject', reason: 'an interaction without a time' };
  return {
    kind: 'input',
    input: {
      kind: 'profile',
      profileId,
      version,
      snapshot: toSnapshot(profile),
      behaviours,
      mergedInto: mergedInto && { profileId: mergedInto.profileId, interactionId: mergedInto.interactionId },
      split: split && {
        profileId: split.profileId,
        version: split.version,
        movedIds: split.interactionIds,
        keptIds: split.keptInteractionIds ?? [],
        formers: split.formers ?? [],
      },
      livesAgain: unmergedFrom && { fromId: unmergedFrom.profileId, formers: unmergedFrom.formers ?? [] },
      traceparent: record.headers.traceparent,
    },
  };
}
