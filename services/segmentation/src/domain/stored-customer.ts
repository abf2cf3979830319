import { newCustomer, type Customer } from './customer.js';
import type { Snapshot } from './snapshot.js';

interface StoredState {
  readonly evaluatedAt: number;
  readonly dueAt: number | null;
  readonly tallies: Customer['tallies'];
  readonly memberships: Customer['memberships'];
  readonly evidence: Customer['evidence'];
  readonly classification?: Customer['classification'];
}

/** The part of a customer that is kept as one JSON text: it is always read and written as a whole. */
export function encodeState({ evaluatedAt, dueAt, tallies, memberships, evidence, classification }: Customer): string {
  const state: StoredState = { evaluatedAt, dueAt, tallies, memberships, evidence, classification };
  return JSON.stringify(state);
}

export interface StoredCustomer {
  readonly profileId: string;
  readonly version: number;
  readonly epoch: number | null;
  readonly snapshot: string | null;
  readonly state: string | null;
}

/**
 * Always a new object: deciding a batch twice starts from the same place. The stored snapshot is parsed only if somebody looks at it: mostly a newer one
 * has come with the interaction.
 */
export function decodeCustomer({ profileId, version, epoch, snapshot, state }: StoredCustomer): Customer {
  const known = state === null ? undefined : (JSON.parse(state) as StoredState);
  let text = snapshot;
  let parsed: Snapshot | undefined;
  return Object.defineProperty({ ...newCustomer(profileId), ...known, version, epoch }, 'snapshot', {
    get(): Snapshot | undefined {
      if (text !== null) parsed = JSON.parse(text) as Snapshot;
      text = null;
      return parsed;
    },
    set(value: Snapshot | undefined) {
      text = null;
      parsed = value;
    },
  });
}
