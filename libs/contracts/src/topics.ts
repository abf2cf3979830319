import type { Static, TSchema } from '@sinclair/typebox';
import { InteractionReceived } from './events/interactions-received.js';
import { CaseChanged } from './events/interactions-case-changed.js';
import { InteractionRecorded } from './events/interactions-recorded.js';
import { DeliveryChanged } from './events/notifications-delivery-changed.js';
import { PROFILE_ASPECTS, PROFILE_HINT_HEADERS } from './events/profile-hints.js';
import { ProfileUpdated } from './events/profiles-updated.js';
import { CustomerClassified } from './events/segmentation-customer-classified.js';
import { MembershipChanged } from './events/segmentation-membership-changed.js';

const DAY_MS = 86_400_000;

export interface TopicDefinition<S extends TSchema = TSchema> {
  readonly name: string;
  /** CloudEvents `type`: the topic's name, so that a reader of one topic knows the schema. */
  readonly type: string;
  readonly owner: 'gateway' | 'interactions' | 'profiles' | 'segmentation' | 'notifications';
  readonly key: 'subject' | 'profileId';
  readonly schema: S;
  readonly cleanup: 'delete' | 'compact,delete';
  readonly retentionMs: number;
  /** Compacted topics only: records younger than this are all kept, so a reader may be this far behind and miss no applied interaction. */
  readonly minCompactionLagMs?: number;
  readonly description: string;
  /** Headers of its own besides those of every fact, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
}

function topic<S extends TSchema>(definition: Omit<TopicDefinition<S>, 'type'>): TopicDefinition<S> {
  return Object.freeze({ ...definition, type: definition.name });
}

export const TOPICS = {
  interactionsReceived: topic({
    name: 'interactions.received.v1',
    owner: 'gateway',
    key: 'subject',
    schema: InteractionReceived,
    cleanup: 'delete',
    retentionMs: 7 * DAY_MS,
    description: 'Every payload that the gateway acknowledged, as it came.',
  }),
  interactionsRecorded: topic({
    name: 'interactions.recorded.v1',
    owner: 'interactions',
    key: 'subject',
    schema: InteractionRecorded,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    description: 'Each interaction once, normalised and classified.',
  }),
  profilesUpdated: topic({
    name: 'profiles.updated.v1',
    owner: 'profiles',
    key: 'profileId',
    schema: ProfileUpdated,
    cleanup: 'compact,delete',
    retentionMs: 30 * DAY_MS,
    minCompactionLagMs: 7 * DAY_MS,
    description: 'What is now known about one person, with the interactions that changed it. A tombstone after erasure.',
    headers: {
      [PROFILE_HINT_HEADERS.changed]: `What differs from the version published before, separated by commas, of ${PROFILE_ASPECTS.join(', ')}. Counts and times alone are not named; \`contacts\`: a new channel or kind of handling, or a later day; \`notifications\`: an applied interaction names a notification. Absent: read the value.`,
      [PROFILE_HINT_HEADERS.events]:
        'The names of the applied interactions’ events, percent-encoded, separated by commas. Absent: read the value.',
      [PROFILE_HINT_HEADERS.service]:
        '`1`: an applied interaction asks, answers, or belongs to a case, a conversation or a promise; `0`: none does. Absent: read the value.',
    },
  }),
  membershipChanged: topic({
    name: 'segmentation.membership-changed.v1',
    owner: 'segmentation',
    key: 'profileId',
    schema: MembershipChanged,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    description: 'A customer entered or left a segment, and why.',
  }),
  customerClassified: topic({
    name: 'segmentation.customer-classified.v1',
    owner: 'segmentation',
    key: 'profileId',
    schema: CustomerClassified,
    cleanup: 'compact,delete',
    retentionMs: 30 * DAY_MS,
    minCompactionLagMs: 7 * DAY_MS,
    description: 'Relationship type, engagement model and lifecycle of one customer.',
  }),
  deliveryChanged: topic({
    name: 'notifications.delivery-changed.v1',
    owner: 'notifications',
    key: 'profileId',
    schema: DeliveryChanged,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    description: 'What became of a notification.',
  }),
  caseChanged: topic({
    name: 'interactions.case-changed.v1',
    owner: 'interactions',
    key: 'profileId',
    schema: CaseChanged,
    cleanup: 'delete',
    retentionMs: 30 * DAY_MS,
    description: 'A case was opened, answered, moved to another channel, resolved …: each change that matters, with the case as it is now.',
  }),
} as const;

/** Consumer groups of the product; each has a dead-letter topic `<group>.dlq`. */
export const GROUPS = {
  interactionsRecord: 'interactions.record',
  interactionsFollowCases: 'interactions.follow-cases',
  interactionsMapJourneys: 'interactions.map-journeys',
  profilesResolve: 'profiles.resolve',
  segmentationEvaluate: 'segmentation.evaluate',
  notificationsDecide: 'notifications.decide',
} as const;

/** Who reads what: the topics of each consumer group, in the order of its pipeline. */
export const SUBSCRIPTIONS = {
  [GROUPS.interactionsRecord]: [TOPICS.interactionsReceived],
  [GROUPS.interactionsFollowCases]: [TOPICS.profilesUpdated, TOPICS.deliveryChanged],
  [GROUPS.interactionsMapJourneys]: [TOPICS.profilesUpdated, TOPICS.membershipChanged],
  [GROUPS.profilesResolve]: [TOPICS.interactionsRecorded],
  [GROUPS.segmentationEvaluate]: [TOPICS.profilesUpdated],
  [GROUPS.notificationsDecide]: [TOPICS.profilesUpdated, TOPICS.membershipChanged, TOPICS.customerClassified],
} as const satisfies Record<string, readonly TopicDefinition[]>;

export const DLQ_RETENTION_MS = 30 * DAY_MS;
export const dlqOf = (group: string): string => `${group}.dlq`;

export type ValueOf<T extends TopicDefinition> = Static<T['schema']>;
