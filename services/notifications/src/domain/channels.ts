import type { Channel, Complexity, Purpose, RelationshipType, Sensitivity } from '@rapport/contracts';

/** How soon the customer has to know. */
export const URGENCIES = ['low', 'normal', 'high', 'critical'] as const;
export type Urgency = (typeof URGENCIES)[number];

/** Changes whenever a figure below changes, so that an old decision can be told from a new one. */
export const MODEL_VERSION = 'priors-2';

/**
 * What each outbound channel is like. These are declared priors for people to read and argue about.
 * - `richness` 0–100: how much of a matter fits through it (media richness: cues, immediacy, language; Daft and Lengel 1986).
 * - `cost` 0–100: what one contact costs the company, 100 = an hour of a person.
 * - `interrupts`: it rings or buzzes, so quiet hours hold even for what the customer needs to know.
 * - `served`: whether automation or a person is at the other end.
 * - `seen`: probability in % that the message is noticed in time, by urgency.
 * - `charsMax`: what the channel carries at most.
 */
export interface ChannelTraits {
  readonly richness: number;
  readonly cost: number;
  readonly interrupts: boolean;
  readonly served: 'automation' | 'person';
  readonly seen: Readonly<Record<Urgency, number>>;
  readonly charsMax: number;
}

const seen = (low: number, normal: number, high: number, critical: number): Record<Urgency, number> => ({ low, normal, high, critical });

export const OUTBOUND_CHANNELS = {
  in_app: { richness: 30, cost: 0, interrupts: false, served: 'automation', seen: seen(90, 75, 45, 30), charsMax: 5_000 },
  email: { richness: 40, cost: 1, interrupts: false, served: 'automation', seen: seen(90, 75, 55, 40), charsMax: 100_000 },
  webhook: { richness: 10, cost: 1, interrupts: false, served: 'automation', seen: seen(40, 40, 40, 40), charsMax: 50_000 },
  push: { richness: 15, cost: 1, interrupts: true, served: 'automation', seen: seen(60, 60, 60, 60), charsMax: 240 },
  web_push: { richness: 10, cost: 1, interrupts: true, served: 'automation', seen: seen(40, 40, 40, 40), charsMax: 240 },
  sms: { richness: 15, cost: 8, interrupts: true, served: 'automation', seen: seen(90, 90, 90, 90), charsMax: 201 },
  whatsapp: { richness: 50, cost: 6, interrupts: true, served: 'automation', seen: seen(85, 85, 80, 75), charsMax: 4_096 },
  zalo: { richness: 50, cost: 4, interrupts: true, served: 'automation', seen: seen(85, 85, 80, 75), charsMax: 2_000 },
  messenger: { richness: 50, cost: 2, interrupts: true, served: 'automation', seen: seen(80, 75, 65, 55), charsMax: 2_000 },
  telegram: { richness: 50, cost: 1, interrupts: true, served: 'automation', seen: seen(80, 75, 65, 55), charsMax: 4_096 },
  fax: { richness: 15, cost: 12, interrupts: false, served: 'automation', seen: seen(60, 40, 20, 10), charsMax: 20_000 },
  post: { richness: 25, cost: 20, interrupts: false, served: 'automation', seen: seen(80, 30, 5, 1), charsMax: 20_000 },
  phone: { richness: 90, cost: 60, interrupts: true, served: 'person', seen: seen(55, 55, 60, 70), charsMax: 20_000 },
  store: { richness: 100, cost: 80, interrupts: false, served: 'person', seen: seen(30, 20, 5, 1), charsMax: 20_000 },
} as const satisfies Partial<Record<Channel, ChannelTraits>>;
export type OutboundChannel = keyof typeof OUTBOUND_CHANNELS;

export const isOutbound = (channel: string): channel is OutboundChannel => Object.hasOwn(OUTBOUND_CHANNELS, channel);
export const traitsOf = (channel: OutboundChannel): ChannelTraits => OUTBOUND_CHANNELS[channel];

/** Probability in % that a customer about whom nothing is known acts on a message of this purpose on this channel (a click, a reply, a completed call). */
export const ENGAGEMENT_PRIOR: Readonly<Record<Purpose, Readonly<Record<OutboundChannel, number>>>> = {
  transactional: {
    in_app: 40,
    email: 38,
    webhook: 10,
    push: 25,
    web_push: 15,
    sms: 35,
    whatsapp: 38,
    zalo: 38,
    messenger: 30,
    telegram: 30,
    fax: 10,
    post: 10,
    phone: 35,
    store: 20,
  },
  service: {
    in_app: 32,
    email: 30,
    webhook: 10,
    push: 20,
    web_push: 10,
    sms: 25,
    whatsapp: 38,
    zalo: 38,
    messenger: 32,
    telegram: 32,
    fax: 8,
    post: 8,
    phone: 40,
    store: 25,
  },
  survey: {
    in_app: 18,
    email: 10,
    webhook: 2,
    push: 8,
    web_push: 4,
    sms: 10,
    whatsapp: 12,
    zalo: 12,
    messenger: 10,
    telegram: 10,
    fax: 1,
    post: 4,
    phone: 15,
    store: 10,
  },
  relationship: {
    in_app: 12,
    email: 15,
    webhook: 2,
    push: 6,
    web_push: 3,
    sms: 8,
    whatsapp: 15,
    zalo: 15,
    messenger: 12,
    telegram: 12,
    fax: 1,
    post: 8,
    phone: 30,
    store: 15,
  },
  marketing: {
    in_app: 5,
    email: 4,
    webhook: 1,
    push: 3,
    web_push: 2,
    sms: 4,
    whatsapp: 6,
    zalo: 6,
    messenger: 5,
    telegram: 5,
    fax: 1,
    post: 3,
    phone: 8,
    store: 5,
  },
};
/** How many observed contacts weigh as much as the prior. */
export const ENGAGEMENT_PRIOR_WEIGHT = 8;

/** How much a message needs of a channel's richness, 0–100. */
export const COMPLEXITY_NEED: Readonly<Record<Complexity, number>> = { simple: 20, guided: 45, complex: 75 };
export const SENSITIVITY_NEED: Readonly<Record<Sensitivity, number>> = { normal: 0, sensitive: 10 };

/** What the relationship asks for: people, automation, or to be left to help himself. In % of utility. */
export const RELATIONSHIP_LEANING: Readonly<Record<RelationshipType, Readonly<{ person: number; automation: number; in_app: number }>>> = {
  transactional: { person: -10, automation: 0, in_app: 0 },
  self_service: { person: -15, automation: 0, in_app: 10 },
  automated_service: { person: -10, automation: 5, in_app: 5 },
  long_term: { person: 5, automation: 0, in_app: 0 },
  personal_assistance: { person: 15, automation: 0, in_app: -5 },
  dedicated_assistance: { person: 25, automation: 0, in_app: -10 },
  community: { person: -5, automation: 0, in_app: 5 },
  co_creation: { person: 0, automation: 0, in_app: 5 },
};
export const ENGAGEMENT_LEANING = {
  high_touch: { person: 25, automation: -5 },
  hybrid: { person: 0, automation: 0 },
  low_touch: { person: -25, automation: 5 },
} as const;

/** Weights of the terms, in % of utility for a full measure of each. */
export const WEIGHTS = {
  engage: 100,
  inTime: { low: 20, normal: 30, high: 50, critical: 80 },
  tooPoor: 300,
  tooRich: 15,
  preferred: 25,
  /** Inferred from what the customer does. */
  preferredInferred: 10,
  agent: 5,
  cost: 100,
  /** Per contact on the same channel, and on any channel, within {@link FATIGUE_WINDOW_MS}; nothing for critical messages. */
  fatigueChannel: 4,
  fatigueAny: 1,
} as const;
export const FATIGUE_WINDOW_MS = 7 * 86_400_000;
/** In-app is seen only by who comes: its chance halves with every so many days of absence. */
export const IN_APP_HALF_LIFE_DAYS = 14;

/** How long a channel has before the next one is tried. `unanswered`: even when the message was handed over; `failed`: only when it was not. */
export const FALLBACK: Readonly<Record<Purpose, Readonly<{ on: 'unanswered' | 'failed'; afterMs: Readonly<Record<Urgency, number>> }>>> = {
  transactional: { on: 'unanswered', afterMs: { low: hours(24), normal: hours(12), high: hours(1), critical: minutes(5) } },
  service: { on: 'unanswered', afterMs: { low: hours(72), normal: hours(24), high: hours(2), critical: minutes(10) } },
  survey: { on: 'failed', afterMs: { low: hours(24), normal: hours(24), high: hours(12), critical: hours(1) } },
  relationship: { on: 'failed', afterMs: { low: hours(24), normal: hours(24), high: hours(12), critical: hours(1) } },
  marketing: { on: 'failed', afterMs: { low: hours(24), normal: hours(24), high: hours(12), critical: hours(1) } },
};

function hours(n: number): number {
  return n * 3_600_000;
}
function minutes(n: number): number {
  return n * 60_000;
}
