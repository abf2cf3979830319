import type { CustomerClassified, Interaction, MembershipChanged } from '@rapport/contracts';
import type { Outcome } from '../domain/notification.js';

interface Traced {
  readonly traceparent: string | undefined;
}

/** A profile as far as decisions read it, and of what was applied to it only what may say something about a notification. */
export interface ProfileInput extends Traced {
  readonly kind: 'profile';
  readonly profileId: string;
  readonly version: number;
  /** The snapshot as JSON: it is compared and stored as text, and read only where something is decided. */
  readonly snapshot: string;
  readonly digest: string;
  readonly signals: readonly Interaction[];
  readonly mergedInto: string | null;
  /** A merge was undone: another profile lives again from this version on, and what was sent to these addresses is its own. */
  readonly split: { readonly profileId: string; readonly version: number; readonly addresses: readonly string[] } | null;
  /** A merge was undone: this profile lives again, and what the one it was part of sent to these addresses is its own. */
  readonly unmergedFrom: { readonly profileId: string; readonly addresses: readonly string[] } | null;
}

/** The profile is to be forgotten. */
export interface ErasedInput {
  readonly kind: 'erased';
  readonly profileId: string;
}

export interface MembershipInput extends Traced {
  readonly kind: 'membership';
  readonly fact: MembershipChanged;
}

export interface ClassifiedInput {
  readonly kind: 'classified';
  readonly fact: CustomerClassified;
}

/** The clock: a notification is to be decided, or waited long enough for an answer. */
export interface DueInput {
  readonly kind: 'due';
  readonly notificationId: string;
  readonly profileId: string;
}

/** The clock: the dispatcher reported. `profileId` is null when the delivery has been erased since. */
export interface OutcomeInput {
  readonly kind: 'outcome';
  readonly outcome: Outcome;
  readonly notificationId: string | null;
  readonly profileId: string | null;
}

export type Input = ProfileInput | ErasedInput | MembershipInput | ClassifiedInput | DueInput | OutcomeInput;
