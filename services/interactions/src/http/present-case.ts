import type { Channel, SwitchKind } from '@rapport/contracts';
import type { Case, JoinedBy } from '../domain/cases/case.js';

/** A case as people read it. */
export function presentCase(one: Case) {
  const { firstResponseAt, firstResponseDueAt, firstResponseLate, resolvedAt, resolutionDueAt, resolutionLate, timeZone } = one;
  return {
    id: one.id,
    profileId: one.profileId,
    version: one.version,
    status: one.status,
    reference: one.reference,
    gist: one.gist,
    cause: one.cause,
    priority: one.priority,
    priorityOverride: one.priorityOverride,
    sensitivity: one.sensitivity,
    complexity: one.complexity,
    touchpoint: one.touchpoint,
    orderId: one.orderId,
    value: one.value,
    escalated: one.escalated,
    assigneeId: one.assigneeId,
    channel: one.channel,
    openedAt: one.openedAt,
    lastAt: one.lastAt,
    targets: {
      timeZone,
      firstResponse: {
        dueAt: firstResponseDueAt,
        at: firstResponseAt,
        late: firstResponseLate || isAfter(firstResponseAt, firstResponseDueAt),
      },
      resolution: { dueAt: resolutionDueAt, at: resolvedAt, late: resolutionLate || isAfter(resolvedAt, resolutionDueAt) },
    },
    switches: one.switches,
    reopened: one.reopened,
    mergedInto: one.mergedInto,
  };
}
export type CaseView = ReturnType<typeof presentCase>;

const isAfter = (at: string | null, dueAt: string): boolean => at !== null && at > dueAt;

/** An interaction's place in a case: how it was found to belong there, and how sure that is. */
export interface CaseInteractionView {
  readonly interactionId: string;
  readonly at: string;
  readonly event: string;
  readonly channel: Channel;
  readonly direction: 'inbound' | 'outbound';
  readonly agentId: string | null;
  readonly gist: string | null;
  readonly joined: { readonly by: JoinedBy; readonly doubt: number; readonly reason: string };
  readonly switch: { readonly kind: SwitchKind; readonly from: Channel; readonly to: Channel; readonly reason: string } | null;
}
