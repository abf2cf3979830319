import { deriveId } from '@rapport/identifiers';
import { type OutboundChannel, OUTBOUND_CHANNELS, traitsOf } from '../domain/channels.js';
import { choiceOf, chooseChannel, mainReason, opensAt } from '../domain/choose-channel.js';
import { PURPOSE_CLASS } from '../domain/consent-rules.js';
import type { Customer, Snapshot } from '../domain/customer.js';
import type { Means } from '../domain/hard-filters.js';
import { rulesOf } from '../domain/legal-defaults.js';
import { isExpired, type NotificationRequest } from '../domain/notification.js';
import { chooseLocale } from '../templates/choose-locale.js';
import { change, homeOf, reserveTouch, tell } from './tell.js';
import {
  type CustomerState,
  customerOf,
  type DecideSettings,
  type NotificationState,
  type TemplateShape,
  type Turn,
} from './working-set.js';

const LOOK_AGAIN_MS = 500;
const CHANNELS = Object.keys(OUTBOUND_CHANNELS) as OutboundChannel[];

/** Chooses the channel of a notification that is due for it, and hands it over, lets it wait, or closes it with its reason. */
export function decideNotification(turn: Turn, notification: NotificationState): void {
  const { now, settings } = turn;
  const { request } = notification;
  const handedOver = notification.status === 'sent' || notification.status === 'delivered';
  if (isExpired(request, now)) return handedOver ? rest(turn, notification) : close(turn, notification, 'expired', 'EXPIRED');
  const customer = customerOf(turn, notification.profileId);
  if (customer === undefined || customer.snapshot === null) return awaitCustomer(turn, notification);
  move(turn, notification, customer);
  const means = meansFor(request, customer.snapshot, turn.set.templates, turn.set.down, settings);
  const decision = chooseChannel(asCustomer(customer, customer.snapshot, turn.set.webhook), request, means, now, notification.tried);
  if (!handedOver || decision.ranked.length > 0) notification.decision = decision;
  const choice = choiceOf(decision, request, notification.tried);
  if (choice !== undefined) return queue(turn, notification, customer, choice, means);
  const opens = opensAt(decision);
  if (opens !== undefined) return wait(turn, notification, opens);
  if (handedOver) return rest(turn, notification);
  const [reason, tried] = [mainReason(decision), notification.tried.length > 0];
  if (!tried) turn.changes.counts.heldBack.push(reason);
  close(turn, notification, tried ? 'failed' : 'held_back', tried ? (notification.reason ?? reason) : reason);
}

/** @param webhook the company's own endpoint: it stands for the customer on that channel. */
export const asCustomer = (
  { profileId, classification, feedback, touches }: Omit<CustomerState, 'capsRevision' | 'version' | 'digest'>,
  snapshot: Snapshot,
  webhook: string | null,
): Customer => ({
  profileId,
  snapshot: { ...snapshot, contactPoints: [...snapshot.contactPoints, ...ownPoints(profileId, snapshot, webhook)] },
  feedback,
  touches,
  ...(classification === null ? {} : { classification }),
});

/** Addresses that no profile states: the inbox is the profile's own, and read by whoever comes to the website or the app. */
function ownPoints(profileId: string, { contactPoints, lastVisitDay }: Snapshot, webhook: string | null): Snapshot['contactPoints'] {
  const hasInbox = lastVisitDay !== undefined && !contactPoints.some(({ channel }) => channel === 'in_app');
  return [
    ...(hasInbox ? [{ channel: 'in_app' as const, address: profileId, verified: true, reachable: true }] : []),
    ...(webhook === null ? [] : [{ channel: 'webhook' as const, address: webhook, verified: true, reachable: true }]),
  ];
}

/** What can be done for this request at this moment. */
export function meansFor(
  request: NotificationRequest,
  snapshot: Snapshot,
  templates: ReadonlyMap<string, TemplateShape>,
  down: Means['down'],
  { available, defaultCountry, defaultLocale }: Pick<DecideSettings, 'available' | 'defaultCountry' | 'defaultLocale'>,
): Means {
  const template = request.template === undefined ? undefined : templates.get(request.template);
  const locale = snapshot.locale ?? defaultLocale;
  const written: { -readonly [K in keyof Means['written']]: Means['written'][K] } = {};
  for (const channel of CHANNELS) {
    const content = request.content?.[channel];
    if (content !== undefined) written[channel] = JSON.stringify(content).length > traitsOf(channel).charsMax ? 'TOO_LONG' : { locale };
    else if (template !== undefined) written[channel] = localeIn(template, channel, locale);
  }
  return { available, written, down, defaultCountry };
}

function localeIn(
  template: TemplateShape,
  channel: OutboundChannel,
  wanted: string,
): { locale: string } | 'NO_TEMPLATE' | 'LOCALE_MISSING' {
  const locale = chooseLocale(template as never, channel as never, wanted);
  if (locale !== undefined) return { locale };
  return Object.values(template.locales).some((contents) => contents[channel] !== undefined) ? 'LOCALE_MISSING' : 'NO_TEMPLATE';
}

function queue(
  turn: Turn,
  notification: NotificationState,
  customer: CustomerState,
  { channel, address }: { channel: OutboundChannel; address: string },
  means: Means,
): void {
  const { now, changes } = turn;
  const { request, decision, id, createdAt } = notification;
  const { snapshot } = customer;
  const tried = [...notification.tried, channel];
  const deliveryId = deriveId(createdAt, id, 'delivery', String(tried.length), now.toISOString());
  const written = means.written[channel];
  const advertises = PURPOSE_CLASS[request.purpose] === 'advertising';
  changes.newDeliveries.push({
    id: deliveryId,
    notification,
    channel,
    address,
    locale: typeof written === 'object' ? written.locale : turn.settings.defaultLocale,
    label: advertises ? (rulesOf(snapshot?.country ?? means.defaultCountry).label ?? null) : null,
    customer: { id: customer.profileId, traits: snapshot?.traits ?? {} },
    context: contextOf(notification, customer),
  });
  reserveTouch(turn, customer, { deliveryId, channel, class: PURPOSE_CLASS[request.purpose], at: null });
  const [next] = decision?.fallback ?? [];
  change(turn, notification, {
    status: 'queued',
    reason: null,
    tried,
    deliveryId,
    dueAt: next === undefined ? null : new Date(now.getTime() + next.afterMs),
  });
  changes.counts.decided.push(channel);
  tell(turn, notification, { status: 'queued', channel, attempt: 1, ...(decision === null ? {} : { decision }) });
}

/** What the one who serves the customer, person or program, should know about the matter. */
function contextOf(
  { request, cause, tried, reason }: NotificationState,
  { snapshot, classification }: CustomerState,
): Record<string, unknown> {
  const { urgency, complexity, sensitivity, caseId } = request;
  return {
    urgency,
    complexity,
    sensitivity,
    cause,
    triedBefore: tried,
    ...(reason === null ? {} : { because: reason }),
    ...(caseId === undefined ? {} : { caseId }),
    ...(snapshot?.agentId === undefined ? {} : { agentId: snapshot.agentId }),
    ...(snapshot?.timeZone === undefined ? {} : { timeZone: snapshot.timeZone }),
    ...(classification === null
      ? {}
      : { relationshipType: classification.relationshipType, engagementModel: classification.engagementModel }),
  };
}

/** Waits until a channel opens, but no longer than the notification is of use. */
function wait(turn: Turn, notification: NotificationState, opens: Date): void {
  const expires = notification.request.expiresAt === undefined ? opens : new Date(notification.request.expiresAt);
  const status = notification.status === 'requested' ? 'waiting' : notification.status;
  change(turn, notification, { status, dueAt: expires < opens ? expires : opens });
}

/** It was handed over, and no other channel is to follow: nothing more falls due. */
const rest = (turn: Turn, notification: NotificationState): void => change(turn, notification, { dueAt: null });

/** The request was faster than the fact that tells who the customer is. */
function awaitCustomer(turn: Turn, notification: NotificationState): void {
  const waited = turn.now.getTime() - notification.createdAt.getTime();
  if (waited < turn.settings.projectionWaitMs) return change(turn, notification, { dueAt: new Date(turn.now.getTime() + LOOK_AGAIN_MS) });
  turn.changes.counts.heldBack.push('PROFILE_UNKNOWN');
  close(turn, notification, 'held_back', 'PROFILE_UNKNOWN');
}

function close(turn: Turn, notification: NotificationState, status: 'expired' | 'held_back' | 'failed', reason: string): void {
  change(turn, notification, { status, reason, dueAt: null });
  tell(turn, notification, { status, reason, ...(notification.decision === null ? {} : { decision: notification.decision }) });
}

/** A customer may have been merged since the request came in. */
function move(turn: Turn, notification: NotificationState, { profileId }: CustomerState): void {
  if (notification.profileId !== profileId) Object.assign(notification, { profileId, partition: homeOf(turn, profileId) });
}
