import type { ContactCount, Profile, TraitValue } from '@rapport/contracts';
import { type Activity, joinCameBy, laterSeen } from './activity.js';
import { joinAmounts } from './amounts.js';
import { type ConsentRegisters, joinConsents, joinRequests } from './consent-registers.js';
import { compareText, earlier, greater, joinRegisters, joinTables, later, type Order, type Table } from './registers.js';

/**
 * How much one profile may hold, so that a fact about it always fits into one record. Of traits, cases and marks the ones with the latest event
 * time stay, of accounts the first ones, of currencies the first by name; an identifier beyond the limit is not attached.
 */
export const PROFILE_LIMITS = Object.freeze({
  identifiers: 1_000,
  /** Characters of all identifiers' values together. */
  identifierChars: 49_152,
  traits: 128,
  /** Characters of one trait's JSON; a longer one stays in its interaction only. */
  traitChars: 512,
  /** Characters of a consent's wording. */
  wordingChars: 500,
  accounts: 100,
  cases: 100,
  addressMarks: 200,
  currencies: 32,
});

/** An identifier, with the event time at which this person was first seen under it. */
export type SeenIdentifier = Profile['identifiers'][number];

/** Event time of the last opening or closing that is known of a case. */
export interface CaseState {
  readonly at: string;
  readonly open: boolean;
}

export interface AccountRole {
  readonly at: string;
  readonly role: string;
}

export interface Turnover {
  readonly count: number;
  /** Exact decimal sums by currency. */
  readonly amounts: Table<string>;
  readonly firstAt?: string | undefined;
  readonly lastAt?: string | undefined;
}

/**
 * What the interactions of one person add up to. `join` makes it a commutative monoid: a profile is the join of the effects of its interactions,
 * and a merge is the join of two profiles. Partitions may therefore deliver one person's interactions in any order.
 * All times are event times, RFC 3339 in UTC with milliseconds.
 */
export interface ProfileState extends ConsentRegisters, Activity {
  /** Oldest first, then by type and value. A list, not a table: names that occur once each make slow objects. */
  readonly identifiers: readonly SeenIdentifier[];
  readonly traits: Table<TraitValue>;
  /** Companies, with the first time. */
  readonly accounts: Table<string>;
  /** What the person is at which company, as last stated. Absent for nearly everybody. */
  readonly accountRoles?: Table<AccountRole> | undefined;
  /** What is known about addresses: `<mark>:<identifier type>:<address>` and when it was last so. */
  readonly addressMarks: Table<string>;
  readonly firstAt?: string | undefined;
  readonly lastAt?: string | undefined;
  /** The last time that the customer did something, whereas the company may have written later. */
  readonly lastActiveAt?: string | undefined;
  readonly orders: Turnover;
  readonly refunds: Turnover;
  readonly contactsByChannel: Table<ContactCount>;
  readonly contactsByHandling: Table<ContactCount>;
  readonly surveyAnswers: number;
  readonly lastSurvey?: { readonly at: string; readonly score: number } | undefined;
  readonly cases: Table<CaseState>;
  /** `id` null: the assignment was ended. */
  readonly agent?: { readonly at: string; readonly id: string | null } | undefined;
  /** Ids of the profiles that were merged into this one, directly or through another. */
  readonly mergedFrom: readonly string[];
  /** Profiles that are other people, as a person has decided: no interaction merges them again. Absent for nearly everybody. */
  readonly separatedFrom?: readonly string[] | undefined;
}

const NO_TURNOVER: Turnover = Object.freeze({ count: 0, amounts: {} });

/** The neutral element of `join`. */
export const EMPTY_STATE: ProfileState = Object.freeze({
  identifiers: [],
  traits: {},
  consents: {},
  accounts: {},
  addressMarks: {},
  orders: NO_TURNOVER,
  refunds: NO_TURNOVER,
  contactsByChannel: {},
  contactsByHandling: {},
  surveyAnswers: 0,
  cases: {},
  mergedFrom: [],
});

// Two values with one event time: no order is right, but everybody must choose the same one.
const byTime =
  <T extends { readonly at: string }>(tie: Order<T>): Order<T> =>
  (a, b) =>
    compareText(a.at, b.at) || tie(a, b);
const encoded: Order<unknown> = (a, b) => compareText(JSON.stringify(a), JSON.stringify(b));
const traitOrder = byTime<TraitValue>((a, b) => compareText(a.source, b.source) || encoded(a.value, b.value));
const caseOrder = byTime<CaseState>((a, b) => Number(b.open) - Number(a.open));
const surveyOrder = byTime<{ at: string; score: number }>((a, b) => a.score - b.score);
const agentOrder = byTime<{ at: string; id: string | null }>((a, b) => compareText(a.id ?? '', b.id ?? ''));
const latestFirst: Order<string> = (a, b) => compareText(b, a);

/** Associative and commutative, with EMPTY_STATE neutral. Not idempotent: counters add. */
export function join(a: ProfileState, b: ProfileState): ProfileState {
  return {
    identifiers: joinIdentifiers(a.identifiers, b.identifiers),
    traits: joinRegisters(a.traits, b.traits, traitOrder, PROFILE_LIMITS.traits),
    consents: joinConsents(a.consents, b.consents),
    consentRequests: joinRequests(a.consentRequests, b.consentRequests),
    seenLocale: laterSeen(a.seenLocale, b.seenLocale),
    seenTimeZone: laterSeen(a.seenTimeZone, b.seenTimeZone),
    cameBy: joinCameBy(a.cameBy, b.cameBy),
    accounts: joinRegisters(a.accounts, b.accounts, latestFirst, PROFILE_LIMITS.accounts),
    accountRoles: joinRoles(a.accountRoles, b.accountRoles),
    addressMarks: joinRegisters(a.addressMarks, b.addressMarks, compareText, PROFILE_LIMITS.addressMarks),
    firstAt: earlier(a.firstAt, b.firstAt),
    lastAt: later(a.lastAt, b.lastAt),
    lastActiveAt: later(a.lastActiveAt, b.lastActiveAt),
    orders: joinTurnover(a.orders, b.orders),
    refunds: joinTurnover(a.refunds, b.refunds),
    contactsByChannel: joinTables(a.contactsByChannel, b.contactsByChannel, joinCounts),
    contactsByHandling: joinTables(a.contactsByHandling, b.contactsByHandling, joinCounts),
    surveyAnswers: a.surveyAnswers + b.surveyAnswers,
    lastSurvey: greater(a.lastSurvey, b.lastSurvey, surveyOrder),
    cases: joinRegisters(a.cases, b.cases, caseOrder, PROFILE_LIMITS.cases),
    agent: greater(a.agent, b.agent, agentOrder),
    mergedFrom: joinIds(a.mergedFrom, b.mergedFrom),
    separatedFrom: b.separatedFrom === undefined ? a.separatedFrom : joinIds(a.separatedFrom ?? [], b.separatedFrom),
  };
}

const roleOrder = byTime<AccountRole>((a, b) => compareText(a.role, b.role));

function joinRoles(a: ProfileState['accountRoles'], b: ProfileState['accountRoles']): ProfileState['accountRoles'] {
  return a === undefined || b === undefined ? (a ?? b) : joinRegisters(a, b, roleOrder, PROFILE_LIMITS.accounts);
}

const oldestFirst: Order<SeenIdentifier> = (a, b) =>
  compareText(a.firstSeenAt, b.firstSeenAt) || compareText(a.type, b.type) || compareText(a.value, b.value);

function joinIdentifiers(a: readonly SeenIdentifier[], b: readonly SeenIdentifier[]): readonly SeenIdentifier[] {
  let joined: SeenIdentifier[] | undefined;
  for (const one of b) {
    const index = a.findIndex(({ type, value }) => value === one.value && type === one.type);
    if (index < 0) (joined ??= [...a]).push(one);
    else if (one.firstSeenAt < a[index]!.firstSeenAt) (joined ??= [...a])[index] = one;
  }
  return joined === undefined ? a : joined.sort(oldestFirst);
}

function joinTurnover(a: Turnover, b: Turnover): Turnover {
  if (b.count === 0) return a;
  if (a.count === 0) return b;
  return {
    count: a.count + b.count,
    amounts: joinAmounts(a.amounts, b.amounts, PROFILE_LIMITS.currencies),
    firstAt: earlier(a.firstAt, b.firstAt),
    lastAt: later(a.lastAt, b.lastAt),
  };
}

const joinCounts = (a: ContactCount, b: ContactCount): ContactCount => ({
  count: a.count + b.count,
  lastAt: b.lastAt > a.lastAt ? b.lastAt : a.lastAt,
});

function joinIds(a: readonly string[], b: readonly string[]): readonly string[] {
  if (b.length === 0) return a;
  return [...new Set([...a, ...b])].sort();
}
