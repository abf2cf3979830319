import { RELATIONSHIP_TYPES, type RelationshipType } from '@rapport/contracts';
import { DAY_MS } from '../windows.js';
import { COLUMNS, CONTACTS_COLUMN, PURCHASES_COLUMN, dayOf, type RelationshipEvidence } from './evidence.js';
import { HALF_LIFE_DAYS, PRIOR, PRIOR_WEIGHT, QUARTERS, WINDOW_DAYS, type ServedBy } from './evidence-table.js';

export type Scores = Record<RelationshipType, number>;
export interface Scored {
  readonly scores: Scores;
  /** Interactions in the window, undecayed. */
  readonly interactions: number;
  /** Evidence in contacts, decayed. */
  readonly mass: number;
}

const DECAY = Array.from({ length: WINDOW_DAYS }, (_, age) => 2 ** (-age / HALF_LIFE_DAYS));
const DECLARED_SCORE = 0.9;
const AGENT = { minContacts: 3, minDays: 30, minShare: 0.6 } as const;
const MONTH_DAYS = 30;
const LONG_TERM = {
  tenureDays: 365,
  months: WINDOW_DAYS / MONTH_DAYS,
  repeats: 4,
  tenureShare: 0.35,
  monthsShare: 0.35,
  repeatShare: 0.3,
} as const;

export const round = (value: number): number => Math.round(Math.min(1, Math.max(0, value)) * 10_000) / 10_000;

/** The eight scores at the instant `t`. Pure; the order in which the evidence came plays no part. The formulas are in the model card (evidence-table.ts). */
export function scoreEvidence(evidence: RelationshipEvidence, agentDeclared: boolean, t: number): Scored {
  const sums = weigh(evidence, dayOf(t));
  const share = (amount: number, prior: number): number => (amount + PRIOR_WEIGHT * prior) / (sums.mass + PRIOR_WEIGHT);
  const human = share(sums.by.personal + sums.by.dedicated, PRIOR.human);
  const ofAgent = agentDeclared ? 1 : dedicatedShare(evidence, sums, dayOf(t));
  const longTerm = longTermMeasure(evidence, sums, t);
  const scores: Scores = {
    transactional: share(sums.by.transactional, PRIOR.transactional),
    self_service: share(sums.by.self_service, PRIOR.self_service),
    automated_service: share(sums.by.automated_service, PRIOR.automated_service),
    long_term: share(sums.mass * longTerm, PRIOR.long_term),
    personal_assistance: human * (1 - ofAgent),
    dedicated_assistance: agentDeclared ? Math.max(DECLARED_SCORE, human) : human * ofAgent,
    community: share(sums.by.community, PRIOR.community),
    co_creation: share(sums.by.co_creation, PRIOR.co_creation),
  };
  for (const type of RELATIONSHIP_TYPES) scores[type] = round(scores[type]);
  return { scores, interactions: sums.interactions, mass: sums.mass };
}

interface Sums {
  readonly by: Record<ServedBy, number>;
  readonly mass: number;
  readonly interactions: number;
  readonly purchases: number;
  readonly activeMonths: number;
}

function weigh(evidence: RelationshipEvidence, today: number): Sums {
  const months = new Set<number>();
  let interactions = 0;
  let purchases = 0;
  const sums = COLUMNS.map(() => 0);
  for (const bucket of evidence.days) {
    const age = today - bucket[0];
    if (age < 0 || age >= WINDOW_DAYS) continue;
    const weight = DECAY[age]! / QUARTERS;
    for (let column = 0; column < sums.length; column++) sums[column]! += bucket[column + 1]! * weight;
    interactions += bucket[CONTACTS_COLUMN]!;
    purchases += bucket[PURCHASES_COLUMN]!;
    months.add(Math.floor(age / MONTH_DAYS));
  }
  const [transactional, self_service, automated_service, personal, dedicated, community, co_creation] = sums as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const by = { transactional, self_service, automated_service, personal, dedicated, community, co_creation };
  return { by, mass: sums.reduce((sum, amount) => sum + amount, 0), interactions, purchases, activeMonths: months.size };
}

/** Which part of the human contacts is dedicated, when nobody was declared. */
function dedicatedShare(evidence: RelationshipEvidence, sums: Sums, today: number): number {
  const human = sums.by.personal + sums.by.dedicated;
  if (human === 0) return 0;
  const ofOneAgent = Math.max(0, ...Object.values(evidence.agents).map((days) => contactsOfTheirOwnAgent(days, sums, today)));
  return Math.min(1, (sums.by.dedicated + ofOneAgent) / human);
}

/** Decayed contacts of an agent who passes for the customer's own; 0 of any other. */
function contactsOfTheirOwnAgent(days: readonly (readonly [day: number, contacts: number])[], sums: Sums, today: number): number {
  const inWindow = days.filter(([day]) => day <= today && day > today - WINDOW_DAYS);
  const contacts = inWindow.reduce((sum, [, n]) => sum + n, 0);
  if (contacts < AGENT.minContacts || inWindow.at(-1)![0] - inWindow[0]![0] < AGENT.minDays) return 0;
  const decayed = inWindow.reduce((sum, [day, n]) => sum + n * DECAY[today - day]!, 0);
  return decayed / (sums.by.personal + sums.by.dedicated) >= AGENT.minShare ? decayed : 0;
}

function longTermMeasure(evidence: RelationshipEvidence, sums: Sums, t: number): number {
  const tenureDays = evidence.firstAt === null ? 0 : Math.max(0, t - evidence.firstAt) / DAY_MS;
  return (
    LONG_TERM.tenureShare * Math.min(1, tenureDays / LONG_TERM.tenureDays) +
    LONG_TERM.monthsShare * Math.min(1, sums.activeMonths / LONG_TERM.months) +
    LONG_TERM.repeatShare * Math.min(1, Math.max(0, sums.purchases - 1) / LONG_TERM.repeats)
  );
}

const WORDS: Record<ServedBy, string> = {
  transactional: 'purchases without human contact',
  self_service: 'self-service',
  automated_service: 'bots and automatic answers',
  personal: 'contacts with people',
  dedicated: 'contacts with the own agent',
  community: 'community',
  co_creation: 'co-creation',
};

/** What the scores rest on, for people. */
export function reasonsOf(evidence: RelationshipEvidence, agentDeclared: boolean, t: number): string[] {
  const sums = weigh(evidence, dayOf(t));
  const percent = (part: number): string => `${Math.round((100 * part) / sums.mass)}%`;
  const shares = COLUMNS.filter((column) => sums.by[column] > 0)
    .sort((a, b) => sums.by[b] - sums.by[a])
    .slice(0, 3)
    .map((column) => `${percent(sums.by[column])} ${WORDS[column]}`);
  return [
    ...(agentDeclared ? ['an agent is assigned to the customer'] : []),
    `${sums.interactions} interactions in ${WINDOW_DAYS} days${shares.length > 0 ? `: ${shares.join(', ')}` : ''}`,
    ...(longTermMeasure(evidence, sums, t) >= 0.5
      ? [`contact in ${sums.activeMonths} of the last ${LONG_TERM.months} months, ${sums.purchases} purchases`]
      : []),
  ];
}
