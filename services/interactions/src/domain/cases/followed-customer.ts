import type { Case, CaseCustomer, CaseEntry, Change, Heard } from './case.js';
import { isOpen } from './case.js';
import { caseEventOf, DOUBT_MAX, OPEN_CASES_MAX } from './case-tables.js';
import { letTimePass } from './case-clock.js';
import { CaseMembers } from './case-members.js';
import { continueCase, mergeCases } from './continue-case.js';
import { findCase, joinCase, leadOn } from './join-case.js';
import { judgeSwitch } from './judge-switch.js';
import { openCase, whyItOpens } from './open-case.js';
import { hearPromise, type Promised, speaksOfPromise } from './promise.js';

/** The cases of one customer while a batch is decided. Pure: what changed is collected, and read at the end. */
export class FollowedCustomer {
  readonly changes: Change[] = [];
  readonly touched = new Set<string>();
  readonly changedPromises = new Set<string>();
  /** The profile of which is being told. */
  private toldOf: string;
  /** Versions of cases that may be opened again under their ids. */
  private readonly expected = new Map<string, number>();
  /** In which cases interactions are that were heard again. */
  private readonly places = new Map<string, string | null>();

  /**
   * @param isFree whether an id is not that of another customer's case
   * @param members of everybody's cases in this batch
   */
  constructor(
    readonly profileId: string,
    private readonly cases: Map<string, Case>,
    private readonly promises: Map<string, Promised>,
    private readonly isFree: (id: string) => boolean,
    readonly members = new CaseMembers(),
  ) {
    this.toldOf = profileId;
  }

  get all(): readonly Case[] {
    return [...this.cases.values()];
  }

  get allPromises(): readonly Promised[] {
    return [...this.promises.values()];
  }

  case(id: string): Case | undefined {
    return this.cases.get(id);
  }

  promise(id: string): Promised | undefined {
    return this.promises.get(id);
  }

  /** @param now ISO */
  hear(heard: Heard, customer: CaseCustomer, now: string, toldOf = this.profileId): void {
    this.toldOf = toldOf;
    const caseId = this.follow(heard, customer, now);
    if (!speaksOfPromise(heard)) return;
    const promise = hearPromise([...this.promises.values()], heard, this.profileId, caseId);
    if (promise) this.putPromise(promise);
  }

  /** What the company wrote about a case; of no case, it is none of ours. A message that is told of again (delivered, after sent) is the same one. */
  hearOf(written: Heard, now: string, toldOf = this.profileId): void {
    this.toldOf = toldOf;
    const joined = joinCase(this.all, written);
    if (joined?.by !== 'case' || joined.case.notificationIds.includes(written.id)) return;
    this.step(joined.case, written, null, now);
    this.enter(joined.case.id, written, joined.by, joined.doubt, joined.reason, null);
  }

  /** Time has come to look at a case. */
  look(caseId: string, now: string): void {
    const one = this.cases.get(caseId);
    if (one) this.put(letTimePass(one, now, this.teller(one.id, undefined)));
  }

  /** Takes over everything of somebody who turned out to be this customer. Two cases that the sender calls by one name are one. */
  takeOver(other: FollowedCustomer, now: string): void {
    this.changes.push(...other.changes);
    for (const one of other.cases.values()) {
      this.put({ ...one, profileId: this.profileId });
      this.changes.push({ caseId: one.id, what: 'moved', at: now, interactionId: undefined });
    }
    this.joinNamesakes([...other.cases.values()], now);
    for (const promise of other.promises.values()) this.takePromise(promise);
  }

  /** Hands a case out: it is another customer's. */
  give(caseId: string): Case {
    const one = this.cases.get(caseId)!;
    this.cases.delete(caseId);
    this.touched.delete(caseId);
    return one;
  }

  /** Takes a case in that turned out to be this customer's. */
  receive(one: Case, now: string): void {
    this.put({ ...one, profileId: this.profileId });
    this.teller(one.id, undefined)('moved', now);
  }

  /** Cases that the sender calls by one name are one: the older one goes on. */
  joinNamesakes(cases: readonly Case[], now: string): void {
    for (const name of cases.flatMap(namesOf)) {
      const alike = this.all.filter((one) => namesOf(one).includes(name)).flatMap((one) => leadOn(this.all, one) ?? []);
      const [older, ...younger] = [...new Set(alike)].sort(byOpening);
      for (const { id } of younger) this.merge(older!.id, id, now, undefined, now);
    }
  }

  /** A case as it is by these interactions alone. @param all in the order in which they happened */
  remake(old: Case, all: readonly Heard[], now: string): void {
    const quiet = (): void => undefined;
    const [first, ...rest] = all;
    if (first === undefined) return this.receive(old, now);
    const { id, version, timeZone, notificationIds, reference } = old;
    const opened = openCase(first, this.profileId, { timeZone, revenue: old.value === null ? [] : [old.value] }, this.isFree);
    const isNamed = all.some(({ caseId }) => caseId === reference);
    let one: Case = { ...opened, id, version, notificationIds, reference: isNamed ? reference : null };
    one = continueCase(one, first, null, quiet);
    for (const heard of rest) if (!isMerge(heard)) one = continueCase(one, heard, judgeSwitch(one, heard), quiet);
    this.receive(letTimePass(one, now, quiet), now);
  }

  /** A case is given up to be opened again. */
  expect({ id, version }: Case): void {
    this.expected.set(id, version);
  }

  /** What was taken for another's. A promise in it is known already: only its case is new. */
  hearAgain(heard: Heard, customer: CaseCustomer, now: string, toldOf: string): void {
    this.toldOf = toldOf;
    const caseId = this.follow(heard, customer, now);
    this.places.set(heard.id, caseId);
  }

  /** In which case an interaction is that was heard again. */
  placeOf(interactionId: string): string | null {
    return this.places.get(interactionId) ?? null;
  }

  givePromise(id: string): Promised {
    const promise = this.promises.get(id)!;
    this.promises.delete(id);
    this.changedPromises.delete(id);
    return promise;
  }

  takePromise(promise: Promised): void {
    const caseId = this.places.get(promise.id) ?? promise.caseId;
    this.putPromise({ ...promise, profileId: this.profileId, caseId });
  }

  private putPromise(promise: Promised): void {
    this.promises.set(promise.id, promise);
    this.changedPromises.add(promise.id);
  }

  /** @returns the case that the interaction belongs to, or null */
  private follow(heard: Heard, customer: CaseCustomer, now: string): string | null {
    if (isMerge(heard)) return this.mergeAsTold(heard, now);
    const joined = joinCase(this.all, heard);
    // whoever opens a case under a name of its own means another one than a rule might guess
    const opensAnew = joined?.by === 'rule' && heard.event === 'Case Opened';
    if (joined && !opensAnew) {
      const change = judgeSwitch(joined.case, heard);
      const named = heard.caseId !== undefined && joined.by !== 'case' ? { ...joined.case, reference: heard.caseId } : joined.case;
      this.step(named, heard, change, now);
      this.enter(named.id, heard, joined.by, joined.doubt, joined.reason, change);
      return named.id;
    }
    const reason = whyItOpens(heard);
    if (reason === undefined) return null;
    const last = this.isFull() ? this.all.filter(isOpen).at(-1) : undefined;
    if (last) {
      this.step(last, heard, judgeSwitch(last, heard), now);
      this.enter(last.id, heard, 'rule', DOUBT_MAX, 'the customer has as many open cases as can be followed', null);
      return last.id;
    }
    const fresh = openCase(heard, this.profileId, customer, this.isFree);
    const opened = { ...fresh, version: this.expected.get(fresh.id) ?? fresh.version };
    this.teller(opened.id, heard.id)('opened', heard.at);
    this.step(opened, heard, null, now);
    this.enter(opened.id, heard, 'opened', 0, reason, null);
    return opened.id;
  }

  private isFull(): boolean {
    return this.all.filter(isOpen).length >= OPEN_CASES_MAX;
  }

  private step(one: Case, heard: Heard, change: CaseEntry['change'], now: string): void {
    const tell = this.teller(one.id, heard.id);
    const isNew = !this.cases.has(one.id);
    // the priority that a case begins with is no change of it
    const tellTime: typeof tell = (what, at) => (isNew && what === 'prioritised' ? undefined : tell(what, at));
    this.put(letTimePass(continueCase(one, heard, change, tell), now, tellTime));
  }

  private mergeAsTold(heard: Heard, now: string): string | null {
    const { caseId, intoCaseId, at, id } = heard;
    const from = caseId === undefined ? undefined : findCase(this.all, caseId);
    const into = intoCaseId === undefined ? undefined : findCase(this.all, intoCaseId);
    if (!from || !into || from.id === into.id) return into?.id ?? null;
    this.merge(into.id, from.id, at, id, now);
    this.enter(into.id, heard, 'case', 0, 'it names the case', null);
    return into.id;
  }

  private merge(intoId: string, fromId: string, at: string, interactionId: string | undefined, now: string): void {
    const [goesOn, ends] = mergeCases(this.cases.get(intoId)!, this.cases.get(fromId)!, at, (one, what, when) =>
      this.teller(one.id, interactionId)(what, when),
    );
    this.put(ends);
    this.put(isOpen(goesOn) ? letTimePass(goesOn, now, this.teller(goesOn.id, interactionId)) : goesOn);
    this.members.merge(fromId, intoId);
  }

  private put(one: Case): void {
    this.cases.set(one.id, one);
    this.touched.add(one.id);
  }

  private enter(
    caseId: string,
    heard: Heard,
    joinedBy: CaseEntry['joinedBy'],
    doubt: number,
    reason: string,
    change: CaseEntry['change'],
  ): void {
    this.members.enter({ caseId, heard, toldOf: this.toldOf, joinedBy, doubt, reason, change });
  }

  private teller(caseId: string, interactionId: string | undefined) {
    return (what: Change['what'], at: string): void => void this.changes.push({ caseId, what, at, interactionId });
  }
}

const namesOf = ({ id, reference }: Case): string[] => (reference === null ? [id] : [id, reference]);
const byOpening = (a: Case, b: Case): number => (a.openedAt < b.openedAt || (a.openedAt === b.openedAt && a.id < b.id) ? -1 : 1);
const isMerge = ({ event }: Heard): boolean => caseEventOf(event)?.does === 'merge';
