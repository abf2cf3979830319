import type { ChannelDecision } from '@rapport/contracts';
import { FALLBACK, isOutbound, MODEL_VERSION, type OutboundChannel, traitsOf } from './channels.js';
import type { Customer } from './customer.js';
import { type Ask, checkChannel, type Means, PASSING_CODES } from './hard-filters.js';
import { sum, UNIT, utilityTerms } from './utility.js';

const FALLBACKS_MAX = 3;

/**
 * Chooses the channel: what may not be used is refused with its code, the rest is ranked by utility, the first is the choice and the next ones are
 * its fallback. Pure: the same customer, ask, means and clock give the same answer, whatever the order of any list.
 * @param tried channels that this notification has used already; they are no candidates any more.
 */
export function chooseChannel(
  customer: Customer,
  ask: Ask,
  means: Means,
  now: Date,
  tried: readonly OutboundChannel[] = [],
): ChannelDecision {
  const candidates = [...new Set([...means.available, ...(ask.channels ?? []).filter(isOutbound)])]
    .filter((channel) => !tried.includes(channel))
    .sort();
  const ranked: { channel: OutboundChannel; address: string; terms: ReturnType<typeof utilityTerms>; utility: number }[] = [];
  const rejected: ChannelDecision['rejected'] = [];
  for (const channel of candidates) {
    const verdict = checkChannel(channel, customer, ask, means, now);
    if (verdict.usable) {
      const terms = utilityTerms(channel, customer, ask, now);
      ranked.push({ channel, address: verdict.address, terms, utility: sum(terms) });
    } else {
      rejected.push({ channel, code: verdict.code, ...(verdict.until === undefined ? {} : { until: verdict.until.toISOString() }) });
    }
  }
  ranked.sort((a, b) => b.utility - a.utility || traitsOf(a.channel).cost - traitsOf(b.channel).cost || (a.channel < b.channel ? -1 : 1));
  return {
    ranked: ranked.map(({ channel, address, terms, utility }) => ({ channel, address, utility: utility / UNIT, terms: scaled(terms) })),
    rejected,
    fallback: ranked
      .slice(1)
      .filter(({ channel, utility }) => mayFollow(channel, utility, ask))
      .slice(0, FALLBACKS_MAX)
      .map(({ channel }) => ({ channel, afterMs: FALLBACK[ask.purpose].afterMs[ask.urgency], on: FALLBACK[ask.purpose].on })),
    propensity: 1,
    modelVersion: MODEL_VERSION,
  };
}

/** A person is not called in because a machine's simple message was not answered, unless it is worth it for this customer. */
function mayFollow(channel: OutboundChannel, utility: number, ask: Ask): boolean {
  return (
    traitsOf(channel).served !== 'person' ||
    utility >= 0 ||
    ask.complexity === 'complex' ||
    ask.sensitivity === 'sensitive' ||
    ask.urgency === 'critical'
  );
}

/** The channel to use: the best, or when others were tried before, the best that may follow. */
export function choiceOf(
  decision: ChannelDecision,
  ask: Ask,
  tried: readonly OutboundChannel[],
): { channel: OutboundChannel; address: string } | undefined {
  const found = decision.ranked.find(({ channel, utility }) => tried.length === 0 || mayFollow(channel as OutboundChannel, utility, ask));
  return found === undefined ? undefined : { channel: found.channel as OutboundChannel, address: found.address };
}

const scaled = (terms: Readonly<Record<string, number>>): Record<string, number> =>
  Object.fromEntries(Object.entries(terms).map(([term, amount]) => [term, amount / UNIT]));

/** When the first channel that only time closes opens again; undefined when nothing is to be waited for. */
export function opensAt(decision: ChannelDecision): Date | undefined {
  const times = decision.rejected.flatMap(({ code, until }) => (PASSING_CODES.has(code) && until !== undefined ? [until] : [])).sort();
  return times[0] === undefined ? undefined : new Date(times[0]);
}

/** The refusal that tells most about why nothing could be sent: a matter of the customer before one of the message. */
const TELLING = [
  'NO_CONSENT',
  'DO_NOT_CALL',
  'SUPPRESSED',
  'CAP_REACHED',
  'QUIET_HOURS',
  'LEGAL_HOURS',
  'NOT_VERIFIED',
  'NO_ADDRESS',
  'PROVIDER_DOWN',
  'TOO_LONG',
  'LOCALE_MISSING',
  'SESSION_WINDOW_CLOSED',
  'NO_TEMPLATE',
  'NOT_REQUESTED',
] as const;

export function mainReason(decision: ChannelDecision): string {
  const codes = new Set(decision.rejected.map(({ code }) => code));
  return TELLING.find((code) => codes.has(code)) ?? 'NO_CHANNEL';
}
