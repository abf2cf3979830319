import type { RejectionCode } from '@rapport/contracts';
import { addSuppression, countEngagement } from '../domain/feedback.js';
import { mayReach } from '../domain/hard-filters.js';
import { afterOutcome, isClosed, isExpired } from '../domain/notification.js';
import { asCustomer, decideNotification } from './decide-notification.js';
import type { DueInput, OutcomeInput } from './inputs.js';
import { change, decideAgain, release, settle, tell } from './tell.js';
import { customerOf, type DeliveryState, type NotificationState, type Turn } from './working-set.js';

const DISPATCHING_GRACE_MS = 5_000;

/** A notification fell due: it is to be decided, or its channel has had its time. */
export function followDue(turn: Turn, { notificationId }: DueInput): void {
  const notification = turn.set.notifications.get(notificationId);
  if (notification === undefined || notification.dueAt === null || notification.dueAt > turn.now) return;
  switch (notification.status) {
    case 'requested':
    case 'waiting':
      return decideNotification(turn, notification);
    case 'queued':
      return followUnsent(turn, notification);
    case 'sent':
    case 'delivered':
      return decideNotification(turn, notification);
    default:
      change(turn, notification, { dueAt: null });
  }
}

/** Not handed over in time: take it back, unless the dispatcher has it in its hands at this moment. */
function followUnsent(turn: Turn, notification: NotificationState): void {
  const delivery = notification.deliveryId === null ? undefined : turn.set.deliveries.get(notification.deliveryId);
  if (delivery?.status === 'queued' && withdrawn(turn, notification, delivery) !== undefined) return takeBack(turn, notification, delivery);
  if (delivery !== undefined && delivery.status !== 'queued')
    return change(turn, notification, { dueAt: new Date(turn.now.getTime() + DISPATCHING_GRACE_MS) });
  if (delivery !== undefined) cancelDelivery(turn, notification, delivery, 'NOT_SENT_IN_TIME');
  decideAgain(turn, notification, 'NOT_SENT_IN_TIME');
  decideNotification(turn, notification);
}

/** Refusals that stand against what was decided already: not that an address is missing now, but that the customer, or the address, said no. */
const WITHDRAWALS: ReadonlySet<RejectionCode> = new Set<RejectionCode>(['NO_CONSENT', 'SUPPRESSED', 'DO_NOT_CALL']);

function withdrawn(turn: Turn, { profileId, request }: NotificationState, { channel, address }: DeliveryState): RejectionCode | undefined {
  const customer = customerOf(turn, profileId);
  if (customer?.snapshot == null) return undefined;
  const verdict = mayReach(channel, asCustomer(customer, customer.snapshot, channel === 'webhook' ? address : null), request);
  return !verdict.usable && WITHDRAWALS.has(verdict.code) ? verdict.code : undefined;
}

/**
 * An opt-out is honoured at once: what waits for the dispatcher, and may not be sent any more, is decided anew. What the dispatcher has in its hands
 * is looked at again soon, in case it comes back to the queue.
 */
export function takeBack(turn: Turn, notification: NotificationState, delivery: DeliveryState): void {
  const code = withdrawn(turn, notification, delivery);
  if (code === undefined) return;
  if (delivery.status === 'dispatching') return change(turn, notification, { dueAt: new Date(turn.now.getTime() + DISPATCHING_GRACE_MS) });
  if (delivery.status !== 'queued') return;
  cancelDelivery(turn, notification, delivery, code);
  change(turn, notification, { tried: notification.tried.filter((channel) => channel !== delivery.channel) });
  decideAgain(turn, notification, code);
}

/** Takes back a delivery that nobody has begun to hand over. */
export function cancelDelivery(turn: Turn, notification: NotificationState, delivery: DeliveryState, reason: string): void {
  Object.assign(delivery, { status: 'cancelled', reason });
  turn.changes.deliveries.add(delivery);
  release(turn, notification, delivery.id);
  tell(turn, notification, { status: 'cancelled', channel: delivery.channel, attempt: delivery.attempt, reason });
}

/** The dispatcher reported what became of a delivery. */
export function followOutcome(turn: Turn, { outcome }: OutcomeInput): void {
  turn.changes.outcomes.push(outcome.id);
  const delivery = turn.set.deliveries.get(outcome.deliveryId);
  const notification = delivery && turn.set.notifications.get(delivery.notificationId);
  if (delivery === undefined || notification === undefined) return;
  const { request } = notification;
  const present = notification.deliveryId === delivery.id && !isClosed(notification.status);
  const told = {
    channel: delivery.channel,
    attempt: delivery.attempt,
    reason: outcome.reason,
    providerMessageId: outcome.providerMessageId,
  };
  const after = afterOutcome(outcome, request.purpose, delivery.attempt, turn.now);
  switch (after.kind) {
    case 'handed_over':
      if (outcome.status === 'sent') countSent(turn, notification, delivery);
      settle(turn, notification, delivery.id, outcome.at);
      if (present) handedOver(turn, notification, after.status);
      return tell(turn, notification, { ...told, status: after.status, at: outcome.at });
    case 'retry':
      if (outcome.status === 'ambiguous') tell(turn, notification, { ...told, status: 'ambiguous', at: outcome.at });
      return present && mayStillBeSent(turn, notification, delivery)
        ? retry(turn, delivery, after.notBefore)
        : giveUp(turn, notification, delivery, 'failed', present, told);
    case 'give_up':
      settle(turn, notification, delivery.id, outcome.at);
      setStatus(turn, delivery, 'ambiguous', outcome.reason);
      if (present) change(turn, notification, { status: 'ambiguous', reason: outcome.reason, dueAt: null });
      return tell(turn, notification, { ...told, status: 'ambiguous', at: outcome.at });
    case 'next_channel':
      return giveUp(turn, notification, delivery, after.status, present, told);
  }
}

/** From the hand-over on it is the customer's silence that is waited for, where silence leads to another channel at all. */
function handedOver(turn: Turn, notification: NotificationState, status: 'sent' | 'delivered'): void {
  const [next] = notification.decision?.fallback ?? [];
  const dueAt =
    next?.on === 'unanswered'
      ? notification.status === 'queued'
        ? new Date(turn.now.getTime() + next.afterMs)
        : notification.dueAt
      : null;
  change(turn, notification, { status: notification.status === 'delivered' ? 'delivered' : status, dueAt });
}

function countSent(turn: Turn, notification: NotificationState, delivery: DeliveryState): void {
  const customer = customerOf(turn, notification.profileId);
  if (customer === undefined) return;
  customer.feedback = countEngagement(customer.feedback, delivery.channel, notification.request.purpose, 'sent');
  turn.changes.projections.add(customer);
}

/** Between two attempts the customer may have withdrawn, or the matter may be out of date. */
function mayStillBeSent(turn: Turn, notification: NotificationState, delivery: DeliveryState): boolean {
  const customer = customerOf(turn, notification.profileId);
  return customer?.snapshot != null && !isExpired(notification.request, turn.now) && withdrawn(turn, notification, delivery) === undefined;
}

function retry(turn: Turn, delivery: DeliveryState, notBefore: Date): void {
  Object.assign(delivery, { status: 'queued', attempt: delivery.attempt + 1, notBefore });
  turn.changes.deliveries.add(delivery);
}

function giveUp(
  turn: Turn,
  notification: NotificationState,
  delivery: DeliveryState,
  status: 'failed' | 'bounced',
  present: boolean,
  told: { reason: string | null },
): void {
  setStatus(turn, delivery, status, told.reason);
  release(turn, notification, delivery.id);
  if (status === 'bounced') suppressAddress(turn, notification, delivery);
  tell(turn, notification, { ...told, channel: delivery.channel, attempt: delivery.attempt, status });
  if (present) decideAgain(turn, notification, told.reason ?? status.toUpperCase());
}

function setStatus(turn: Turn, delivery: DeliveryState, status: DeliveryState['status'], reason: string | null): void {
  Object.assign(delivery, { status, reason });
  turn.changes.deliveries.add(delivery);
}

/** What the provider refused for good needs no second try, for whatever purpose. */
export function suppressAddress(turn: Turn, notification: NotificationState, { channel, address }: DeliveryState): void {
  const customer = customerOf(turn, notification.profileId);
  if (customer === undefined) return;
  customer.feedback = addSuppression(customer.feedback, { channel, address, scope: 'all', reason: 'bounced', at: turn.now.toISOString() });
  turn.changes.projections.add(customer);
}
