import type { Interaction } from '@rapport/contracts';
import { deriveId } from '@rapport/identifiers';
import { confirmationRequest, consentAsked, noteAsked } from '../domain/confirmation.js';
import { homeOf } from './tell.js';
import type { CustomerState, NotificationState, Turn } from './working-set.js';

/** Double opt-in: asks the owner of the mailbox whether it was he. The clock decides the notification with everything loaded. */
export function askToConfirm(turn: Turn, customer: CustomerState, interaction: Interaction): void {
  const asked = consentAsked(interaction);
  const confirmationsAsked = asked && noteAsked(customer.feedback.confirmationsAsked, asked, turn.now);
  if (asked === undefined || confirmationsAsked === undefined) return;
  customer.feedback = { ...customer.feedback, confirmationsAsked };
  turn.changes.projections.add(customer);
  const { profileId } = customer;
  const notification: NotificationState = {
    id: deriveId(turn.now, 'confirm', interaction.id),
    profileId,
    partition: homeOf(turn, profileId),
    status: 'requested',
    reason: null,
    request: confirmationRequest(asked, customer.snapshot?.locale, turn.now),
    cause: {
      kind: 'consent_request',
      interactionId: interaction.id,
      consentPurpose: asked.purpose,
      ...(asked.wordingVersion === undefined ? {} : { wordingVersion: asked.wordingVersion }),
    },
    decision: null,
    tried: [],
    deliveryId: null,
    dueAt: turn.now,
    traceparent: null,
    createdAt: turn.now,
  };
  turn.set.notifications.set(notification.id, notification);
  turn.changes.newNotifications.add(notification);
}
