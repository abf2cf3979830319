import { deriveId } from '@rapport/identifiers';
import { type JourneyStep, mayEnter, triggerKeyOf } from '../domain/journey.js';
import type { Cause } from '../domain/notification.js';
import { decideNotification } from './decide-notification.js';
import type { MembershipInput } from './inputs.js';
import { homeOf } from './tell.js';
import { customerOf, type LiveJourney, type NotificationState, type Turn } from './working-set.js';

/** A customer entered or left a segment: starts the journeys that wait for it, each at most once for this fact, and takes their steps. */
export function startRuns(turn: Turn, { fact, traceparent }: MembershipInput): void {
  const customer = customerOf(turn, fact.profileId);
  if (customer === undefined) return;
  const triggerKey = triggerKeyOf(fact.profileId, fact.segmentId, fact.sequence);
  for (const journey of turn.set.journeys.get(`${fact.segmentId}|${fact.membership}`) ?? []) {
    const runs = turn.set.runs.get(customer.profileId) ?? [];
    if (
      !mayEnter(
        runs.filter((run) => run.journeyId === journey.id),
        triggerKey,
        journey.definition.reentry,
        turn.now,
      )
    )
      continue;
    const runId = deriveId(new Date(fact.at), 'run', journey.id, triggerKey);
    const cause = {
      segmentId: fact.segmentId,
      segmentSequence: fact.sequence,
      ...(fact.interactionId === undefined ? {} : { interactionId: fact.interactionId }),
    };
    const notifications = journey.definition.steps.map((step, index) =>
      requestOf(turn, journey, runId, index, step, customer.profileId, cause, traceparent),
    );
    turn.changes.runs.push({
      id: runId,
      journey,
      profileId: customer.profileId,
      partition: homeOf(turn, customer.profileId),
      triggerKey,
      cause,
      steps: notifications.map(({ id }, step) => ({ step, notificationId: id })),
    });
    turn.set.runs.set(customer.profileId, [
      ...runs,
      { id: runId, journeyId: journey.id, triggerKey, state: 'completed', startedAt: turn.now },
    ]);
    for (const notification of notifications) decideNotification(turn, notification);
  }
}

function requestOf(
  turn: Turn,
  journey: LiveJourney,
  runId: string,
  step: number,
  { notify }: JourneyStep,
  profileId: string,
  why: { segmentId: string; segmentSequence: number; interactionId?: string },
  traceparent: string | undefined,
): NotificationState {
  const { template, purpose, urgency, complexity = 'simple', sensitivity = 'normal' } = notify;
  const cause: Cause = { kind: 'journey', journeyId: journey.id, journeyVersion: journey.version, runId, step, ...why };
  const notification: NotificationState = {
    id: deriveId(turn.now, runId, 'step', String(step)),
    profileId,
    partition: homeOf(turn, profileId),
    status: 'requested',
    reason: null,
    request: { template, purpose, urgency, complexity, sensitivity, data: {} },
    cause,
    decision: null,
    tried: [],
    deliveryId: null,
    dueAt: turn.now,
    traceparent: traceparent ?? null,
    createdAt: turn.now,
  };
  turn.set.notifications.set(notification.id, notification);
  turn.changes.newNotifications.add(notification);
  return notification;
}
