import { deriveId } from '@rapport/identifiers';
import type { Case, CaseEntry, Heard } from './case.js';
import type { FollowedCustomer } from './followed-customer.js';

/** An interaction that is in a case. */
export interface KnownEntry {
  readonly interactionId: string;
  readonly joinedBy: CaseEntry['joinedBy'];
  /** The profile of which it was told; null where that was not kept yet. */
  readonly toldOf: string | null;
  /** Under which case it is stored: that one may have become part of another since. */
  readonly storedIn: string;
}

/** Whose it is: a profile, and the customer who that is now. */
export interface Owner {
  readonly customer: FollowedCustomer;
  readonly profileId: string;
}

export interface PartedPeople {
  /** What each case is made of. */
  readonly entriesOf: (caseId: string) => readonly KnownEntry[];
  /** Whose an interaction is; undefined: nobody says, so it goes with the case that it is in. */
  readonly ownerOf: (entry: Pick<KnownEntry, 'interactionId' | 'toldOf'>) => Owner | undefined;
  /** Undefined when it is kept no more: then it stays in its case. */
  readonly heardOf: (interactionId: string) => Heard | undefined;
  /** Forgets what was entered of interactions in this very batch. */
  readonly forget: (left: readonly LeftCase[]) => void;
  /** ISO. */
  readonly now: string;
}

export type LeftCase = Pick<KnownEntry, 'interactionId'> & { readonly caseId: string };

/** An interaction that stays in its case, and is of another profile than the one of which it was told. */
export interface Retold extends LeftCase {
  readonly toldOf: string;
}

interface Again extends Owner {
  readonly heard: Heard;
  readonly timeZone: string;
}

/**
 * People were one by mistake: each case goes with whom it is about. One in which several spoke goes with who opened it, as it is without the others; what those
 * said is heard again as their own, joins another case of theirs or opens one.
 * @returns the interactions that are in those cases no more, and those that are of another profile
 */
export function partCases(
  people: readonly FollowedCustomer[],
  known: PartedPeople,
): { readonly left: LeftCase[]; readonly retold: Retold[] } {
  const left: LeftCase[] = [];
  const retold: Retold[] = [];
  const again: Again[] = [];
  const cases = people.flatMap((customer) => customer.all.map((one) => ({ customer, one })));
  const entries = new Map(cases.flatMap(({ one }) => known.entriesOf(one.id)).map((entry) => [entry.interactionId, entry]));
  for (const { customer, one } of cases) {
    if (one.status === 'merged') continue;
    const parted = partCase(customer, one, known);
    again.push(...parted);
    left.push(...parted.map(({ heard }) => ({ caseId: entries.get(heard.id)!.storedIn, interactionId: heard.id })));
    const others = new Set(parted.map(({ heard }) => heard.id));
    for (const entry of known.entriesOf(one.id)) {
      const owner = known.ownerOf(entry);
      if (owner && owner.profileId !== entry.toldOf && !others.has(entry.interactionId))
        retold.push({ caseId: entry.storedIn, interactionId: entry.interactionId, toldOf: owner.profileId });
    }
  }
  known.forget(left);
  const merged = cases.filter(({ one }) => one.status === 'merged');
  for (const { customer, one } of merged) openerOf(one, again)?.customer.expect(customer.give(one.id));
  for (const { customer, heard, timeZone, profileId } of again) customer.hearAgain(heard, { timeZone, revenue: [] }, known.now, profileId);
  for (const { customer, one } of merged) followMerged(people, customer, one, openerOf(one, again), known.now);
  for (const customer of people)
    for (const { id } of customer.allPromises)
      known.ownerOf(entries.get(id) ?? { interactionId: id, toldOf: null })?.customer.takePromise(customer.givePromise(id));
  return { left, retold };
}

/** @returns what others said in it */
function partCase(customer: FollowedCustomer, one: Case, { entriesOf, ownerOf, heardOf, now }: PartedPeople): Again[] {
  const entries = entriesOf(one.id).map((entry) => ({ ...entry, owner: ownerOf(entry) }));
  const owned = entries.filter(({ owner }) => owner !== undefined);
  const openers = owned.filter(({ joinedBy }) => joinedBy === 'opened'); // also those of cases that became part of this one
  const opener = openers.find(({ interactionId }) => isOpenedBy(one, heardOf(interactionId))) ?? openers[0] ?? owned[0];
  const keeper = opener?.owner?.customer ?? customer;
  const heardIn = (some: typeof entries) => some.flatMap(({ interactionId }) => heardOf(interactionId) ?? []).sort(byTime);
  const others = owned.filter(({ owner, interactionId }) => owner!.customer !== keeper && heardOf(interactionId) !== undefined);
  if (others.length > 0) keeper.remake(customer.give(one.id), heardIn(entries.filter((entry) => !others.includes(entry))), now);
  else if (keeper !== customer) keeper.receive(customer.give(one.id), now);
  const owners = new Map(others.map(({ interactionId, owner }) => [interactionId, owner!]));
  return heardIn(others).map((heard) => ({ ...owners.get(heard.id)!, heard, timeZone: one.timeZone }));
}

const isOpenedBy = (one: Case, heard: Heard | undefined): boolean =>
  heard !== undefined && (one.id === deriveId(new Date(heard.at), 'case', heard.id) || one.id === heard.caseId);

const byTime = (a: Heard, b: Heard): number => (a.at < b.at || (a.at === b.at && a.id < b.id) ? -1 : 1);

const openerOf = (one: Case, again: readonly Again[]): Again | undefined => again.find(({ heard }) => isOpenedBy(one, heard));

/** What became part of a case follows it. When what opened it was heard again, it lives again under its own id, or is part of the case that this joined. */
function followMerged(
  people: readonly FollowedCustomer[],
  customer: FollowedCustomer,
  one: Case,
  opener: Again | undefined,
  now: string,
): void {
  if (opener !== undefined) {
    const place = opener.customer.placeOf(opener.heard.id);
    if (opener.customer.case(one.id) === undefined) opener.customer.receive({ ...one, mergedInto: place ?? one.mergedInto }, now);
    return;
  }
  const holder = holderOf(people, one.mergedInto);
  if (holder !== undefined && holder !== customer) holder.receive(customer.give(one.id), now);
}

/** Who has the case in which all that was merged into this one goes on. */
function holderOf(people: readonly FollowedCustomer[], caseId: string | null): FollowedCustomer | undefined {
  const holder = people.find((each) => each.case(caseId ?? '') !== undefined);
  const next = holder?.case(caseId!)?.mergedInto ?? null;
  return next === null ? holder : holderOf(people, next);
}
