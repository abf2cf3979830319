import { Type, type Static } from '@sinclair/typebox';
import { ChannelDecision } from '../decision.js';
import { Channel, Id, Purpose, Timestamp } from '../vocabulary.js';
import { words } from '../words.js';

export const DELIVERY_STATUSES = [
  'held_back',
  'queued',
  'sent',
  'delivered',
  'failed',
  'ambiguous',
  'bounced',
  'answered',
  'expired',
  'cancelled',
] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** A notification was decided, held back, handed over, answered, or failed, on one channel. */
export const DeliveryChanged = Type.Object(
  {
    notificationId: Id,
    profileId: Id,
    purpose: Purpose,
    channel: Type.Optional(Channel),
    status: words(DELIVERY_STATUSES),
    reason: Type.Optional(Type.String({ description: 'A code: why it was held back or failed.' })),
    attempt: Type.Integer({ minimum: 0 }),
    providerMessageId: Type.Optional(Type.String()),
    caseId: Type.Optional(Type.String({ maxLength: 100, description: 'The case that it is about, as whoever asked for it named it.' })),
    decision: Type.Optional(ChannelDecision),
    at: Timestamp,
  },
  { additionalProperties: false, $id: 'notifications.delivery-changed.v1' },
);
export type DeliveryChanged = Static<typeof DeliveryChanged>;
