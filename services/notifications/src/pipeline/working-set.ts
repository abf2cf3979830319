import type { ChannelDecision } from '@rapport/contracts';
import type { Fact } from '@rapport/platform';
import type { OutboundChannel } from '../domain/channels.js';
import type { Classification, Feedback, Snapshot } from '../domain/customer.js';
import type { Touch } from '../domain/frequency-caps.js';
import type { JourneyDefinition, JourneyRun } from '../domain/journey.js';
import type { Delivery, Notification } from '../domain/notification.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** One customer while a batch is being decided. What was not needed was not loaded, and stays as it is. */
export interface CustomerState {
  readonly profileId: string;
  version: number;
  digest: string;
  snapshot: Snapshot | null;
  classification: Classification | null;
  feedback: Feedback;
  touches: readonly Touch[];
  readonly capsRevision: number;
}

export type NotificationState = Mutable<Notification>;

export type DeliveryState = Mutable<Delivery> & { providerMessageId: string | null; reason: string | null; notBefore: Date };

/** A delivery that this batch queues: what the dispatcher needs, complete. */
export interface NewDelivery {
  readonly id: string;
  readonly notification: NotificationState;
  readonly channel: OutboundChannel;
  readonly address: string;
  readonly locale: string;
  /** Begins every advertisement where the law wants it: `[QC]`. */
  readonly label: string | null;
  readonly customer: Readonly<Record<string, unknown>>;
  readonly context: Readonly<Record<string, unknown>>;
}

export interface LiveJourney {
  readonly id: string;
  readonly version: number;
  readonly definition: JourneyDefinition;
}

export interface NewRun {
  readonly id: string;
  readonly journey: LiveJourney;
  readonly profileId: string;
  readonly partition: number;
  readonly triggerKey: string;
  readonly cause: Readonly<Record<string, unknown>>;
  readonly steps: readonly { readonly step: number; readonly notificationId: string }[];
}

/** In which languages a template is written for which channels. */
export interface TemplateShape {
  readonly name: string;
  readonly defaultLocale: string;
  readonly locales: Readonly<Record<string, Readonly<Partial<Record<string, unknown>>>>>;
}

/** Everything that one batch may need, locked. */
export interface WorkingSet {
  /** Requested id → the profile that stands for it; grows with the merges of the batch. */
  readonly survivors: Map<string, string>;
  readonly customers: Map<string, CustomerState>;
  readonly notifications: Map<string, NotificationState>;
  /** By id; only the present deliveries of the notifications above and those of outcomes. */
  readonly deliveries: Map<string, DeliveryState>;
  /** By `segmentId|on`. */
  readonly journeys: ReadonlyMap<string, readonly LiveJourney[]>;
  /** By profile. */
  readonly runs: Map<string, JourneyRun[]>;
  readonly templates: ReadonlyMap<string, TemplateShape>;
  readonly down: Readonly<Partial<Record<OutboundChannel, Date>>>;
  /** The endpoint that webhooks go to, when one is registered. */
  readonly webhook: string | null;
}

export interface Merge {
  readonly loserId: string;
  readonly survivorId: string;
  /** Of the loser's last fact. */
  readonly version: number;
}

/** What a batch changes. Sets hold members of the working set. */
export interface Changes {
  readonly versions: Set<CustomerState>;
  readonly projections: Set<CustomerState>;
  readonly caps: Set<CustomerState>;
  readonly merges: Merge[];
  readonly erased: string[];
  /** Made by this batch; they may be among `notifications`, too. */
  readonly newNotifications: Set<NotificationState>;
  readonly notifications: Set<NotificationState>;
  readonly newDeliveries: NewDelivery[];
  readonly deliveries: Set<DeliveryState>;
  readonly runs: NewRun[];
  readonly outcomes: string[];
  /** For metrics: counted once the changes are written. */
  readonly counts: { decided: ChannelDecision['ranked'][number]['channel'][]; heldBack: string[] };
}

/** What does not change from batch to batch. */
export interface DecideSettings {
  readonly partitions: number;
  readonly available: readonly OutboundChannel[];
  readonly defaultCountry: string;
  readonly defaultLocale: string;
  /** How long a notification waits for a customer of whom nothing is known here yet. */
  readonly projectionWaitMs: number;
}

/** One batch being decided. */
export interface Turn {
  readonly set: WorkingSet;
  readonly changes: Changes;
  readonly facts: Fact[];
  readonly now: Date;
  readonly settings: DecideSettings;
}

export function newTurn(set: WorkingSet, settings: DecideSettings, now: Date): Turn {
  const changes: Changes = {
    versions: new Set(),
    projections: new Set(),
    caps: new Set(),
    merges: [],
    erased: [],
    newNotifications: new Set(),
    notifications: new Set(),
    newDeliveries: [],
    deliveries: new Set(),
    runs: [],
    outcomes: [],
    counts: { decided: [], heldBack: [] },
  };
  return { set, changes, facts: [], now, settings };
}

/** The profile that stands for this id by now. */
export function resolve({ survivors }: WorkingSet, profileId: string): string {
  let id = profileId;
  for (let next = survivors.get(id); next !== undefined && next !== id; next = survivors.get(id)) id = next;
  return id;
}

export const customerOf = ({ set }: Turn, profileId: string): CustomerState | undefined => set.customers.get(resolve(set, profileId));
