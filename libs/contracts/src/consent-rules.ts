import type { Consent } from './profile.js';
import type { Purpose } from './vocabulary.js';

/**
 * What each purpose needs before a customer may be contacted.
 * `exempt`: the customer cannot do without it (a receipt, a password). `opt_out`: allowed until refused. `opt_in`: only after a yes.
 */
export const CONSENT_RULES: Readonly<Record<Purpose, 'exempt' | 'opt_out' | 'opt_in'>> = {
  transactional: 'exempt',
  service: 'opt_out',
  survey: 'opt_out',
  relationship: 'opt_out',
  marketing: 'opt_in',
};

type Evidence = Pick<Consent, 'purpose' | 'channel' | 'state' | 'at'>;

/** Of all evidence that covers purpose and channel the newest decides, by the time at which it was said; at a tie the refusal. */
export function consentState(consents: readonly Evidence[], purpose: Purpose, channel: string): 'granted' | 'withdrawn' | 'none' {
  let latest: Evidence | undefined;
  for (const consent of consents) {
    if (consent.purpose !== purpose && consent.purpose !== '*') continue;
    if (consent.channel !== channel && consent.channel !== '*') continue;
    if (latest === undefined || consent.at > latest.at || (consent.at === latest.at && consent.state === 'withdrawn')) latest = consent;
  }
  return latest?.state ?? 'none';
}

export function mayContact(consents: readonly Evidence[], purpose: Purpose, channel: string): boolean {
  const rule = CONSENT_RULES[purpose];
  if (rule === 'exempt') return true;
  const state = consentState(consents, purpose, channel);
  return rule === 'opt_in' ? state === 'granted' : state !== 'withdrawn';
}
