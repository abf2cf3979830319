import type { Interaction } from '@rapport/contracts';
import { DEFAULT_IDENTIFIER_RULE, IDENTIFIER_RULES } from '@rapport/identifiers';

const ruleOf = (type: string) => IDENTIFIER_RULES[type] ?? DEFAULT_IDENTIFIER_RULE;
const text = ({ type, value }: { type: string; value: string }): string => `${type}:${value}`;
const typeOf = (identifier: string): string => identifier.slice(0, identifier.indexOf(':'));

export interface Person {
  /** First interaction: the person is as old as its time says. */
  readonly founder: Interaction;
  interactions: Interaction[];
  /** `type:value` → first seen. */
  seen: Map<string, string>;
  mergedInto?: Person;
}

/**
 * People as one would write them down by hand: each keeps all interactions, everything is counted anew, nothing is clever. It shares no code
 * with the service but the table of identifier rules.
 */
export class NaiveModel {
  readonly people: Person[] = [];
  private readonly owner = new Map<string, Person>();

  add(interaction: Interaction): void {
    let names = [...interaction.identifiers]
      .sort((a, b) => ruleOf(b.type).priority - ruleOf(a.type).priority || (text(a) < text(b) ? -1 : 1))
      .map(text);
    while (!this.allowed(names, interaction.at)) names = names.slice(0, -1);
    const found = this.ownersOf(names);
    let person = found[0];
    if (person === undefined) {
      person = { founder: interaction, interactions: [], seen: new Map() };
      this.people.push(person);
    }
    for (const other of found.slice(1)) {
      other.mergedInto = person;
      person.interactions.push(...other.interactions);
      for (const [name, at] of other.seen) this.see(person, name, at);
    }
    person.interactions.push(interaction);
    for (const name of names) this.see(person, name, interaction.at);
  }

  living(): Person[] {
    return this.people.filter((person) => person.mergedInto === undefined);
  }

  /** The living person that an identifier belongs to. */
  find(identifier: { type: string; value: string }): Person | undefined {
    return this.owner.get(text(identifier));
  }

  private see(person: Person, name: string, at: string): void {
    const known = person.seen.get(name);
    person.seen.set(name, known === undefined || at < known ? at : known);
    this.owner.set(name, person);
  }

  /** Oldest first. */
  private ownersOf(names: readonly string[]): Person[] {
    const owners = [...new Set(names.map((name) => this.owner.get(name)).filter((person) => person !== undefined))];
    return owners.sort((a, b) => (a.founder.at < b.founder.at ? -1 : 1));
  }

  private allowed(names: readonly string[], at: string): boolean {
    if (names.length === 1) return true;
    const owners = this.ownersOf(names);
    const fresh = names.filter((name) => !this.owner.has(name));
    const everything = [...owners.flatMap((person) => [...person.seen]), ...fresh.map((name): [string, string] => [name, at])];
    return [...new Set(everything.map(([name]) => typeOf(name)))].every((type) => {
      const rule = ruleOf(type);
      const counts = (list: readonly (readonly [string, string])[]) =>
        list.filter(
          ([name, seen]) => typeOf(name) === type && (rule.windowMs === undefined || Date.parse(seen) > Date.parse(at) - rule.windowMs),
        ).length;
      const total = counts(everything);
      const grows = owners.every((person) => counts([...person.seen]) < total);
      if (!grows && !fresh.some((name) => typeOf(name) === type)) return true;
      const strongest = Math.max(...names.map((name) => ruleOf(typeOf(name)).priority));
      const holders = owners.filter((person) => counts([...person.seen]) > 0);
      const reached = holders.every(
        (person) =>
          Math.max(...names.filter((name) => this.owner.get(name) === person).map((name) => ruleOf(typeOf(name)).priority)) >=
          rule.priority,
      );
      return total <= (strongest > rule.priority && reached ? rule.limitByStronger : rule.limit);
    });
  }
}

export interface Recount {
  readonly interactions: number;
  readonly orders: number;
  /** By currency, in millionths. */
  readonly revenue: Record<string, bigint>;
  readonly refunded: Record<string, bigint>;
  readonly byChannel: Record<string, number>;
  readonly traits: Record<string, unknown>;
  readonly consents: Record<string, string>;
  readonly openCases: string[];
  readonly firstSeenAt: string;
  readonly lastSeenAt: string;
}

export const millionths = (amount: string): bigint => {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  return (amount.startsWith('-') ? -1n : 1n) * BigInt(whole + fraction.padEnd(6, '0'));
};

/** Everything about one person, from the list of interactions alone. Times within one list are different, so there are no ties. */
export function recount(interactions: readonly Interaction[]): Recount {
  const byTime = [...interactions].sort((a, b) => (a.at < b.at ? -1 : 1));
  const of = (event: string) => byTime.filter((one) => one.event === event);
  const sum = (list: readonly Interaction[], sign: (amount: bigint) => bigint) => {
    const sums: Record<string, bigint> = {};
    for (const { value } of list) if (value) sums[value.currency] = (sums[value.currency] ?? 0n) + sign(millionths(value.amount));
    return sums;
  };
  const byChannel: Record<string, number> = {};
  for (const { channel } of byTime) byChannel[channel] = (byChannel[channel] ?? 0) + 1;
  const cases = new Map(
    byTime
      .filter((one) => one.caseId && /^Case (Opened|Escalated|Resolved)$/.test(one.event))
      .map((one) => [one.caseId!, one.event !== 'Case Resolved']),
  );
  const active = byTime.filter((one) => one.direction === 'inbound');
  return {
    interactions: byTime.length,
    orders: of('Order Completed').length,
    revenue: sum(of('Order Completed'), (amount) => amount),
    refunded: sum(of('Order Refunded'), (amount) => (amount < 0n ? -amount : amount)),
    byChannel,
    traits: Object.assign({}, ...byTime.map(({ traits }) => traits ?? {})),
    consents: Object.fromEntries(
      byTime
        .filter((one) => /^Consent /.test(one.event))
        .map((one) => [`${one.properties['purpose']}`, one.event === 'Consent Granted' ? 'granted' : 'withdrawn']),
    ),
    openCases: [...cases]
      .filter(([, open]) => open)
      .map(([id]) => id)
      .sort(),
    firstSeenAt: byTime[0]!.at,
    lastSeenAt: (active.at(-1) ?? byTime.at(-1)!).at,
  };
}
