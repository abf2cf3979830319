import type { CaseChange, CaseChanged } from '@rapport/contracts';
import type { Case, Change } from './case.js';

/** A case's change as others hear of it: without a word of the customer. @param told at least one change, in the order in which they happened */
export function presentChange(one: Case, told: readonly Change[], cause: CaseChanged['cause']): CaseChanged {
  const changes = [...new Set<CaseChange>(told.map(({ what }) => what))];
  const interactionId = told.findLast((change) => change.interactionId !== undefined)?.interactionId;
  const { firstResponseAt, resolvedAt, firstResponseDueAt, resolutionDueAt, openedAt } = one;
  return {
    caseId: one.id,
    profileId: one.profileId,
    version: one.version,
    changes,
    cause: interactionId === undefined && changes.includes('moved') ? 'merge' : cause,
    ...(interactionId !== undefined && { interactionId }),
    at: told.at(-1)!.at,
    case: {
      status: one.status,
      ...(one.reference !== null && { reference: one.reference }),
      priority: one.priority,
      sensitivity: one.sensitivity,
      ...(one.complexity !== null && { complexity: one.complexity }),
      ...(one.touchpoint !== null && { touchpoint: one.touchpoint }),
      ...(one.value !== null && { value: one.value }),
      channel: one.channel,
      ...(one.assigneeId !== null && { assigneeId: one.assigneeId }),
      openedAt,
      ...(firstResponseAt !== null && { firstResponseAt }),
      firstResponseDueAt,
      ...(resolvedAt !== null && { resolvedAt }),
      resolutionDueAt,
      switches: one.switches,
      reopened: one.reopened,
      ...(one.mergedInto !== null && { mergedInto: one.mergedInto }),
    },
  };
}
