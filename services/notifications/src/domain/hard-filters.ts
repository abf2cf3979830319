import { CONSENT_RULES, type ContactPoint, mayContact, type Purpose, type RejectionCode, type Sensitivity } from '@rapport/contracts';
import { type OutboundChannel, traitsOf, type Urgency } from './channels.js';
import { PURPOSE_CLASS } from './consent-rules.js';
import type { Customer } from './customer.js';
import { checkCaps } from './frequency-caps.js';
import { HOUSE_CAPS, rulesOf } from './legal-defaults.js';
import { isWithin, localMinute, nextLocalMinute } from './local-time.js';

/** What the company wants of the customer, as far as the channel is concerned. */
export interface Ask {
  readonly purpose: Purpose;
  readonly urgency: Urgency;
  readonly complexity: 'simple' | 'guided' | 'complex';
  readonly sensitivity: Sensitivity;
  /** Only these, when given. */
  readonly channels?: readonly string[];
  /** Only there, when given. */
  readonly address?: string;
}

/** What can be done at this moment. */
export interface Means {
  /** Channels that this deployment has a provider for. */
  readonly available: readonly OutboundChannel[];
  /** Per channel: the language in which the message is written for it, or what is wrong with it. A channel that is missing has no template. */
  readonly written: Readonly<Partial<Record<OutboundChannel, { readonly locale: string } | 'NO_TEMPLATE' | 'LOCALE_MISSING' | 'TOO_LONG'>>>;
  /** Channels whose provider is known to be down, and until when that is believed. */
  readonly down: Readonly<Partial<Record<OutboundChannel, Date>>>;
  /** ISO 3166 country of a customer of whom none is known. */
  readonly defaultCountry: string;
}

export interface Refusal {
  readonly code: RejectionCode;
  readonly until?: Date;
}
export type Verdict = { readonly usable: true; readonly address: string } | ({ readonly usable: false } & Refusal);

/** Codes that only time stands behind: a notification waits for those, and is held back for the others. */
export const PASSING_CODES: ReadonlySet<RejectionCode> = new Set<RejectionCode>(['QUIET_HOURS', 'LEGAL_HOURS', 'PROVIDER_DOWN']);

/** Whether this channel may be used now. What time cannot heal is told first; of what it can, that which lasts longest. */
export function checkChannel(channel: OutboundChannel, customer: Customer, ask: Ask, means: Means, now: Date): Verdict {
  if (ask.channels !== undefined && !ask.channels.includes(channel)) return { usable: false, code: 'NOT_REQUESTED' };
  const written = means.written[channel] ?? 'NO_TEMPLATE';
  if (typeof written === 'string') return { usable: false, code: written };
  const contact = mayReach(channel, customer, ask);
  if (!contact.usable) return contact;
  if (!means.available.includes(channel)) return { usable: false, code: 'PROVIDER_DOWN' };
  const passing = passingRefusals(channel, customer, ask, means, now).sort((a, b) => timeOf(b) - timeOf(a))[0];
  return passing === undefined ? contact : { usable: false, ...passing };
}

/** Whether this customer may be reached there for this, as long as neither he nor his addresses change. */
export function mayReach(
  channel: OutboundChannel,
  customer: Pick<Customer, 'snapshot' | 'feedback'>,
  ask: Pick<Ask, 'purpose' | 'sensitivity' | 'address'>,
): Verdict {
  const address = addressOf(channel, customer, ask);
  if (typeof address !== 'string') return { usable: false, ...address };
  if (!mayContact(customer.snapshot.consents, ask.purpose, channel)) return { usable: false, code: 'NO_CONSENT' };
  if (channel === 'phone' && doNotCall(customer) && CONSENT_RULES[ask.purpose] !== 'exempt') return { usable: false, code: 'DO_NOT_CALL' };
  return { usable: true, address };
}

const timeOf = ({ until }: Refusal): number => until?.getTime() ?? Number.POSITIVE_INFINITY;

const doNotCall = ({ snapshot, feedback }: Pick<Customer, 'snapshot' | 'feedback'>): boolean =>
  snapshot.doNotCall === true ||
  feedback.suppressions.some((suppression) => suppression.channel === 'phone' && suppression.reason === 'do_not_call');

function passingRefusals(channel: OutboundChannel, customer: Customer, ask: Ask, means: Means, now: Date): Refusal[] {
  const refusals: Refusal[] = [];
  const down = means.down[channel];
  if (down !== undefined && down > now) refusals.push({ code: 'PROVIDER_DOWN', until: down });
  const rules = rulesOf(customer.snapshot.country ?? means.defaultCountry);
  const timeZone = customer.snapshot.timeZone ?? rules.timeZone;
  const purposeClass = PURPOSE_CLASS[ask.purpose];
  const hours = purposeClass === 'advertising' ? rules.advertisingHours[channel] : undefined;
  if (hours !== undefined && !isWithin(localMinute(now, timeZone), hours))
    refusals.push({ code: 'LEGAL_HOURS', until: nextLocalMinute(now, hours.from, timeZone) });
  const quiet = customer.snapshot.quietHours;
  if (quiet !== undefined && quietHoursApply(channel, ask) && isWithin(localMinute(now, timeZone), quiet)) {
    refusals.push({ code: 'QUIET_HOURS', until: nextLocalMinute(now, quiet.to, timeZone) });
  }
  const caps = checkCaps(customer.touches, [...rules.caps, ...HOUSE_CAPS], channel, purposeClass, now);
  if (caps.reached) refusals.push({ code: 'CAP_REACHED', until: caps.until });
  return refusals;
}

/** What the customer did not ask for respects his quiet hours everywhere; what he needs may come, but not ring, unless it is critical. */
function quietHoursApply(channel: OutboundChannel, ask: Ask): boolean {
  if (PURPOSE_CLASS[ask.purpose] !== 'essential') return true;
  return traitsOf(channel).interrupts && ask.urgency !== 'critical';
}

/** The address to use: reachable and not suppressed, verified before unverified, then by text, so that the order of the list does not matter. */
function addressOf(
  channel: OutboundChannel,
  customer: Pick<Customer, 'snapshot' | 'feedback'>,
  ask: Pick<Ask, 'purpose' | 'sensitivity' | 'address'>,
): string | Refusal {
  const points = customer.snapshot.contactPoints.filter(
    (point) => point.channel === channel && (ask.address === undefined || point.address === ask.address),
  );
  if (points.length === 0) return { code: 'NO_ADDRESS' };
  const open = points.filter((point) => mayArrive(point, ask.purpose) && !isSuppressed(channel, point.address, customer, ask.purpose));
  if (open.length === 0) return { code: 'SUPPRESSED' };
  const fit = open.filter((point) => point.verified || !needsVerified(channel, ask));
  const [best] = fit.sort((a, b) => Number(b.verified) - Number(a.verified) || (a.address < b.address ? -1 : 1));
  return best === undefined ? { code: 'NOT_VERIFIED' } : best.address;
}

/** A person asks whom he is speaking to; a machine that writes about a sensitive matter must know the address to be the customer's. */
const needsVerified = (channel: OutboundChannel, ask: Pick<Ask, 'sensitivity'>): boolean =>
  ask.sensitivity === 'sensitive' && traitsOf(channel).served === 'automation';

/** Somebody who complained of mail is not written to unasked, and gets what he cannot do without. */
const mayArrive = ({ reachable, unreachable }: ContactPoint, purpose: Purpose): boolean =>
  reachable || (unreachable?.reason === 'complained' && PURPOSE_CLASS[purpose] === 'essential');

function isSuppressed(channel: OutboundChannel, address: string, customer: Pick<Customer, 'feedback'>, purpose: Purpose): boolean {
  return customer.feedback.suppressions.some(
    (suppression) =>
      suppression.reason !== 'do_not_call' &&
      suppression.channel === channel &&
      (suppression.address === null || suppression.address === address) &&
      (suppression.scope === 'all' || PURPOSE_CLASS[purpose] !== 'essential'),
  );
}
