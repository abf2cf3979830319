import type { Consent, ContactPoint, Interaction, MembershipChanged, Profile, ProfileUpdated } from '@rapport/contracts';
import { deriveId } from '@rapport/identifiers';

export const START = new Date('2026-01-15T03:00:00.000Z'); // 10:00 in Ho Chi Minh City
export const after = (ms: number): Date => new Date(START.getTime() + ms);
export const id = (...parts: string[]): string => deriveId(START, ...parts);

export interface Person {
  readonly name: string;
  readonly version?: number;
  readonly traits?: Record<string, unknown>;
  readonly consents?: Consent[];
  readonly contactPoints?: ContactPoint[];
  readonly visitedAt?: Date;
}

export const profileId = (name: string): string => id('profile', name);
export const point = (channel: ContactPoint['channel'], address: string, more: Partial<ContactPoint> = {}): ContactPoint => ({
  channel,
  address,
  verified: false,
  reachable: true,
  ...more,
});
export const consent = (purpose: string, state: Consent['state'], at: Date, channel = '*'): Consent => ({
  purpose,
  channel,
  state,
  at: at.toISOString(),
  source: 'test',
});

/** Somebody who can be reached by e-mail, telephone and in the app, and said yes to everything. */
export function profileOf({
  name,
  version = 1,
  traits = {},
  consents = [consent('marketing', 'granted', START)],
  contactPoints,
  visitedAt,
}: Person): Profile {
  const at = START.toISOString();
  return {
    id: profileId(name),
    version,
    identifiers: [
      { type: 'userId', value: name, firstSeenAt: at },
      { type: 'email', value: `${name}@example.com`, firstSeenAt: at },
    ],
    traits: Object.fromEntries(
      Object.entries({ name, timezone: 'Asia/Ho_Chi_Minh', language: 'vi', ...traits }).map(([trait, value]) => [
        trait,
        { value, source: 'test', at },
      ]),
    ),
    contactPoints: contactPoints ?? [
      point('in_app', name, { verified: true }),
      point('email', `${name}@example.com`),
      point('phone', '+84901234567'),
    ],
    consents,
    accounts: [],
    firstSeenAt: at,
    lastSeenAt: at,
    orders: { count: 0, revenue: [] },
    refunds: { count: 0, amount: [] },
    contacts: { byChannel: visitedAt === undefined ? {} : { web: { count: 1, lastAt: visitedAt.toISOString() } }, byHandling: {} },
    satisfaction: { answers: 0 },
    openCases: [],
    mergedFrom: [],
  };
}

export function updated(person: Person, more: Partial<ProfileUpdated> = {}): ProfileUpdated {
  const profile = profileOf(person);
  return { profileId: profile.id, version: profile.version, profile, applied: [], ...more };
}

export function mergedInto(loser: Person, survivor: string, at = START): ProfileUpdated {
  return updated(loser, { mergedInto: { profileId: profileId(survivor), at: at.toISOString(), reason: 'identifiers', identifiers: [] } });
}

/** The two facts of an un-merge, in the order in which they are published. */
export function unmerged(survivor: Person, back: Person): [ProfileUpdated, ProfileUpdated] {
  const profile = profileOf(back);
  const at = START.toISOString();
  const identifiers = profile.identifiers.map(({ type, value }) => ({ type, value }));
  const split = { profileId: profile.id, version: profile.version, at, interactionIds: [], identifiers };
  return [updated(survivor, { split }), updated(back, { unmergedFrom: { profileId: profileId(survivor.name), at } })];
}

export function interaction(event: string, more: Partial<Interaction> = {}): Interaction {
  const at = (more.at ?? START.toISOString()) as string;
  return {
    id: id('interaction', event, at, more.notificationId ?? ''),
    source: 'test',
    messageId: id('message', event, at),
    kind: 'track',
    event,
    at,
    receivedAt: at,
    subject: 'userId:x',
    identifiers: [{ type: 'userId', value: 'x' }],
    channel: 'email',
    direction: 'inbound',
    handling: 'none',
    sensitivity: 'normal',
    inferred: [],
    properties: {},
    ...more,
  };
}

export const SEGMENT = id('segment');
export const membership = (name: string, sequence: number, at = START): MembershipChanged => ({
  profileId: profileId(name),
  segmentId: SEGMENT,
  segmentName: 'dormant',
  segmentVersion: 1,
  membership: sequence % 2 === 1 ? 'entered' : 'left',
  sequence,
  at: at.toISOString(),
  cause: 'clock',
  why: [],
});

export const written = (channel: string): Record<string, unknown> =>
  ({
    email: { subject: 'Hello', text: 'Hello {{ customer.traits.name }}' },
    in_app: { title: 'Hello', text: 'Hello' },
    phone: { script: 'Call' },
    webhook: { text: 'Hello' },
  })[channel] as Record<string, unknown>;
