import type { Interaction, Profile, ProfileUpdated } from '@rapport/contracts';
import { deriveId } from '@rapport/identifiers';

export const START = Date.parse('2026-01-15T09:00:00.000Z');
export const DAY = 86_400_000;
export const at = (ms: number): string => new Date(START + ms).toISOString();

/** A person as the profiles service would tell of him, fact by fact. */
export class Person {
  readonly id: string;
  private version = 0;
  private count = 0;
  private readonly traits: Profile['traits'] = {};
  readonly profile: Partial<Profile> = {};

  constructor(readonly name: string) {
    this.id = deriveId(new Date(START), 'person', name);
  }

  interaction(event: string, ms: number, more: Partial<Interaction> = {}): Interaction {
    const id = deriveId(new Date(START + ms), this.name, String(++this.count));
    return {
      id,
      source: 'test',
      messageId: id,
      kind: 'track',
      event,
      at: at(ms),
      receivedAt: at(ms),
      subject: `userId:${this.name}`,
      identifiers: [{ type: 'userId', value: this.name }],
      channel: 'web',
      direction: 'inbound',
      handling: 'self_service',
      sensitivity: 'normal',
      inferred: [],
      properties: {},
      ...more,
    };
  }

  trait(name: string, value: unknown): this {
    this.traits[name] = { value, source: 'test', at: at(0) };
    return this;
  }

  /** The next fact about this person. */
  fact(applied: Interaction[] = [], more: Partial<ProfileUpdated> = {}): ProfileUpdated {
    const version = ++this.version;
    const profile: Profile = {
      id: this.id,
      version,
      identifiers: [{ type: 'userId', value: this.name, firstSeenAt: at(0) }],
      traits: { ...this.traits },
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
      ...this.profile,
    };
    return { profileId: this.id, version, profile, applied, ...more };
  }

  /** The last fact about this person, who turned out to be `survivor`. */
  mergedInto(survivor: Person, ms: number): ProfileUpdated {
    return this.fact([], { mergedInto: { profileId: survivor.id, at: at(ms), reason: 'identifiers', identifiers: [] } });
  }

  /** The two facts of an un-merge, after which `other` lives again with these interactions. */
  split(other: Person, interactionIds: readonly string[], ms: number): [ProfileUpdated, ProfileUpdated] {
    const back = other.fact([], { unmergedFrom: { profileId: this.id, at: at(ms) } });
    const split = { profileId: other.id, version: back.version, at: at(ms), interactionIds: [...interactionIds], identifiers: [] };
    return [this.fact([], { split }), back];
  }

  did(event: string, ms: number, more: Partial<Interaction> = {}): ProfileUpdated {
    return this.fact([this.interaction(event, ms, more)]);
  }
}
