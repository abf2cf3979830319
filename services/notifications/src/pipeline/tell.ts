import { type ChannelDecision, type DeliveryStatus, TOPICS } from '@rapport/contracts';
import { partitionOf } from '@rapport/platform';
import type { OutboundChannel } from '../domain/channels.js';
import { releaseTouch, settleTouch, type Touch } from '../domain/frequency-caps.js';
import { type CustomerState, customerOf, type NotificationState, type Turn } from './working-set.js';

interface Told {
  readonly status: DeliveryStatus;
  readonly channel?: OutboundChannel;
  readonly reason?: string | null;
  readonly attempt?: number;
  readonly providerMessageId?: string | null;
  readonly decision?: ChannelDecision;
  readonly at?: Date;
}

/** Publishes what became of a notification. */
export function tell(
  turn: Turn,
  notification: NotificationState,
  { status, channel, reason, attempt = 0, providerMessageId, decision, at = turn.now }: Told,
): void {
  turn.facts.push({
    topic: TOPICS.deliveryChanged,
    key: notification.profileId,
    value: {
      notificationId: notification.id,
      profileId: notification.profileId,
      purpose: notification.request.purpose,
      status,
      attempt,
      at: at.toISOString(),
      ...(channel === undefined ? {} : { channel }),
      ...(reason === undefined || reason === null ? {} : { reason }),
      ...(providerMessageId === undefined || providerMessageId === null ? {} : { providerMessageId }),
      ...(decision === undefined ? {} : { decision }),
      ...(notification.request.caseId === undefined ? {} : { caseId: notification.request.caseId }),
    },
    traceparent: notification.traceparent ?? undefined,
  });
}

/** Changes a notification, and puts it down to be written. */
export function change(turn: Turn, notification: NotificationState, to: Partial<NotificationState>): void {
  Object.assign(notification, to);
  turn.changes.notifications.add(notification);
}

/** Puts a notification whose channel did not work back to the clock, which decides anew with everything loaded. */
export function decideAgain(turn: Turn, notification: NotificationState, reason: string): void {
  change(turn, notification, { status: 'requested', reason, dueAt: turn.now });
}

export function reserveTouch(turn: Turn, customer: CustomerState, touch: Touch): void {
  customer.touches = [...customer.touches, touch];
  turn.changes.caps.add(customer);
}

/** The customer was contacted at this moment. */
export function settle(turn: Turn, notification: NotificationState, deliveryId: string, at: Date): void {
  changeTouches(turn, notification, (touches) => settleTouch(touches, deliveryId, at));
}

/** The customer was not contacted after all. */
export function release(turn: Turn, notification: NotificationState, deliveryId: string): void {
  changeTouches(turn, notification, (touches) => releaseTouch(touches, deliveryId));
}

function changeTouches(turn: Turn, { profileId }: NotificationState, how: (touches: readonly Touch[]) => readonly Touch[]): void {
  const customer = customerOf(turn, profileId);
  if (customer === undefined) return;
  customer.touches = how(customer.touches);
  turn.changes.caps.add(customer);
}

/** Rows of a profile belong to the clock of the profile's partition. */
export const homeOf = ({ settings }: Turn, profileId: string): number => partitionOf(profileId, settings.partitions);
