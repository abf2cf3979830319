import type { Identifier, Interaction, TraitValue } from '@rapport/contracts';
import { activityOf } from './activity.js';
import { addressMarksOf } from './address-marks.js';
import { amountOf } from './amounts.js';
import { consentOf } from './consent-of.js';
import { consentRegistersOf } from './consent-registers.js';
import { type CaseState, EMPTY_STATE, join, PROFILE_LIMITS, type ProfileState, type Turnover } from './profile-state.js';
import { isKeepable, type Table } from './registers.js';

const NAME_CHARS_MAX = 128;
const REFERENCE_CHARS_MAX = 256;
const ROLE_CHARS_MAX = 64;
const SURVEY_SCORE_MAX = 1_000;

/**
 * What one interaction adds to a profile. `identifiers`: those of it that identity resolution attached (a shared kiosk's may have been dropped).
 * Which events mean what stands here, in CONSENT_EVENTS and in ADDRESS_EVENTS; every other one counts as a contact only.
 */
export function effectOf(interaction: Interaction, identifiers: readonly Identifier[]): ProfileState {
  const { at, event, channel, handling } = interaction;
  const { consents, consentRequests } = consentRegistersOf(consentOf(interaction), PROFILE_LIMITS.wordingChars);
  const { seenLocale, seenTimeZone, cameBy } = activityOf(interaction);
  const contact = { count: 1, lastAt: at };
  return {
    ...EMPTY_STATE,
    identifiers: identifiers.map(({ type, value }) => ({ type, value, firstSeenAt: at })),
    traits: traitsOf(interaction),
    consents,
    consentRequests,
    seenLocale,
    seenTimeZone,
    cameBy,
    accounts: accountsOf(interaction),
    accountRoles: rolesOf(interaction),
    addressMarks: addressMarksOf(interaction),
    firstAt: at,
    lastAt: at,
    lastActiveAt: isActivity(interaction) ? at : undefined,
    orders: event === 'Order Completed' ? turnover(interaction, false) : EMPTY_STATE.orders,
    // whichever sign the sender gives it, a refund is money that went back
    refunds: event === 'Order Refunded' ? turnover(interaction, true) : EMPTY_STATE.refunds,
    contactsByChannel: { [channel]: contact },
    contactsByHandling: { [handling]: contact },
    ...answerOf(interaction),
    cases: casesOf(interaction),
    agent: agentOf(interaction),
  };
}

/** One step of the fold. */
export const fold = (state: ProfileState, interaction: Interaction, identifiers: readonly Identifier[]): ProfileState =>
  join(state, effectOf(interaction, identifiers));

/** The customer did it himself, and was there: not the company's letter, not an import that the sender marks as inactive. */
function isActivity(interaction: Interaction): boolean {
  return interaction.direction === 'inbound' && interaction.context?.['active'] !== false;
}

function traitsOf({ traits, source, at }: Interaction): Table<TraitValue> {
  if (traits === undefined) return EMPTY_STATE.traits;
  const kept: Record<string, TraitValue> = {};
  for (const [name, value] of Object.entries(traits)) {
    if (isKeepable(name) && name.length <= NAME_CHARS_MAX && isSmall(value)) kept[name] = { value, source, at };
  }
  return kept;
}

function isSmall(value: unknown): boolean {
  if (value === undefined) return false;
  if (typeof value === 'string') return value.length <= PROFILE_LIMITS.traitChars;
  return typeof value !== 'object' || value === null || JSON.stringify(value).length <= PROFILE_LIMITS.traitChars;
}

function accountsOf({ account, at }: Interaction): Table<string> {
  return account !== undefined && isKeepable(account.id) ? { [account.id]: at } : EMPTY_STATE.accounts;
}

function rolesOf({ account, properties, at }: Interaction): ProfileState['accountRoles'] {
  const role = account?.traits['role'] ?? properties['role'];
  return account !== undefined && isKeepable(account.id) && typeof role === 'string' && role !== ''
    ? { [account.id]: { at, role: role.slice(0, ROLE_CHARS_MAX) } }
    : undefined;
}

function turnover({ value, at }: Interaction, absolute: boolean): Turnover {
  return { count: 1, amounts: amountOf(value, { absolute }), firstAt: at, lastAt: at };
}

function answerOf({ event, properties, at }: Interaction): Pick<ProfileState, 'surveyAnswers' | 'lastSurvey'> {
  const score = properties['score'];
  if (event !== 'Survey Answered' || typeof score !== 'number' || !(Math.abs(score) <= SURVEY_SCORE_MAX)) return { surveyAnswers: 0 };
  return { surveyAnswers: 1, lastSurvey: { at, score } };
}

const CASE_EVENTS: Readonly<Record<string, boolean>> = {
  'Case Opened': true,
  'Case Escalated': true,
  'Case Reopened': true,
  'Case Resolved': false,
  'Case Closed': false,
};

function casesOf({ event, caseId, at }: Interaction): Table<CaseState> {
  const open = Object.hasOwn(CASE_EVENTS, event) ? CASE_EVENTS[event] : undefined;
  return open !== undefined && caseId !== undefined && isKeepable(caseId) ? { [caseId]: { at, open } } : EMPTY_STATE.cases;
}

function agentOf({ event, agentId, properties, at }: Interaction): ProfileState['agent'] {
  if (event === 'Agent Unassigned') return { at, id: null };
  const id = properties['agentId'] ?? agentId;
  return event === 'Agent Assigned' && typeof id === 'string' && id !== '' ? { at, id: id.slice(0, REFERENCE_CHARS_MAX) } : undefined;
}
