import { CHANNELS, CONSENT_RULES, type Channel, consentState, mayContact, type Profile, PURPOSES, type Purpose } from '@rapport/contracts';

/** Purposes about which a person has a say: what he cannot do without is sent in any case. */
export const CHOOSABLE_PURPOSES: readonly Purpose[] = PURPOSES.filter((purpose) => CONSENT_RULES[purpose] !== 'exempt');

/** Whether, and why, a person may be contacted for one purpose on one channel. */
export interface ConsentCell {
  readonly purpose: Purpose;
  readonly channel: Channel;
  readonly allowed: boolean;
  /** `pending`: asked for, and not confirmed yet. `none`: nothing was said, and the purpose's rule holds. */
  readonly state: 'granted' | 'withdrawn' | 'pending' | 'none';
}

type Preferences = NonNullable<Profile['preferences']>;
type OrNull<T> = { readonly [K in keyof T]-?: Exclude<T[K], undefined> | null };

/** What a person may see and change of how he is written to. */
export interface PreferenceView extends OrNull<Preferences> {
  /** Where he could be reached. */
  readonly channels: readonly Channel[];
  readonly consents: readonly ConsentCell[];
}

type Source = Pick<Profile, 'contactPoints' | 'contacts' | 'consents' | 'consentRequests' | 'preferences'>;
const VISITS: readonly Channel[] = ['web', 'mobile_app', 'in_app'];

export function viewOf(profile: Source): PreferenceView {
  const channels = channelsOf(profile);
  const { channel = null, language = null, timeZone = null, quietHours = null } = profile.preferences ?? {};
  const consents = CHOOSABLE_PURPOSES.flatMap((purpose) => channels.map((where) => cellOf(profile, purpose, where)));
  return { channel, language, timeZone, quietHours, channels, consents };
}

function channelsOf({ contactPoints, contacts, consents }: Source): readonly Channel[] {
  const found = new Set<string>([...contactPoints, ...consents].map(({ channel }) => channel));
  if (VISITS.some((channel) => Object.hasOwn(contacts.byChannel, channel))) found.add('in_app');
  found.delete('webhook'); // the company's own endpoint
  return CHANNELS.filter((channel) => found.has(channel));
}

function cellOf({ consents, consentRequests = [] }: Source, purpose: Purpose, channel: Channel): ConsentCell {
  const decided = consentState(consents, purpose, channel);
  const waits = consentRequests.some((one) => one.purpose === purpose && one.channel === channel);
  return {
    purpose,
    channel,
    allowed: mayContact(consents, purpose, channel),
    state: waits && decided !== 'granted' ? 'pending' : decided,
  };
}

export interface ConsentChange {
  readonly purpose: Purpose;
  readonly channel: Channel | '*';
  readonly state: 'granted' | 'withdrawn';
  readonly wording?: string;
  readonly wordingVersion?: string;
}

export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** What is to change. null takes a statement back: what is inferred, if anything, holds again. */
export interface PreferenceChanges {
  readonly channel?: Channel | null;
  readonly language?: string | null;
  readonly timeZone?: string | null;
  readonly quietHours?: QuietHours | null;
  readonly consents: readonly ConsentChange[];
}

/** The traits in which each is stated. */
const TRAITS = {
  channel: 'preferredChannel',
  language: 'preferredLanguage',
  timeZone: 'preferredTimeZone',
  quietHours: 'quietHours',
} as const;

export interface Saying {
  readonly identifiers: Readonly<Record<string, string>>;
  readonly channel: 'web' | 'api';
  readonly at: string;
  /** Where it was said, and by whom. */
  readonly source: string;
  readonly actor: string;
}

/** The changes as interactions: one that states preferences, and one per consent. */
export function interactionsOf(changes: PreferenceChanges, { source, actor, ...said }: Saying): Record<string, unknown>[] {
  const traits: Record<string, unknown> = {};
  for (const [name, trait] of Object.entries(TRAITS)) {
    const value = changes[name as keyof typeof TRAITS];
    if (value !== undefined) traits[trait] = value;
  }
  return [
    ...(Object.keys(traits).length === 0
      ? []
      : [{ ...said, event: 'Preferences Changed', direction: 'inbound', traits, properties: { source } }]),
    ...changes.consents.map(({ state, ...consent }) => ({
      ...said,
      event: state === 'granted' ? 'Consent Granted' : 'Consent Withdrawn',
      direction: 'inbound',
      properties: { ...consent, source, actor },
    })),
  ];
}
