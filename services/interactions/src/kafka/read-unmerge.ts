import type { FormerProfile, ProfileUpdated } from '@rapport/contracts';
import type { Unmerge } from '../domain/unmerge.js';
import { isId } from './is-id.js';

type Told = { readonly [K in 'split' | 'unmergedFrom' | 'profile']?: unknown };

/** @returns undefined when it cannot be read; nothing in it when it speaks of no un-merge. */
export function readUnmerge(value: Told): Unmerge | undefined {
  const { split, unmergedFrom, profile } = value as Partial<ProfileUpdated>;
  if (split === undefined && unmergedFrom === undefined) return NO_UNMERGE;
  const told = split ?? unmergedFrom!;
  const { formers } = told;
  if (formers === undefined) return NO_UNMERGE; // from before un-merges listed enough to be followed: what was one customer here stays one
  const at = Date.parse(told.at);
  if (!isId(told.profileId) || !Number.isFinite(at) || !Array.isArray(formers) || !formers.every(isFormer)) return undefined;
  if (split === undefined) return { livesAgain: { fromId: told.profileId, at, formers } };
  const { profileId, version, interactionIds, keptInteractionIds = [], identifiers = [] } = split;
  if (!Number.isSafeInteger(version) || ![...interactionIds, ...keptInteractionIds].every(isId)) return undefined;
  const [movedSubjects, keptSubjects] = [identifiers.map(subjectOf), (profile?.identifiers ?? []).map(subjectOf)];
  return {
    split: { profileId, version, at, movedIds: interactionIds, keptIds: keptInteractionIds, movedSubjects, keptSubjects, formers },
  };
}

const subjectOf = ({ type, value }: { readonly type: string; readonly value: string }): string => `${type}:${value}`;

const NO_UNMERGE: Unmerge = Object.freeze({});

const isFormer = ({ profileId, version, intoId }: FormerProfile): boolean =>
  isId(profileId) && isId(intoId) && Number.isSafeInteger(version);
