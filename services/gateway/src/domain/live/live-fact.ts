import type { Channel } from '@rapport/contracts';
import type { Step } from './read-step.js';
import type { Who } from './visitor.js';

/** What can be listened to. */
export const LIVE_TYPES = ['presence', 'membership', 'delivery', 'case'] as const;
export type LiveType = (typeof LIVE_TYPES)[number];

/** A change that is told as it is: `data` is what a listener sees. */
export interface ToldChange {
  readonly kind: 'told';
  readonly type: Exclude<LiveType, 'presence'>;
  readonly profileId: string;
  readonly channel?: Channel;
  readonly data: Readonly<Record<string, unknown>>;
  /** Of a membership. */
  readonly membership?: SegmentMembership;
}

/** `sequence` counts a customer's changes in a segment: the larger one is the newer. */
export interface SegmentMembership {
  readonly segmentId: string;
  readonly name: string;
  readonly sequence: number;
  readonly isMember: boolean;
}

/** What the live view takes from one record of the log. */
export type LiveFact =
  | { readonly kind: 'stepped'; readonly profileId: string; readonly who: Who; readonly steps: readonly Step[] }
  | { readonly kind: 'merged'; readonly profileId: string; readonly into: string }
  | { readonly kind: 'erased'; readonly profileId: string }
  | ToldChange;
