import type { Consent, Profile } from '@rapport/contracts';

export const PARTS = ['profiles', 'segmentation', 'interactions', 'notifications'] as const;
export type Part = (typeof PARTS)[number];

export interface CasesPart {
  readonly profileId: string | null;
  readonly cases: readonly OpenCase[];
  readonly contacts: readonly Contact[];
  readonly promises: readonly object[];
}
export interface OpenCase {
  readonly sensitivity?: string;
  readonly complexity?: string | null;
}
export interface Contact {
  readonly channel: string;
  readonly at: string;
  readonly event: string | null;
  readonly direction: string | null;
  readonly gist: string | null;
  readonly caseId: string | null;
}

/** What was sent and held back lately, and how the customer is best reached; null when nothing is known of him there yet. */
export interface NotificationsPart {
  readonly notifications: readonly object[];
  readonly decision: DecisionPart | null;
}
export interface DecisionPart {
  readonly ranked: readonly { readonly channel: string; readonly utility: number; readonly terms: Readonly<Record<string, number>> }[];
  readonly rejected: readonly { readonly channel: string; readonly code: string }[];
  readonly modelVersion: string;
}

/** What the owners said; undefined where one could not be asked. */
export interface Told {
  readonly profile: Profile | undefined;
  readonly relationship: object | undefined;
  readonly cases: CasesPart | undefined;
  readonly notifications: NotificationsPart | undefined;
  readonly missing: readonly Part[];
}

const IDENTIFIERS_SHOWN = 50;
/** Which trait says what is preferred. */
const PREFERENCES: Readonly<Record<string, readonly string[]>> = {
  language: ['language', 'locale', 'preferredLanguage'],
  timeZone: ['timeZone', 'timezone', 'time_zone'],
  channel: ['preferredChannel', 'preferred_channel'],
  quietHours: ['quietHours', 'quiet_hours'],
};

/** All that whoever serves the customer next must know; a part whose owner could not be asked is null, and `missing` names the owner. */
export function composeContext({ profile, relationship, cases, notifications, missing }: Told) {
  return {
    partial: missing.length > 0,
    missing,
    profile: profile ? whoOf(profile) : null,
    relationship: relationship ?? null,
    openCases: cases?.cases ?? null,
    lastContacts: contactsOf(cases?.contacts, profile),
    promises: cases?.promises ?? null,
    preferences: profile ? preferencesOf(profile.traits) : null,
    consents: (profile?.consents as readonly Consent[] | undefined) ?? null,
    notifications: notifications?.notifications ?? null,
    suggestedChannel: notifications?.decision ? suggestionOf(notifications.decision) : null,
  };
}

function whoOf(profile: Profile) {
  const { id, identifiers, traits, contactPoints, accounts, firstSeenAt, lastSeenAt, orders, refunds, satisfaction, agentId } = profile;
  return {
    id,
    identifiers: identifiers.slice(0, IDENTIFIERS_SHOWN),
    traits,
    contactPoints,
    accounts,
    firstSeenAt,
    lastSeenAt,
    orders,
    refunds,
    satisfaction,
    agentId: agentId ?? null,
  };
}

/** The profile knows when each channel was last used; the interactions know what was said. */
function contactsOf(said: readonly Contact[] | undefined, profile: Profile | undefined): Contact[] | null {
  if (said === undefined && profile === undefined) return null;
  const known = new Map((said ?? []).map((contact) => [contact.channel, contact]));
  for (const [channel, { lastAt }] of Object.entries(profile?.contacts?.byChannel ?? {})) {
    if (!known.has(channel)) known.set(channel, { channel, at: lastAt, event: null, direction: null, gist: null, caseId: null });
  }
  return [...known.values()].sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0));
}

function preferencesOf(traits: Profile['traits']) {
  return Object.fromEntries(
    Object.entries(PREFERENCES).map(([name, spellings]) => [name, spellings.map((trait) => traits[trait]?.value).find(isStated) ?? null]),
  );
}
const isStated = (value: unknown): boolean => value !== undefined && value !== null;

const suggestionOf = ({ ranked, rejected, modelVersion }: DecisionPart) => ({
  channel: ranked[0]?.channel ?? null,
  ranked: ranked.map(({ channel, utility, terms }) => ({ channel, utility, terms })),
  rejected,
  modelVersion,
});

/** The matter for which a channel is suggested: the case that matters most, or else a simple word. */
export function matterOf(cases: readonly OpenCase[]): { readonly complexity: string; readonly sensitivity: string } {
  return { complexity: cases[0]?.complexity ?? 'simple', sensitivity: cases[0]?.sensitivity ?? 'normal' };
}
