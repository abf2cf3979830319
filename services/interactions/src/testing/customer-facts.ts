import type { Interaction, Profile, ProfileUpdated } from '@rapport/contracts';
import { deriveId } from '@rapport/identifiers';
import type { CaseCustomer, Heard } from '../domain/cases/case.js';
import { heardOf } from '../domain/cases/heard-of.js';

/** A Thursday, 16:00 in Vietnam. */
export const START = Date.parse('2026-01-15T09:00:00.000Z');
export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const at = (ms: number): string => new Date(START + ms).toISOString();
export const CUSTOMER: CaseCustomer = { timeZone: 'Asia/Ho_Chi_Minh', revenue: [] };

let count = 0;

/** A customer's question in a chat, unless it is said to be something else. */
export function asked(ms: number, more: Partial<Interaction> = {}): Interaction {
  const id = deriveId(new Date(START + ms), 'test', String(++count));
  return {
    id,
    source: 'test',
    messageId: id,
    kind: 'track',
    event: 'Live Chat Message Sent',
    at: at(ms),
    receivedAt: at(ms),
    subject: 'userId:ann',
    identifiers: [{ type: 'userId', value: 'ann' }],
    channel: 'live_chat',
    direction: 'inbound',
    function: 'reactive',
    handling: 'human',
    sensitivity: 'normal',
    inferred: [],
    properties: {},
    ...more,
  };
}

export const answered = (ms: number, more: Partial<Interaction> = {}): Interaction =>
  asked(ms, { event: 'Email Sent', channel: 'email', direction: 'outbound', function: undefined, ...more });

export const heard = (interaction: Interaction): Heard => heardOf(interaction);

/** A customer as the profiles service tells of him, fact by fact. */
export class TellingProfile {
  private version = 0;
  constructor(
    readonly id: string,
    private readonly more: Partial<Profile> = {},
  ) {}

  static named(name: string, more?: Partial<Profile>): TellingProfile {
    return new TellingProfile(deriveId(new Date(START), 'person', name), more);
  }

  fact(applied: readonly Interaction[], more: Partial<ProfileUpdated> = {}): ProfileUpdated {
    const version = ++this.version;
    const profile: Profile = {
      id: this.id,
      version,
      identifiers: [{ type: 'userId', value: 'ann', firstSeenAt: at(0) }],
      traits: {},
      contactPoints: [],
      consents: [],
      accounts: [],
      firstSeenAt: at(0),
      lastSeenAt: at(0),
      orders: { count: 0, revenue: [] },
      refunds: { count: 0, amount: [] },
      contacts: { byChannel: {}, byHandling: {} },
      satisfaction: { answers: 0 },
      openCases: [],
      mergedFrom: [],
      ...this.more,
    };
    return { profileId: this.id, version, profile, applied: [...applied], ...more };
  }

  /** The two facts of an un-merge, after which `other`, who uses this subject, lives again with these interactions. */
  split(other: TellingProfile, subject: string, moved: readonly Interaction[], kept: readonly Interaction[], ms: number) {
    const [type, value] = subject.split(':') as [string, string];
    const back = other.fact([], { unmergedFrom: { profileId: this.id, at: at(ms), formers: [] } });
    const [interactionIds, keptInteractionIds] = [moved, kept].map((all) => all.map(({ id }) => id)) as [string[], string[]];
    const identifiers = [{ type, value }];
    const split = {
      profileId: other.id,
      version: back.version,
      at: at(ms),
      interactionIds,
      keptInteractionIds,
      formers: [],
      identifiers,
    };
    return [this.fact([], { split }), back] as const;
  }

  mergedInto(survivor: TellingProfile, ms: number): ProfileUpdated {
    return this.fact([], { mergedInto: { profileId: survivor.id, at: at(ms), reason: 'identifiers', identifiers: [] } });
  }
}
