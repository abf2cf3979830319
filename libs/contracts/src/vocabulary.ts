import { Type, type Static } from '@sinclair/typebox';
import { words } from './words.js';

export const CHANNELS = [
  'web',
  'mobile_app',
  'in_app',
  'email',
  'sms',
  'push',
  'web_push',
  'phone',
  'live_chat',
  'chatbot',
  'whatsapp',
  'zalo',
  'messenger',
  'telegram',
  'social',
  'forum',
  'blog',
  'webinar',
  'store',
  'delivery',
  'post',
  'fax',
  'webhook',
  'api',
] as const;
export const STAGES = ['pre_purchase', 'purchase', 'post_purchase'] as const;
export const TOUCHPOINTS = [
  'website',
  'app',
  'chatbot',
  'social_post',
  'advert',
  'content',
  'event',
  'store_visit',
  'online_checkout',
  'payment',
  'purchase_support',
  'delivery',
  'packaging',
  'order_status',
  'returns',
  'technical_support',
  'survey',
  'loyalty',
  'community',
] as const;
export const HANDLINGS = ['self_service', 'automated', 'human', 'dedicated_human', 'community', 'co_creation', 'none'] as const;
export const DIRECTIONS = ['inbound', 'outbound'] as const;
export const FUNCTIONS = ['reactive', 'proactive'] as const;
export const COMPLEXITIES = ['simple', 'guided', 'complex'] as const;
export const SENSITIVITIES = ['normal', 'sensitive'] as const;
export const PURPOSES = ['transactional', 'service', 'survey', 'relationship', 'marketing'] as const;
export const RELATIONSHIP_TYPES = [
  'transactional',
  'self_service',
  'automated_service',
  'long_term',
  'personal_assistance',
  'dedicated_assistance',
  'community',
  'co_creation',
] as const;
export const ENGAGEMENT_MODELS = ['high_touch', 'low_touch', 'hybrid'] as const;
export const LIFECYCLE_STAGES = [
  'visitor',
  'lead',
  'onboarding',
  'active',
  'loyal',
  'advocate',
  'at_risk',
  'dormant',
  'lost',
  'won_back',
] as const;

export const Channel = words(CHANNELS, 'Where the interaction happened, or the notification goes.');
export const Stage = words(STAGES, 'Where in the purchase the customer is.');
export const Touchpoint = words(TOUCHPOINTS, 'The place of contact within the stage.');
export const Handling = words(HANDLINGS, 'Who served the customer.');
export const Direction = words(DIRECTIONS, 'inbound: customer to company.');
export const InteractionFunction = words(FUNCTIONS, 'reactive: the customer asked; proactive: the company took the first step.');
export const Complexity = words(COMPLEXITIES, 'How hard the matter is.');
export const Sensitivity = words(SENSITIVITIES, 'Whether the matter touches money, health, a complaint or identity.');
export const Purpose = words(PURPOSES, 'Why the company writes.');
export const RelationshipType = words(RELATIONSHIP_TYPES, 'The eight kinds of customer relationship.');
export const EngagementModel = words(ENGAGEMENT_MODELS, 'Who carries the relationship: people, automation, or both.');
export const LifecycleStage = words(LIFECYCLE_STAGES, 'Where in its life the relationship is.');

export type Channel = (typeof CHANNELS)[number];
export type Stage = (typeof STAGES)[number];
export type Touchpoint = (typeof TOUCHPOINTS)[number];
export type Handling = (typeof HANDLINGS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type InteractionFunction = (typeof FUNCTIONS)[number];
export type Complexity = (typeof COMPLEXITIES)[number];
export type Sensitivity = (typeof SENSITIVITIES)[number];
export type Purpose = (typeof PURPOSES)[number];
export type RelationshipType = (typeof RELATIONSHIP_TYPES)[number];
export type EngagementModel = (typeof ENGAGEMENT_MODELS)[number];
export type LifecycleStage = (typeof LIFECYCLE_STAGES)[number];

/** RFC 3339 in UTC with milliseconds: `2026-01-31T09:30:00.000Z`. */
export const Timestamp = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}\\.\\d{3}Z$',
  description: 'RFC 3339, UTC, milliseconds.',
});
/** A UUID; every id that the product makes is version 7, so ids sort by time. */
export const Id = Type.String({
  pattern: '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$',
  description: 'UUIDv7, lower case.',
});

/** Money is a decimal string with its ISO 4217 currency: never a float. */
export const Money = Type.Object(
  { currency: Type.String({ pattern: '^[A-Z]{3}$' }), amount: Type.String({ pattern: '^-?\\d{1,18}(\\.\\d{1,6})?$' }) },
  { additionalProperties: false, description: 'A decimal string and its ISO 4217 currency.' },
);
export type Money = Static<typeof Money>;
