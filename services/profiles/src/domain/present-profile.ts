import type { Profile } from '@rapport/contracts';
import { presentAmounts } from './amounts.js';
import { openRequests } from './consent-registers.js';
import { contactPointsOf } from './contact-points.js';
import { preferencesOf } from './preferences-of.js';
import type { ProfileState } from './profile-state.js';
import { compareText, type Table } from './registers.js';

/** The profile as others see it. Lists have one order, so that equal states read equal. */
export function presentProfile(id: string, version: number, state: ProfileState): Profile {
  const { orders, refunds, lastSurvey, agent } = state;
  const consentRequests = state.consentRequests === undefined ? [] : openRequests(state);
  const preferences = preferencesOf(state);
  return {
    id,
    version,
    identifiers: [...state.identifiers],
    traits: state.traits,
    contactPoints: contactPointsOf(state),
    consents: sortedValues(state.consents),
    ...(consentRequests.length > 0 && { consentRequests }),
    ...(preferences && { preferences }),
    accounts: Object.entries(state.accounts)
      .map(([account, firstSeenAt]) => ({ id: account, firstSeenAt }))
      .sort((a, b) => compareText(a.firstSeenAt, b.firstSeenAt) || compareText(a.id, b.id)),
    firstSeenAt: state.firstAt!,
    lastSeenAt: state.lastActiveAt ?? state.lastAt!,
    orders: {
      count: orders.count,
      revenue: presentAmounts(orders.amounts),
      ...(orders.firstAt && { firstAt: orders.firstAt, lastAt: orders.lastAt }),
    },
    refunds: { count: refunds.count, amount: presentAmounts(refunds.amounts) },
    contacts: { byChannel: state.contactsByChannel, byHandling: state.contactsByHandling },
    satisfaction: { answers: state.surveyAnswers, ...(lastSurvey && { lastScore: lastSurvey.score, lastAt: lastSurvey.at }) },
    openCases: Object.keys(state.cases)
      .filter((id) => state.cases[id]!.open)
      .sort(compareText),
    ...(agent?.id && { agentId: agent.id }),
    mergedFrom: [...state.mergedFrom],
  };
}

function sortedValues<T>(table: Table<T>): T[] {
  return Object.keys(table)
    .sort(compareText)
    .map((key) => table[key]!);
}
