import { randomUUID } from 'node:crypto';
import { type Interaction, type MembershipChanged, type ProfileUpdated, TOPICS, type DeliveryChanged } from '@rapport/contracts';
import type { OutgoingRecord } from '@rapport/platform';

const timeOf = (ms: number): string => new Date(ms).toISOString();

export interface View {
  readonly profileId: string;
  readonly atMs: number;
  readonly path?: string;
  readonly channel?: Interaction['channel'];
  readonly version?: number;
  readonly name?: string;
}

export function pageViewed({ atMs, path = '/', channel = 'web' }: Omit<View, 'profileId'>): Interaction {
  const at = timeOf(atMs);
  return {
    id: randomUUID(),
    source: 'web',
    messageId: randomUUID(),
    kind: 'page',
    event: 'Page Viewed',
    at,
    receivedAt: at,
    subject: 'anonymousId:a1',
    identifiers: [{ type: 'anonymousId', value: 'a1' }],
    channel,
    direction: 'inbound',
    handling: 'self_service',
    sensitivity: 'normal',
    inferred: [],
    properties: { path, url: `https://shop.example.com${path}?token=secret`, title: path.slice(1) },
  };
}

/** A fact of profiles.updated.v1 that applies one page view, or none. */
export function profileUpdated(view: View, applied: readonly Interaction[] = [pageViewed(view)]): ProfileUpdated {
  const { profileId, atMs, version = 1, name } = view;
  const at = timeOf(atMs);
  return {
    profileId,
    version,
    applied: [...applied],
    profile: {
      id: profileId,
      version,
      identifiers: [{ type: 'anonymousId', value: 'a1', firstSeenAt: at }],
      traits: name === undefined ? {} : { name: { value: name, source: 'web', at } },
      contactPoints: [],
      consents: [],
      accounts: [],
      firstSeenAt: at,
      lastSeenAt: at,
      orders: { count: 0, revenue: [] },
      refunds: { count: 0, amount: [] },
      contacts: { byChannel: {}, byHandling: {} },
      satisfaction: { answers: 0 },
      openCases: [],
      mergedFrom: [],
    },
  };
}

export function membershipChanged(profileId: string, segmentId: string, sequence: number, atMs: number): MembershipChanged {
  return {
    profileId,
    segmentId,
    segmentName: 'hesitant',
    segmentVersion: 1,
    membership: sequence % 2 === 1 ? 'entered' : 'left',
    sequence,
    at: timeOf(atMs),
    cause: 'interaction',
    why: [],
  };
}

export function deliveryChanged(profileId: string, attempt: number, atMs: number): DeliveryChanged {
  return { notificationId: randomUUID(), profileId, purpose: 'service', channel: 'email', status: 'sent', attempt, at: timeOf(atMs) };
}

type FactValue = { readonly profileId: string; readonly reason?: string };
const record =
  (topic: string) =>
  (value: FactValue, headers: Record<string, string> = {}): OutgoingRecord => ({
    topic,
    key: value.profileId,
    value: Buffer.from(JSON.stringify(value)),
    headers,
  });

/** As their owners publish them. */
export const RECORD_OF = {
  profile: record(TOPICS.profilesUpdated.name),
  membership: record(TOPICS.membershipChanged.name),
  delivery: record(TOPICS.deliveryChanged.name),
} as const;
