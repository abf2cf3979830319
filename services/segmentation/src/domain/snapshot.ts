import type { ContactCount, Money, Profile } from '@rapport/contracts';

/** What rules may ask of a profile, and nothing else of it: this service keeps no addresses, no identifiers, no provenance. */
export interface Snapshot {
  readonly traits: Readonly<Record<string, unknown>>;
  readonly consents: readonly ConsentRecord[];
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
  readonly orders: Profile['orders'];
  readonly refunds: Profile['refunds'];
  readonly contacts: {
    readonly byChannel: Readonly<Record<string, ContactCount>>;
    readonly byHandling: Readonly<Record<string, ContactCount>>;
  };
  readonly satisfaction: Profile['satisfaction'];
  readonly openCases: number;
  readonly accounts: readonly string[];
  readonly agentId?: string | undefined;
}

export interface ConsentRecord {
  readonly purpose: string;
  readonly channel: string;
  readonly state: 'granted' | 'withdrawn';
  readonly at: string;
}

export function toSnapshot(profile: Profile): Snapshot {
  const traits: Record<string, unknown> = {};
  for (const [name, trait] of Object.entries(profile.traits)) traits[name] = trait.value;
  return {
    traits,
    consents: profile.consents.map(({ purpose, channel, state, at }) => ({ purpose, channel, state, at })),
    firstSeenAt: profile.firstSeenAt,
    lastSeenAt: profile.lastSeenAt,
    orders: profile.orders,
    refunds: profile.refunds,
    contacts: profile.contacts,
    satisfaction: profile.satisfaction,
    openCases: profile.openCases.length,
    accounts: profile.accounts.map((account) => account.id),
    agentId: profile.agentId,
  };
}

export type ConsentState = 'granted' | 'withdrawn' | 'none';

/** For one channel the latest word counts, whether it was said for that channel or for all (`*`); at the same instant a withdrawal wins. */
function consentOn(records: readonly ConsentRecord[], channel: string): ConsentRecord | undefined {
  let latest: ConsentRecord | undefined;
  for (const one of records) {
    if (one.channel !== channel && one.channel !== '*') continue;
    if (!latest || one.at > latest.at || (one.at === latest.at && one.state === 'withdrawn')) latest = one;
  }
  return latest;
}

/** Without a channel: `granted` when it is granted on at least one, otherwise `withdrawn` when anything was said at all. */
export function consentState(
  snapshot: Snapshot | undefined,
  purpose: string,
  channel: string | undefined,
): { state: ConsentState; at?: string } {
  const records = snapshot?.consents.filter((one) => one.purpose === purpose) ?? [];
  const channels = channel === undefined ? [...new Set(records.map((one) => one.channel))] : [channel];
  const words = channels.map((name) => consentOn(records, name)).filter((one) => one !== undefined);
  const decisive = words.find((one) => one.state === 'granted') ?? words[0];
  return decisive ? { state: decisive.state, at: decisive.at } : { state: 'none' };
}

const amountIn = (list: readonly Money[], currency: string): string | undefined =>
  list.find((money) => money.currency === currency)?.amount;
export { amountIn };
