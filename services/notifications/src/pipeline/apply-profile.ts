import type { Interaction } from '@rapport/contracts';
import { askToConfirm } from './ask-to-confirm.js';
import { isOutbound, type OutboundChannel } from '../domain/channels.js';
import { addSuppression, countEngagement, mergeFeedback, type Signal, signalOf, suppressionOf } from '../domain/feedback.js';
import { mergeTouches } from '../domain/frequency-caps.js';
import { isClosed } from '../domain/notification.js';
import { NO_FEEDBACK, type Snapshot } from '../domain/customer.js';
import { cancelDelivery, suppressAddress, takeBack } from './follow-up.js';
import type { ClassifiedInput, ErasedInput, ProfileInput } from './inputs.js';
import { change, decideAgain, homeOf, tell } from './tell.js';
import { type CustomerState, customerOf, type NotificationState, resolve, type Turn } from './working-set.js';

/** Takes over what is now known about a customer, follows a merge, and hears what came back on earlier notifications. */
export function applyProfile(turn: Turn, input: ProfileInput): void {
  const survivorId = resolve(turn.set, input.profileId);
  if (survivorId === input.profileId) {
    if (input.mergedInto === null) takeSnapshot(turn, input);
    else if (!isUndone(turn, input)) fold(turn, input, input.mergedInto);
  }
  for (const interaction of input.signals) hear(turn, interaction, input.profileId);
}

/** The merge was undone since, and the fact of that came through another partition first. */
const isUndone = ({ set }: Turn, { profileId, version }: ProfileInput): boolean => version <= (set.customers.get(profileId)?.version ?? 0);

function takeSnapshot(turn: Turn, { profileId, version, snapshot, digest }: ProfileInput): void {
  const customer = turn.set.customers.get(profileId);
  if (customer === undefined || version <= customer.version) return;
  customer.version = version;
  turn.changes.versions.add(customer);
  if (digest === customer.digest) return;
  customer.digest = digest;
  customer.snapshot = JSON.parse(snapshot) as Snapshot;
  turn.changes.projections.add(customer);
  takeBackUnwanted(turn, customer);
}

function takeBackUnwanted(turn: Turn, { profileId }: CustomerState): void {
  for (const notification of turn.set.notifications.values()) {
    if (notification.status !== 'queued' || notification.deliveryId === null || resolve(turn.set, notification.profileId) !== profileId)
      continue;
    const delivery = turn.set.deliveries.get(notification.deliveryId);
    if (delivery !== undefined) takeBack(turn, notification, delivery);
  }
}

/** Two people turned out to be one: what counts against one counts against both. The survivor's own facts tell the rest. */
function fold(turn: Turn, { profileId: loserId, version }: ProfileInput, into: string): void {
  const { set, changes } = turn;
  const survivorId = resolve(set, into);
  const loser = set.customers.get(loserId);
  const survivor = set.customers.get(survivorId);
  if (loser === undefined || survivor === undefined || survivorId === loserId) return;
  set.survivors.set(loserId, survivorId);
  changes.merges.push({ loserId, survivorId, version });
  survivor.feedback = mergeFeedback(survivor.feedback, loser.feedback);
  survivor.classification ??= loser.classification;
  survivor.touches = mergeTouches(survivor.touches, loser.touches);
  changes.projections.add(survivor);
  changes.caps.add(survivor);
  for (const sets of [changes.versions, changes.projections, changes.caps]) sets.delete(loser);
  for (const notification of set.notifications.values()) {
    if (notification.profileId === loserId) change(turn, notification, { profileId: survivorId, partition: homeOf(turn, survivorId) });
  }
  takeBackUnwanted(turn, survivor); // what was queued for one is now judged by what both have said
}

/** A profile was erased: so is all that is known, was asked for or is under way here. */
export function applyErased(turn: Turn, { profileId }: ErasedInput): void {
  const { set, changes } = turn;
  const customer = set.customers.get(profileId);
  changes.erased.push(profileId);
  for (const [id, notification] of set.notifications) {
    if (notification.profileId !== profileId) continue;
    set.notifications.delete(id);
    changes.notifications.delete(notification);
  }
  if (customer === undefined) return;
  for (const sets of [changes.versions, changes.projections, changes.caps]) sets.delete(customer);
  Object.assign(customer, { version: 0, digest: '', snapshot: null, classification: null, feedback: NO_FEEDBACK, touches: [] });
}

export function applyClassified(turn: Turn, { fact }: ClassifiedInput): void {
  const customer = turn.set.customers.get(fact.profileId);
  if (customer === undefined || (customer.classification !== null && fact.version <= customer.classification.version)) return;
  const engagementModel = fact.engagementModel?.model;
  customer.classification = {
    version: fact.version,
    relationshipType: fact.relationshipType.primary,
    ...(engagementModel === undefined ? {} : { engagementModel }),
  };
  turn.changes.projections.add(customer);
}

/** Hears one interaction: what it says about the customer in general, and about the notification that it names. */
function hear(turn: Turn, interaction: Interaction, profileId: string): void {
  const signal = signalOf(interaction);
  if (signal === 'none') return;
  const customer = customerOf(turn, profileId);
  if (signal === 'consent_requested') return customer === undefined ? undefined : askToConfirm(turn, customer, interaction);
  const notification = interaction.notificationId === undefined ? undefined : turn.set.notifications.get(interaction.notificationId);
  const suppression = suppressionOf(signal, interaction.channel, interaction.at);
  if (customer !== undefined && suppression !== undefined) {
    customer.feedback = addSuppression(customer.feedback, suppression);
    turn.changes.projections.add(customer);
  }
  if (notification === undefined) return;
  const channel = channelOf(notification, interaction);
  if (customer !== undefined && channel !== undefined) countSignal(turn, customer, notification, channel, signal);
  REACTIONS[signal]?.(turn, notification, channel, signal);
}

/** The channel that the customer reacted to: the interaction's own if the notification used it, else the one used last. */
function channelOf({ tried }: NotificationState, { channel }: Interaction): OutboundChannel | undefined {
  return isOutbound(channel) && tried.includes(channel) ? channel : tried.at(-1);
}

function countSignal(turn: Turn, customer: CustomerState, { request }: NotificationState, channel: OutboundChannel, signal: Signal): void {
  const what =
    signal === 'answered'
      ? 'answered'
      : signal === 'complained' || signal === 'unsubscribed' || signal === 'do_not_call'
        ? 'against'
        : undefined;
  if (what === undefined) return;
  customer.feedback = countEngagement(customer.feedback, channel, request.purpose, what);
  turn.changes.projections.add(customer);
}

type Reaction = (turn: Turn, notification: NotificationState, channel: OutboundChannel | undefined, signal: Signal) => void;

const REACTIONS: Readonly<Partial<Record<Signal, Reaction>>> = {
  answered: close,
  unsubscribed: close,
  complained: close,
  do_not_call: close,
  unreached: (turn, notification, channel) => tryNext(turn, notification, channel, 'failed', 'NO_ANSWER'),
  undelivered: (turn, notification, channel) => tryNext(turn, notification, channel, 'failed', 'NOT_DELIVERED'),
  bounced: (turn, notification, channel) => tryNext(turn, notification, channel, 'bounced', 'BOUNCED'),
  delivered: (turn, notification, channel) => {
    if (notification.status !== 'sent') return;
    change(turn, notification, { status: 'delivered' });
    tell(turn, notification, { status: 'delivered', channel });
  },
};

/** The customer reacted: whatever else was to follow is called off. */
function close(turn: Turn, notification: NotificationState, channel: OutboundChannel | undefined, signal: Signal): void {
  if (notification.status === 'answered') return;
  const delivery = notification.deliveryId === null ? undefined : turn.set.deliveries.get(notification.deliveryId);
  if (delivery?.status === 'queued') cancelDelivery(turn, notification, delivery, 'ANSWERED');
  const reason = signal === 'answered' ? null : signal.toUpperCase();
  change(turn, notification, { status: 'answered', reason, dueAt: null });
  tell(turn, notification, { status: 'answered', channel, reason });
}

/** The channel did not reach the customer after all. */
function tryNext(
  turn: Turn,
  notification: NotificationState,
  channel: OutboundChannel | undefined,
  status: 'failed' | 'bounced',
  reason: string,
): void {
  if (isClosed(notification.status) || channel === undefined || channel !== notification.tried.at(-1)) return;
  const delivery = notification.deliveryId === null ? undefined : turn.set.deliveries.get(notification.deliveryId);
  if (status === 'bounced' && delivery !== undefined) suppressAddress(turn, notification, delivery);
  if (delivery?.status === 'queued') cancelDelivery(turn, notification, delivery, reason); // else nobody would look after it any more
  tell(turn, notification, { status, channel, reason });
  decideAgain(turn, notification, reason);
}
