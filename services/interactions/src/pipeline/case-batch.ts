import { type CaseChanged, TOPICS } from '@rapport/contracts';
import { Partings, Standings } from '@rapport/identifiers';
import type { Decision, Fact } from '@rapport/platform';
import type { Case, Change } from '../domain/cases/case.js';
import { CaseMembers, type KnownEntry } from '../domain/cases/case-members.js';
import { FollowedCustomer } from '../domain/cases/followed-customer.js';
import { partCases } from '../domain/cases/part-cases.js';
import { presentChange } from '../domain/cases/present-case.js';
import type { Promised } from '../domain/cases/promise.js';
import { heardOf } from '../domain/cases/heard-of.js';
import type { LivesAgain, Split } from '../domain/unmerge.js';
import type { CaseChanges, LoadedCases, SpokenBy } from './case-store.js';
import type { CaseInput } from './follow-cases.pipeline.js';

/** One batch of inputs, decided one after another in the order of the log, so that the answer does not depend on how the log was cut. */
export class CaseBatch {
  private readonly now: string;
  private readonly standings: Standings;
  private readonly partings: Partings<SpokenBy>;
  private readonly customers = new Map<string, FollowedCustomer>();
  private readonly ownerOfCase: ReadonlyMap<string, string>;
  private readonly members: CaseMembers;
  private readonly erased = new Set<string>();
  private readonly traces = new Map<string, string>();

  constructor(
    private readonly loaded: LoadedCases,
    now: Date,
  ) {
    this.now = now.toISOString();
    this.standings = new Standings(loaded.survivors, loaded.standings);
    this.partings = new Partings(loaded.partings, ({ subjects }, subject) => subjects.includes(subject));
    this.members = new CaseMembers(loaded.entries);
    this.ownerOfCase = new Map(loaded.cases.map(({ id, profileId }) => [id, profileId]));
  }

  take(input: CaseInput): void {
    if (input.kind === 'erased') {
      this.erased.add(input.profileId);
      this.members.forget(this.customers.get(input.profileId)?.all.map(({ id }) => id) ?? []);
      this.customers.delete(input.profileId);
      return;
    }
    const customer = this.ownerOf(input.profileId);
    if (input.kind === 'due') return customer.look(input.caseId, this.now);
    if (input.kind === 'notified') return customer.hearOf(input.heard, this.now, input.profileId);
    this.erased.delete(customer.profileId);
    for (const heard of input.heard) {
      const toldOf = this.partings.ownerOf(input.profileId, input.version, heard.subject);
      this.ownerOf(toldOf).hear(heard, input.customer, this.now, toldOf);
      if (input.traceparent !== undefined) this.traces.set(heard.id, input.traceparent);
    }
    if (input.mergedInto !== null) this.merge(input.profileId, input.version, input.mergedInto);
    if (input.livesAgain !== undefined) this.liveAgain(input.profileId, input.version, input.livesAgain);
    if (input.split !== undefined) this.part(input.profileId, input.version, input.split);
  }

  decided(cause: 'clock' | 'interaction'): Decision<CaseInput, CaseChanges> {
    const cases: Case[] = [];
    const promises: Promised[] = [];
    const facts: Fact[] = [];
    for (const customer of this.customers.values()) {
      const changes = byCase(customer.changes);
      for (const id of customer.touched) {
        const one = customer.case(id);
        if (one === undefined) continue; // moved on to somebody else
        const told = changes.get(id);
        const version = one.version + (told ? 1 : 0);
        cases.push({ ...one, version });
        if (told) facts.push(this.factOf({ ...one, version }, told, cause));
      }
      for (const id of customer.changedPromises) promises.push(customer.promise(id)!);
    }
    return {
      changes: {
        cases,
        entries: this.members.entered,
        promises,
        mergedCases: this.members.mergedCases,
        left: this.members.left,
        retold: this.members.retold,
        standings: this.standings.changes,
        partings: this.partings.changes,
        erased: [...this.erased],
      },
      facts,
    };
  }

  private factOf(one: Case, told: readonly Change[], cause: CaseChanged['cause']): Fact {
    const value = presentChange(one, told, cause);
    const traceparent = value.interactionId === undefined ? undefined : this.traces.get(value.interactionId);
    return { topic: TOPICS.caseChanged, key: one.profileId, value, traceparent };
  }

  private merge(profileId: string, version: number, intoId: string): void {
    const from = this.ownerOf(profileId);
    if (this.standings.stand(profileId, intoId, version)) this.join(from, this.ownerOf(intoId));
  }

  private join(from: FollowedCustomer, into: FollowedCustomer): void {
    if (into === from) return;
    into.takeOver(from, this.now);
    this.customers.set(from.profileId, this.customerWith(from.profileId, new Map(), new Map()));
  }

  /** What is whose is said by the split: until it comes, everything stays with whom it was. */
  private liveAgain(profileId: string, version: number, { formers }: Pick<LivesAgain, 'formers'>): void {
    this.standings.stand(profileId, null, version);
    for (const former of formers) {
      const own = this.ownerOf(former.profileId);
      const isNews = this.standings.stand(former.profileId, former.intoId, former.version);
      if (isNews && own.profileId === former.profileId) this.join(own, this.ownerOf(former.intoId));
    }
  }

  private part(profileId: string, version: number, split: Split): void {
    const { profileId: backId, formers, movedIds, keptIds } = split;
    this.liveAgain(backId, split.version, { formers });
    this.partings.add(
      { life: [profileId, version], subjects: split.keptSubjects },
      { life: [backId, split.version], subjects: split.movedSubjects },
      formers,
    );
    const lives = new Map([
      ...keptIds.map((id) => [id, [profileId, version]] as const),
      ...movedIds.map((id) => [id, [backId, split.version]] as const),
    ]);
    const people = [...new Set([profileId, backId, ...formers.map((former) => former.profileId)].map((id) => this.ownerOf(id)))];
    const heard = new Map(this.members.entered.map((entry) => [entry.heard.id, entry.heard]));
    const heardIn = (id: string) => {
      const recorded = this.loaded.interactions.get(id);
      return heard.get(id) ?? (recorded && heardOf(recorded));
    };
    const ownerOf = ({ interactionId: id, toldOf }: Pick<KnownEntry, 'interactionId' | 'toldOf'>) => {
      const [life, subject] = [lives.get(id), heardIn(id)?.subject];
      // not listed: of whoever joined one of the two since, and was heard of before
      const owner = life && subject !== undefined ? this.partings.ownerOf(...life, subject) : toldOf;
      return owner === null ? undefined : { profileId: owner, customer: this.ownerOf(owner) };
    };
    partCases(people, { members: this.members, ownerOf, heardOf: heardIn, now: this.now });
  }

  private ownerOf(profileId: string): FollowedCustomer {
    return this.customer(this.standings.standsFor(profileId));
  }

  private customer(profileId: string): FollowedCustomer {
    let customer = this.customers.get(profileId);
    if (customer === undefined) {
      const own = <T extends { readonly id: string; readonly profileId: string }>(all: readonly T[]) =>
        new Map(all.filter((one) => one.profileId === profileId).map((one) => [one.id, one]));
      const { cases, promises } = this.loaded;
      customer = this.customerWith(profileId, own(cases), own(promises));
      this.customers.set(profileId, customer);
    }
    return customer;
  }

  private customerWith(profileId: string, cases: Map<string, Case>, promises: Map<string, Promised>): FollowedCustomer {
    return new FollowedCustomer(profileId, cases, promises, this.isFreeFor(profileId), this.members);
  }

  /** Also free is what its owner has handed out; and taken what somebody else opened in this very batch. */
  private isFreeFor(profileId: string): (id: string) => boolean {
    return (id) => {
      const owner = this.ownerOfCase.get(id);
      if (owner !== undefined && owner !== profileId && !this.customers.has(owner)) return false;
      return ![...this.customers.values()].some((each) => each.profileId !== profileId && each.case(id) !== undefined);
    };
  }
}

function byCase(changes: readonly Change[]): Map<string, Change[]> {
  const grouped = new Map<string, Change[]>();
  for (const change of changes) {
    const list = grouped.get(change.caseId);
    if (list) list.push(change);
    else grouped.set(change.caseId, [change]);
  }
  return grouped;
}
