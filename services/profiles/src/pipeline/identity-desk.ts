import type { Identifier, Interaction } from '@rapport/contracts';
import type { IdentityRequest, Outcome, Refusal } from '../domain/identity-request.js';

export interface NewIdentityRequest {
  readonly id: string;
  readonly kind: IdentityRequest['kind'];
  readonly reason: 'manual' | 'review';
  readonly profileId: string;
  readonly otherId: string;
}

/** A request as people read it. */
export interface IdentityRequestView {
  readonly id: string;
  readonly kind: IdentityRequest['kind'];
  readonly status: 'waiting' | 'done' | 'refused';
  readonly outcome: Outcome | null;
  readonly requestedAt: string;
  readonly decidedAt: string | null;
}

/** An un-merge whose interactions are to be read. */
export interface Reading {
  readonly id: string;
  /** Of the person whom the merged profile is part of now. */
  readonly identifiers: readonly Identifier[];
}

export const REVIEW_STATES = ['open', 'approved', 'rejected'] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];

/** Two people whom an identifier would have joined, had a rule not kept them apart. */
export interface MergeReview {
  readonly id: string;
  readonly state: ReviewState;
  readonly profileId: string;
  readonly otherId: string;
  readonly identifier: Identifier;
  /** `limit:<type>`: one profile may not hold so many of this type. `identifiers`: nor so many in all. */
  readonly obstacle: string;
  readonly interactionId: string;
  readonly times: number;
  readonly firstAt: string;
  readonly lastAt: string;
  /** Decided, and on its way. */
  readonly requestId: string | null;
  readonly decidedAt: string | null;
}

/** Port of what people decide about identities: written down here, decided by the clock of a partition. */
export interface IdentityDesk {
  /** The same id again changes nothing. */
  ask(request: NewIdentityRequest, now: Date): Promise<void>;
  find(id: string): Promise<IdentityRequestView | undefined>;
  /** Takes up to `limit` un-merges to read, each for `leaseMs` away from others. */
  takeReadings(limit: number, leaseMs: number): Promise<Reading[]>;
  gave(id: string, interactions: readonly Interaction[]): Promise<void>;
  refuse(id: string, code: Refusal): Promise<void>;
  reviews(state: ReviewState, after: string | undefined, limit: number): Promise<MergeReview[]>;
  review(id: string): Promise<MergeReview | undefined>;
  /** @returns false when it is decided already, or under way. */
  decideReview(id: string, request: NewIdentityRequest, now: Date): Promise<boolean>;
}

/** Nest injection token of the {@link IdentityDesk}. */
export const IDENTITY_DESK = Symbol('IDENTITY_DESK');
