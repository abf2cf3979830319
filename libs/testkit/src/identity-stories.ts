import type { Interaction, Profile, ProfileUpdated } from '@rapport/contracts';
import type { SourceRecord } from '@rapport/platform';
import fc from 'fast-check';

/** Some invented people who do things, turn out to be each other, and turn out not to be; told as profiles tells it, and the truth beside it. */
export type IdentityStep =
  | { readonly kind: 'did'; readonly person: number; readonly interaction: Interaction }
  | { readonly kind: 'merge'; readonly one: number; readonly other: number }
  | { readonly kind: 'unmerge'; readonly pick: number };

const PEOPLE = 4;
const START = Date.parse('2026-04-05T00:00:00Z');
export const profileIdOf = (person: number): string => `01890000-0000-7000-8000-00000000000${person}`;
export const PROFILES: readonly string[] = Array.from({ length: PEOPLE }, (_, person) => profileIdOf(person));
export const subjectOf = (person: number): string => `userId:p${person}`;

export const identityStory = (interaction: fc.Arbitrary<Interaction>): fc.Arbitrary<readonly IdentityStep[]> => {
  const person = fc.nat(PEOPLE - 1);
  const did = fc.tuple(person, interaction).map(([who, one]): IdentityStep => {
    const [type, value] = subjectOf(who).split(':') as [string, string];
    return { kind: 'did', person: who, interaction: { ...one, subject: subjectOf(who), identifiers: [{ type, value }] } };
  });
  const merge = fc.tuple(person, person).map(([one, other]): IdentityStep => ({ kind: 'merge', one, other }));
  const unmerge = fc.nat(PEOPLE).map((pick): IdentityStep => ({ kind: 'unmerge', pick }));
  const step = fc.oneof({ weight: 4, arbitrary: did }, { weight: 2, arbitrary: merge }, { weight: 2, arbitrary: unmerge });
  return fc.array(step, { minLength: 1, maxLength: 24 }).map((steps) => steps.map(withOwnId));
};

/** Also of a story that was made shorter, no two interactions are the same one. */
const withOwnId = (step: IdentityStep, index: number): IdentityStep =>
  step.kind === 'did' ? { ...step, interaction: { ...step.interaction, id: interactionIdOf(index) } } : step;
const interactionIdOf = (index: number): string => `01890000-0000-7000-a000-0000000000${String(index).padStart(2, '0')}`;

interface Told {
  version: number;
  mergedInto: number | undefined;
  /** Between which two people, that made this profile part of another. */
  edge: readonly [number, number] | undefined;
  readonly facts: ProfileUpdated[];
}

/**
 * The people, with a profile each: a merge is an edge between two of them and the older profile survives; an un-merge cuts the edge of a merged profile, an
 * interaction goes with its subject, and the living profile stays with whom it began with (ADR 12).
 */
export class IdentityTeller {
  readonly interactions: Interaction[] = [];
  private readonly profiles: Told[] = Array.from({ length: PEOPLE }, () => ({
    version: 0,
    mergedInto: undefined,
    edge: undefined,
    facts: [],
  }));
  private edges: (readonly [number, number])[] = [];

  constructor(story: readonly IdentityStep[]) {
    for (const step of story) {
      if (step.kind === 'did') this.did(step.person, step.interaction);
      else if (step.kind === 'merge') this.merge(step.one, step.other);
      else this.unmerge(step.pick);
    }
  }

  /** Each profile's facts, in the order of its partition. */
  get streams(): (readonly ProfileUpdated[])[] {
    return this.profiles.map(({ facts }) => facts);
  }

  /** Whose an interaction is in the end. */
  ownerOf({ subject }: Interaction): string {
    return profileIdOf(this.living(Number(subject.slice(-1))));
  }

  /** Which profile stands for one in the end. */
  livingOf(profileId: string): string {
    return profileIdOf(this.living(PROFILES.indexOf(profileId)));
  }

  private living(person: number): number {
    const { mergedInto } = this.profiles[person]!;
    return mergedInto === undefined ? person : this.living(mergedInto);
  }

  private did(person: number, interaction: Interaction): void {
    this.interactions.push(interaction);
    this.tell(this.living(person), { applied: [interaction] });
  }

  private merge(one: number, other: number): void {
    const [survivor, loser] = [this.living(one), this.living(other)].sort((a, b) => a - b) as [number, number];
    if (survivor === loser) return;
    const reason = { at: timeOf(this.interactions.length), reason: 'manual', identifiers: [] };
    this.edges.push([one, other]);
    this.profiles[loser]!.mergedInto = survivor;
    this.profiles[loser]!.edge = this.edges.at(-1);
    this.tell(loser, { mergedInto: { profileId: profileIdOf(survivor), ...reason } });
    this.tell(survivor, { mergedFrom: [{ profileId: profileIdOf(loser), ...reason }] });
  }

  private unmerge(pick: number): void {
    const away = this.people().filter((person) => this.profiles[person]!.mergedInto !== undefined);
    const merged = away[pick % Math.max(1, away.length)];
    if (merged === undefined) return;
    const living = this.living(merged);
    const { mergedInto, edge } = this.profiles[merged]!;
    const left = this.edges.filter((one) => one !== edge);
    const side = connected(left, merged);
    if (side.has(mergedInto!)) return; // by then another edge holds the two together
    this.edges = left;
    const back = side.has(living) ? mergedInto! : merged;
    const isBack = (person: number): boolean => side.has(person) === side.has(back);
    const whole = this.people().filter((person) => this.living(person) === living);
    const rest = whole.filter((person) => person !== living && person !== back);
    this.profiles[back]!.mergedInto = undefined;
    for (const person of rest) {
      const told = this.profiles[person]!;
      if (isBack(told.mergedInto!) !== isBack(person)) told.mergedInto = isBack(person) ? back : living;
    }
    this.tellUnmerge(living, back, rest, isBack);
  }

  private tellUnmerge(living: number, back: number, rest: readonly number[], isBack: (person: number) => boolean): void {
    const at = timeOf(this.interactions.length);
    const whole = [living, back, ...rest];
    const formers = rest.map((person) => ({
      profileId: profileIdOf(person),
      version: ++this.profiles[person]!.version,
      intoId: profileIdOf(isBack(person) ? back : living),
    }));
    const idsOf = (people: readonly number[]) =>
      this.interactions.filter(({ subject }) => people.some((person) => subject === subjectOf(person))).map(({ id }) => id);
    const split = {
      profileId: profileIdOf(back),
      version: this.profiles[back]!.version + 1,
      at,
      interactionIds: idsOf(whole.filter(isBack)),
      keptInteractionIds: idsOf(whole.filter((person) => !isBack(person))),
      formers,
      identifiers: whole.filter(isBack).map(identifierOf),
    };
    this.tell(living, { split });
    this.tell(back, { unmergedFrom: { profileId: profileIdOf(living), at, formers } });
  }

  private people(): number[] {
    return this.profiles.map((_, person) => person);
  }

  private tell(person: number, more: Partial<ProfileUpdated>): void {
    const profileId = profileIdOf(person);
    const version = ++this.profiles[person]!.version;
    const identifiers = this.people()
      .filter((one) => this.living(one) === person)
      .map((one) => ({ ...identifierOf(one), firstSeenAt: timeOf(0) }));
    this.profiles[person]!.facts.push({ profileId, version, profile: { identifiers } as unknown as Profile, applied: [], ...more });
  }
}

function connected(edges: readonly (readonly [number, number])[], person: number): ReadonlySet<number> {
  const found = new Set([person]);
  for (let before = 0; before !== found.size; ) {
    before = found.size;
    for (const [one, other] of edges) if (found.has(one) || found.has(other)) found.add(one).add(other);
  }
  return found;
}

const timeOf = (step: number): string => new Date(START + step * 1_000).toISOString();
const identifierOf = (person: number): { type: string; value: string } => ({ type: 'userId', value: `p${person}` });

/** Facts of several profiles in one order: each profile's own stay in theirs, as in its partition. @param picks whose comes next */
export function interleaved(streams: readonly (readonly ProfileUpdated[])[], picks: readonly number[]): ProfileUpdated[] {
  const rests = streams.map((facts) => [...facts]);
  const order: ProfileUpdated[] = [];
  for (let step = 0; ; step++) {
    const waiting = rests.filter((facts) => facts.length > 0);
    if (waiting.length === 0) return order;
    order.push(waiting[(picks[step % Math.max(1, picks.length)] ?? 0) % waiting.length]!.shift()!);
  }
}
export const picksArbitrary: fc.Arbitrary<readonly number[]> = fc.array(fc.nat(PEOPLE * 3), { minLength: 1, maxLength: 40 });

/** A fact as it comes from the log, where nobody asks for its place in it. */
export const recordOf = (topic: string, key: string, value: unknown, headers: SourceRecord['headers'] = {}): SourceRecord => ({
  topic,
  partition: 0,
  offset: 0n,
  key,
  value: Buffer.from(JSON.stringify(value)),
  headers,
  timestampMs: 0,
});
