import type { Profile } from '@rapport/contracts';
import { presentAmounts } from './amounts.js';
import { openRequests } from './consent-registers.js';
import { companyOf, type CompanySource, NO_COMPANIES } from './companies.js';
import { contactPointsOf } from './contact-points.js';
import { preferencesOf } from './preferences-of.js';
import type { ProfileState } from './profile-state.js';
import { compareText, entryOf, type Table } from './registers.js';

/** The profile as others see it. Lists have one order, so that equal states read equal. */
export function presentProfile(id: string, version: number, state: ProfileState, companies: CompanySource = NO_COMPANIES): Profile {
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
    accounts: accountsOf(state, companies),
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

/** Those that were stated, oldest first, then the company that the e-mail addresses speak of. */
function accountsOf({ accounts, accountRoles = {}, identifiers }: ProfileState, companies: CompanySource): Profile['accounts'] {
  const stated: Profile['accounts'] = Object.entries(accounts)
    .map(([id, firstSeenAt]) => {
      const role = entryOf(accountRoles, id)?.role;
      return { id, firstSeenAt, ...(role !== undefined && { role }) };
    })
    .sort((a, b) => compareText(a.firstSeenAt, b.firstSeenAt) || compareText(a.id, b.id));
  const company = companyOf(identifiers, companies);
  return company === undefined || Object.hasOwn(accounts, company.id) ? stated : [...stated, { ...company, inferredFrom: 'email_domain' }];
}

function sortedValues<T>(table: Table<T>): T[] {
  return Object.keys(table)
    .sort(compareText)
    .map((key) => table[key]!);
}
