import type { Channel } from '@rapport/contracts';
import type { Place } from './codes.js';

/** Contacts of one customer within the same hour (UTC), on one channel at one place, are one touch: a visit of thirty pages, a chat of twenty messages. */
export const SLOT_MS = 3_600_000;
export const slotOf = (at: number): number => Math.floor(at / SLOT_MS);

/** Ranks are positions in the tables of codes.ts; times are epoch milliseconds. */
export interface Touch {
  readonly slot: number;
  readonly channel: Channel;
  readonly place: Place;
  /** The first contact of the slot. */
  readonly at: number;
  readonly handling: number;
  readonly complexity: number;
  readonly sensitivity: number;
  /** Sum of the sentiments in thousandths (integers add up the same in any order), and of how many texts. */
  readonly tone: number;
  readonly tones: number;
}

/** Something that a company wants to happen, or fears: the map tells what came before it. */
export interface Outcome {
  readonly at: number;
  readonly event: string;
}

export const SCALES = { csat: { min: 1, max: 5 }, ces: { min: 1, max: 7 }, nps: { min: 0, max: 10 } } as const;
export type Scale = keyof typeof SCALES;

export interface Answer {
  readonly at: number;
  readonly scale: Scale;
  readonly score: number;
  /** What the survey says that it asked about; otherwise it is what came last before the answer. */
  readonly place?: Place | undefined;
  readonly matter?: string | undefined;
}

/** One need, or one conversation where no case is named, by what interactions say of it. Every member is a minimum, a maximum or a union. */
export interface Matter {
  /** The first inbound contact, and its channel; Infinity when there was none. */
  readonly openedAt: number;
  readonly openedOn: Channel | undefined;
  /** On which channels the customer spoke. */
  readonly channels: readonly Channel[];
  readonly complexity: number;
  readonly sensitivity: number;
  /** -Infinity: never. */
  readonly resolvedAt: number;
  /** The last time that the customer asked again, or the case was reopened. */
  readonly askedAt: number;
  /** The last word of either side. */
  readonly lastAt: number;
}

/** `sequence` odd: entered. */
export interface MembershipState {
  readonly sequence: number;
  readonly at: number;
}

/**
 * What the maps remember of one profile, or of all that are one customer. Everything in it folds in any order, and two of them join into one: so late and
 * disordered events, merges and any cut of the log into batches come to the same state.
 */
export interface CustomerPath {
  readonly touches: Touch[];
  readonly outcomes: Outcome[];
  readonly answers: Answer[];
  readonly matters: Map<string, Matter>;
  /** By segment, then by the profile id of which it was said: facts about a merged profile may come late. */
  readonly memberships: Map<string, ReadonlyMap<string, MembershipState>>;
  /** When each absorbed profile became this one. */
  readonly absorbed: Map<string, number>;
  /** Of a profile's own path: what was told of it up to this version is counted by the lists of an un-merge, and not here. 0: nothing is. */
  listedUpTo: number;
}

export const emptyPath = (): CustomerPath => ({
  touches: [],
  outcomes: [],
  answers: [],
  matters: new Map(),
  memberships: new Map(),
  absorbed: new Map(),
  listedUpTo: 0,
});

/** To compare with later. What is in the lists is never changed, only replaced: so they alone are copied. */
export const copyOf = (path: CustomerPath): CustomerPath => ({
  touches: path.touches.slice(),
  outcomes: path.outcomes.slice(),
  answers: path.answers.slice(),
  matters: new Map(path.matters),
  memberships: new Map(path.memberships),
  absorbed: new Map(path.absorbed),
  listedUpTo: path.listedUpTo,
});

/** Beyond these a customer is no person but a device or a script: what would be one too many is left out of the path, and counted. */
export const PATH_LIMITS = { touches: 4_096, outcomes: 1_024, answers: 512, matters: 512 } as const;

/** The end of a list: touches are sorted by their slots (so `since` must begin one), all else by its time. */
export function notBefore<T extends { readonly at: number }>(sorted: readonly T[], since: number): readonly T[] {
  let index = sorted.length;
  while (index > 0 && sorted[index - 1]!.at >= since) index--;
  return index === 0 ? sorted : sorted.slice(index);
}
