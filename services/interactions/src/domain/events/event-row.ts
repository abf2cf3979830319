import type { Channel, Complexity, Direction, Handling, InteractionFunction, Sensitivity, Stage, Touchpoint } from '@rapport/contracts';

/** What an event's name says about an interaction. An attribute that is left out is not known from the name. */
export interface Attributes {
  readonly direction?: Direction;
  readonly stage?: Stage;
  readonly touchpoint?: Touchpoint;
  readonly function?: InteractionFunction;
  readonly handling?: Handling;
  readonly complexity?: Complexity;
  readonly sensitivity?: Sensitivity;
}

/** One row of the classification table. */
export interface EventRow extends Attributes {
  /** Only where the name itself fixes it (`Call Ended`); otherwise the context tells. */
  readonly channel?: Channel;
  /** What is different when it happens on one of these channels: an order in a store is served by a person. */
  readonly on?: Readonly<Partial<Record<Channel, Attributes>>>;
  /** Properties that may hold the money the interaction carries; the first that is there is taken. */
  readonly value?: readonly string[];
  /** The money goes back to the customer: senders write it with or without a minus, it is recorded without. */
  readonly refund?: boolean;
  /** Properties that may hold what the customer wrote. */
  readonly text?: readonly string[];
}

export type EventRows = Readonly<Record<string, EventRow>>;

/** What holds when neither the sender nor the table says anything. */
export const UNKNOWN_EVENT: EventRow = { direction: 'inbound', handling: 'none', sensitivity: 'normal', value: ['revenue'] };

/** Looking around: the touchpoint is the place. */
export const BROWSING = {
  web: { touchpoint: 'website' },
  mobile_app: { touchpoint: 'app' },
  in_app: { touchpoint: 'app' },
} as const satisfies EventRow['on'];

/** Buying where people serve. */
export const IN_PERSON = {
  store: { touchpoint: 'store_visit', handling: 'human' },
  phone: { touchpoint: 'purchase_support', handling: 'human' },
  live_chat: { touchpoint: 'purchase_support', handling: 'human' },
} as const satisfies EventRow['on'];

/** Help, by whoever sits at the other end of the channel. */
export const SERVED = {
  web: { handling: 'self_service' },
  mobile_app: { handling: 'self_service' },
  chatbot: { handling: 'automated' },
  forum: { handling: 'community' },
} as const satisfies EventRow['on'];

/** `total` is what the customer paid; `revenue` leaves out shipping and tax; `value` is the older name (Segment ecommerce v2). */
export const PAID = ['total', 'revenue', 'value', 'amount'] as const;
