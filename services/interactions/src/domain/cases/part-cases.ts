import { deriveId } from '@rapport/identifiers';
import type { Case, Heard } from './case.js';
import type { CaseMembers, KnownEntry } from './case-members.js';
import type { FollowedCustomer } from './followed-customer.js';

/** Whose it is: a profile, and the customer who that is now. */
export interface Owner {
  readonly customer: FollowedCustomer;
  readonly profileId: string;
}

export interface PartedPeople {
  readonly members: CaseMembers;
  /** Whose an interaction is; undefined: nobody says, so it goes with the case that it is in. */
  readonly ownerOf: (entry: Pick<KnownEntry, 'interactionId' | 'toldOf'>) => Owner | undefined;
  /** Undefined when it is kept no more: then it stays in its case. */
  readonly heardOf: (interactionId: string) => Heard | undefined;
  /** ISO. */
  readonly now: string;
}

interface Again extends Owner {
  /** The case that it opened. */
  readonly opened: string | undefined;
  readonly heard: Heard;
  readonly timeZone: string;
}

/** A case, by whom it is about. */
interface Kept {
  readonly one: Case;
  readonly keeper: FollowedCustomer;
  /** What it is made of without the others; undefined: nobody else spoke in it. */
  readonly rest: readonly Heard[] | undefined;
}

/**
 * People were one by mistake: each case goes with whom it is about. One in which several spoke goes with who opened it, as it is without the others; what those
 * said is heard again as their own, joins another case of theirs or opens one. A case that became part of another goes with that one, or lives again when what
 * opened it is heard again.
 */
export function partCases(people: readonly FollowedCustomer[], known: PartedPeople): void {
  const { members, now } = known;
  const cases = people.flatMap((customer) => customer.all.map((one) => ({ customer, one })));
  const openedBy = openedCases(new Set(cases.map(({ one }) => one.id)));
  const placed = new Map(cases.flatMap(({ one }) => members.of(one.id)).map((entry) => [entry.interactionId, entry]));
  const [kept, again]: [Kept[], Again[]] = [[], []];
  // everything is told apart before anything is put together again: cases of one name would become one with what is yet to leave them
  for (const { customer, one } of cases) {
    if (one.status === 'merged') continue;
    const { others, ...parted } = partCase(customer, one, openedBy, known);
    again.push(...others);
    if (parted.rest !== undefined || parted.keeper !== customer) kept.push({ ...parted, one: customer.give(one.id) });
  }
  again.sort((a, b) => byTime(a.heard, b.heard));
  const merged = cases
    .filter(({ one }) => one.status === 'merged')
    .map((each) => ({ ...each, opener: again.find(({ opened }) => opened === each.one.id) }));
  for (const { customer, one, opener } of merged) opener?.customer.expect(customer.give(one.id));
  for (const { keeper, one, rest } of kept) rest === undefined ? keeper.receive(one, now) : keeper.remake(one, rest, now);
  // who it is may be somebody whom an earlier un-merge told apart, and whose cases are only found now
  const everybody = [...new Set([...people, ...kept.map(({ keeper }) => keeper)])];
  for (const { customer, one, opener } of merged) {
    const holder = opener ? undefined : holderOf(everybody, one.mergedInto);
    if (holder !== undefined && holder !== customer) holder.receive(customer.give(one.id), now);
  }
  for (const customer of everybody) customer.joinNamesakes(customer.all, now);
  for (const { customer, heard, timeZone, profileId } of again) customer.hearAgain(heard, { timeZone, revenue: [] }, now, profileId);
  for (const { one, opener } of merged)
    if (opener && opener.customer.case(one.id) === undefined)
      opener.customer.receive({ ...one, mergedInto: opener.customer.placeOf(opener.heard.id) ?? one.mergedInto }, now);
  for (const customer of people)
    for (const { id } of customer.allPromises)
      known.ownerOf(placed.get(id) ?? { interactionId: id, toldOf: null })?.customer.takePromise(customer.givePromise(id));
}

/** Takes out of a case what others said in it. */
function partCase(
  customer: FollowedCustomer,
  one: Case,
  openedBy: (heard: Heard) => string,
  { members, ownerOf, heardOf }: PartedPeople,
): Omit<Kept, 'one'> & { readonly others: readonly Again[] } {
  const entries = members.of(one.id).map((entry) => ({ ...entry, owner: ownerOf(entry), heard: heardOf(entry.interactionId) }));
  const owned = entries.filter(({ owner }) => owner !== undefined);
  const openers = owned.filter(({ joinedBy }) => joinedBy === 'opened'); // also those of cases that became part of this one
  const opener = openers.find(({ heard }) => heard && openedBy(heard) === one.id) ?? openers[0] ?? owned[0];
  const keeper = opener?.owner?.customer ?? customer;
  const others: Again[] = [];
  const rest: Heard[] = [];
  for (const entry of entries) {
    const { owner, heard } = entry;
    if (owner !== undefined && owner.customer !== keeper && heard !== undefined) {
      members.leave(entry);
      others.push({ ...owner, heard, timeZone: one.timeZone, opened: entry.joinedBy === 'opened' ? openedBy(heard) : undefined });
    } else {
      if (heard !== undefined) rest.push(heard);
      if (owner !== undefined && owner.profileId !== entry.toldOf) members.retell(entry, owner.profileId);
    }
  }
  return { keeper, others, rest: others.length > 0 ? rest.sort(byTime) : undefined };
}

/** @returns by what opened a case its id: one of ours, or the stated one if it could become that (`openCase`) */
const openedCases =
  (ids: ReadonlySet<string>) =>
  (heard: Heard): string => {
    const derived = deriveId(new Date(heard.at), 'case', heard.id);
    return ids.has(derived) ? derived : (heard.caseId ?? derived);
  };

const byTime = (a: Heard, b: Heard): number => (a.at < b.at || (a.at === b.at && a.id < b.id) ? -1 : 1);

/** Who has the case in which all that was merged into this one goes on. */
function holderOf(people: readonly FollowedCustomer[], caseId: string | null): FollowedCustomer | undefined {
  const holder = people.find((each) => each.case(caseId ?? '') !== undefined);
  const next = holder?.case(caseId!)?.mergedInto ?? null;
  return next === null ? holder : holderOf(people, next);
}
