import { CHANNELS, type Consent, type Interaction, PURPOSES } from '@rapport/contracts';

const WORDING_CHARS_MAX = 2_000;
const NAME_CHARS_MAX = 100;
const purposes: ReadonlySet<unknown> = new Set([...PURPOSES, '*']);
const channels: ReadonlySet<unknown> = new Set([...CHANNELS, '*']);

/** One piece of evidence. `pending`: asked for, and to be confirmed; it decides nothing yet. */
export interface Evidence extends Omit<Consent, 'state'> {
  readonly state: Consent['state'] | 'pending';
}

interface ConsentRule {
  readonly state: Evidence['state'];
  /** What holds when the interaction does not say it; without a default it must. */
  readonly purpose?: string;
  readonly channel?: string;
}

/** Which interactions are evidence of consent. `*` means every purpose, or channel; without a default the channel is the interaction's own. */
const CONSENT_EVENTS: Readonly<Record<string, ConsentRule>> = {
  'Consent Granted': { state: 'granted', channel: '*' },
  'Consent Withdrawn': { state: 'withdrawn', channel: '*' },
  // double opt-in: asked for at a form, confirmed from the mailbox
  'Consent Requested': { state: 'pending', channel: 'email' },
  'Consent Confirmed': { state: 'granted', channel: 'email' },
  Unsubscribed: { state: 'withdrawn', purpose: 'marketing' },
  'Email Marked as Spam': { state: 'withdrawn', purpose: 'marketing', channel: 'email' },
};

/**
 * The evidence that an interaction gives, or undefined. A purpose or channel that the product has no word for is no evidence: nobody could ask
 * for it, and a closed set keeps the profile small without ever having to forget a withdrawal.
 */
export function consentOf(interaction: Interaction): Evidence | undefined {
  const rule = Object.hasOwn(CONSENT_EVENTS, interaction.event) ? CONSENT_EVENTS[interaction.event] : undefined;
  if (rule === undefined) return undefined;
  const { properties } = interaction;
  const { purpose = rule.purpose, channel = rule.channel ?? interaction.channel, wording } = properties;
  if (!purposes.has(purpose) || !channels.has(channel)) return undefined;
  const wordingVersion = nameOf(properties['wordingVersion']);
  return {
    purpose: purpose as string,
    channel: channel as string,
    state: rule.state,
    at: interaction.at,
    source: nameOf(properties['source']) ?? interaction.source,
    ...(typeof wording === 'string' ? { wording: printable(wording).slice(0, WORDING_CHARS_MAX) } : {}),
    ...(wordingVersion === undefined ? {} : { wordingVersion }),
    actor: nameOf(properties['actor']) ?? (interaction.direction === 'inbound' ? 'customer' : 'company'),
  };
}

const nameOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? printable(value).slice(0, NAME_CHARS_MAX) : undefined;

/** The database's texts hold no NUL. */
const printable = (text: string): string => text.replaceAll('\u0000', '');
