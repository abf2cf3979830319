import type { Json } from './parse-json.js';

/** A link that is its own permission, for one address: short names, because it stands in an address line. */
interface PersonalLink {
  /** Type and value of the identifier that the link was sent to. */
  readonly t: string;
  readonly a: string;
  /** Good until, in seconds since 1970. */
  readonly e: number;
}

/** Shows and changes how somebody is written to. */
export interface PreferencesLink extends PersonalLink {
  readonly k: 'preferences';
}

/** Confirms a consent that was asked for (double opt-in). */
export interface ConfirmLink extends PersonalLink {
  readonly k: 'confirm';
  /** Purpose. */
  readonly u: string;
  /** The interaction that asked for it: confirmed once, however often the link is used. */
  readonly r: string;
  /** Which edition of the words was shown. */
  readonly w?: string;
}

export type LinkReading<L> = { readonly kind: 'good'; readonly link: L } | { readonly kind: 'expired' } | { readonly kind: 'bad' };

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

/** @param payload of a verified token; one that was made for another kind of link is bad. */
function read<L extends PersonalLink>(payload: Json | undefined, kind: string, texts: readonly string[], now: Date): LinkReading<L> {
  if (payload === undefined || payload['k'] !== kind || !['t', 'a', ...texts].every((name) => isText(payload[name])))
    return { kind: 'bad' };
  const { e } = payload;
  if (typeof e !== 'number') return { kind: 'bad' };
  return e * 1_000 <= now.getTime() ? { kind: 'expired' } : { kind: 'good', link: payload as unknown as L };
}

export const preferencesLinkOf = (payload: Json | undefined, now: Date): LinkReading<PreferencesLink> =>
  read(payload, 'preferences', [], now);
export const confirmLinkOf = (payload: Json | undefined, now: Date): LinkReading<ConfirmLink> => read(payload, 'confirm', ['u', 'r'], now);

/** The click as an interaction of the customer. It names the address that was written to, not the profile: profiles merge. */
export function confirmed({ t, a, u, r, w }: ConfirmLink, at: string): Json {
  return {
    event: 'Consent Confirmed',
    at,
    channel: 'email',
    direction: 'inbound',
    identifiers: { [t]: a },
    properties: {
      purpose: u,
      channel: 'email',
      source: 'double-opt-in',
      actor: 'customer',
      requestId: r,
      ...(w === undefined ? {} : { wordingVersion: w }),
    },
  };
}
