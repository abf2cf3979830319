import type { FormerProfile, ProfileUpdated } from '@rapport/contracts';
import { isId } from './is-id.js';

/** A merge was undone, as the profile that had both tells it: these interactions are another one's, which lives again from this version on. */
export interface Split {
  readonly profileId: string;
  readonly version: number;
  /** Epoch ms. */
  readonly at: number;
  readonly movedIds: readonly string[];
  readonly keptIds: readonly string[];
  /** Under which the listed interactions are recorded. */
  readonly movedSubjects: readonly string[];
  readonly keptSubjects: readonly string[];
  readonly formers: readonly FormerProfile[];
}

/** The same, as the profile tells it that lives again. */
export interface LivesAgain {
  /** The profile that had both. */
  readonly fromId: string;
  /** Epoch ms. */
  readonly at: number;
  readonly formers: readonly FormerProfile[];
}

export interface Unmerge {
  readonly split?: Split | undefined;
  readonly livesAgain?: LivesAgain | undefined;
}

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
