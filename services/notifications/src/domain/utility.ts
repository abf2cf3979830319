import type { Purpose } from '@rapport/contracts';
import {
  COMPLEXITY_NEED,
  ENGAGEMENT_LEANING,
  ENGAGEMENT_PRIOR,
  ENGAGEMENT_PRIOR_WEIGHT,
  FATIGUE_WINDOW_MS,
  IN_APP_HALF_LIFE_DAYS,
  type OutboundChannel,
  RELATIONSHIP_LEANING,
  SENSITIVITY_NEED,
  traitsOf,
  WEIGHTS,
} from './channels.js';
import { AGAINST_WEIGHT, type Customer } from './customer.js';
import { isRecent } from './frequency-caps.js';
import type { Ask } from './hard-filters.js';

/** Terms and their sum are whole ten-thousandths, so that adding them is exact and no law breaks on rounding. */
export const UNIT = 10_000;
const DAY_MS = 86_400_000;

export const UTILITY_TERMS = [
  'engage',
  'inTime',
  'fit',
  'preference',
  'relationship',
  'engagementModel',
  'agent',
  'cost',
  'fatigue',
] as const;
export type Terms = Readonly<Record<(typeof UTILITY_TERMS)[number], number>>;

/** What speaks for and against a channel, term by term, in units of 1/{@link UNIT}. Only `fit` depends on complexity and sensitivity. */
export function utilityTerms(channel: OutboundChannel, customer: Customer, ask: Ask, now: Date): Terms {
  const { snapshot, classification } = customer;
  const traits = traitsOf(channel);
  return {
    engage: Math.round(engagementProbability(customer, channel, ask.purpose) * WEIGHTS.engage * 100),
    inTime: Math.round(traits.seen[ask.urgency] * WEIGHTS.inTime[ask.urgency] * presence(channel, customer, now)),
    fit: fit(traits.richness, COMPLEXITY_NEED[ask.complexity] + SENSITIVITY_NEED[ask.sensitivity]),
    preference:
      snapshot.preferredChannel === channel ? (snapshot.preferenceInferred ? WEIGHTS.preferredInferred : WEIGHTS.preferred) * 100 : 0,
    relationship: classification === undefined ? 0 : relationshipLeaning(channel, classification.relationshipType) * 100,
    engagementModel:
      classification?.engagementModel === undefined ? 0 : ENGAGEMENT_LEANING[classification.engagementModel][traits.served] * 100,
    agent: snapshot.agentId !== undefined && traits.served === 'person' ? WEIGHTS.agent * 100 : 0,
    cost: negative(traits.cost * WEIGHTS.cost),
    fatigue: ask.urgency === 'critical' ? 0 : negative(fatigue(channel, customer, now) * 100),
  };
}

export const sum = (terms: Terms): number => UTILITY_TERMS.reduce((total, term) => total + terms[term], 0);

/** Posterior mean of a Beta whose prior is the declared figure with the weight of {@link ENGAGEMENT_PRIOR_WEIGHT} contacts. */
export function engagementProbability({ feedback }: Pick<Customer, 'feedback'>, channel: OutboundChannel, purpose: Purpose): number {
  const seen = feedback.engagement[`${channel}|${purpose}`] ?? { sent: 0, answered: 0, against: 0 };
  const trials = Math.max(seen.sent, seen.answered) + seen.against * AGAINST_WEIGHT;
  return (seen.answered + (ENGAGEMENT_PRIOR_WEIGHT * ENGAGEMENT_PRIOR[purpose][channel]) / 100) / (trials + ENGAGEMENT_PRIOR_WEIGHT);
}

/**
 * Missing richness costs much, superfluous richness a little. For two channels the difference in favour of the richer one never shrinks while
 * the need grows (increasing differences): a harder matter can therefore never move the choice to a poorer channel (Topkis 1978).
 */
export function fit(richness: number, need: number): number {
  return negative(WEIGHTS.tooPoor * Math.max(0, need - richness) + WEIGHTS.tooRich * Math.max(0, richness - need));
}

/** 1, or for in-app how likely the customer is to come by. */
function presence(channel: OutboundChannel, { snapshot }: Customer, now: Date): number {
  if (channel !== 'in_app') return 1;
  if (snapshot.lastVisitDay === undefined) return 0;
  const days = Math.max(0, Math.floor((now.getTime() - Date.parse(snapshot.lastVisitDay)) / DAY_MS));
  return 2 ** (-days / IN_APP_HALF_LIFE_DAYS);
}

function relationshipLeaning(channel: OutboundChannel, type: keyof typeof RELATIONSHIP_LEANING): number {
  const leaning = RELATIONSHIP_LEANING[type];
  return channel === 'in_app' ? leaning.in_app : leaning[traitsOf(channel).served];
}

function fatigue(channel: OutboundChannel, { touches }: Customer, now: Date): number {
  const recent = touches.filter((touch) => isRecent(touch, FATIGUE_WINDOW_MS, now));
  return recent.length * WEIGHTS.fatigueAny + recent.filter((touch) => touch.channel === channel).length * WEIGHTS.fatigueChannel;
}

/** Never -0, which would not survive being written and read back. */
const negative = (amount: number): number => (amount === 0 ? 0 : -amount);
