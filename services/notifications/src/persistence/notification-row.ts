import type { ChannelDecision } from '@rapport/contracts';
import type { OutboundChannel } from '../domain/channels.js';
import type { Cause, NotificationRequest, NotificationStatus } from '../domain/notification.js';
import type { NotificationState } from '../pipeline/working-set.js';

export const NOTIFICATION_COLUMNS =
  'id, profile_id, partition, status, reason, request, cause, decision, tried, delivery_id, due_at, traceparent, created_at';

export interface NotificationRow {
  id: string;
  profile_id: string;
  partition: number;
  status: NotificationStatus;
  reason: string | null;
  request: NotificationRequest;
  cause: Cause;
  decision: ChannelDecision | null;
  tried: OutboundChannel[];
  delivery_id: string | null;
  due_at: Date | null;
  traceparent: string | null;
  created_at: Date;
}

export const notificationOf = (row: NotificationRow): NotificationState => ({
  id: row.id,
  profileId: row.profile_id,
  partition: row.partition,
  status: row.status,
  reason: row.reason,
  request: row.request,
  cause: row.cause,
  decision: row.decision,
  tried: row.tried,
  deliveryId: row.delivery_id,
  dueAt: row.due_at,
  traceparent: row.traceparent,
  createdAt: row.created_at,
});
