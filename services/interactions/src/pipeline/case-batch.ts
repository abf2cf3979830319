import { type CaseChanged, TOPICS } from '@rapport/contracts';
import type { Decision, Fact } from '@rapport/platform';
import type { Case, CaseEntry, Change } from '../domain/cases/case.js';
import { FollowedCustomer } from '../domain/cases/followed-customer.js';
import { presentChange } from '../domain/cases/present-case.js';
import type { Promised } from '../domain/cases/promise.js';
import type { CaseChanges, LoadedCases } from './case-store.js';
import type { CaseInput } from './follow-cases.pipeline.js';

/** One batch of inputs, decided one after another in the order of the log, so that the answer does not depend on how the log was cut. */
export class CaseBatch {
  private readonly now: string;
  private readonly owners: Map<string, string>;
  private readonly customers = new Map<string, FollowedCustomer>();
  private readonly ownerOfCase: ReadonlyMap<string, string>;
  private readonly mergedCustomers = new Map<string, string>();
  private readonly erased = new Set<string>();
  private readonly traces = new Map<string, string>();

  constructor(
    private readonly loaded: LoadedCases,
    now: Date,
  ) {
    this.now = now.toISOString();
    this.owners = new Map(loaded.survivors);
    this.ownerOfCase = new Map(loaded.cases.map(({ id, profileId }) => [id, profileId]));
  }

  take(input: CaseInput): void {
    if (input.kind === 'erased') {
      this.erased.add(input.profileId);
      this.customers.delete(input.profileId);
      return;
    }
    const customer = this.customer(this.ownerOf(input.profileId));
    if (input.kind === 'due') return customer.look(input.caseId, this.now);
    if (input.kind === 'notified') return customer.hearOf(input.heard, this.now);
    this.erased.delete(customer.profileId);
    for (const heard of input.heard) {
      customer.hear(heard, input.customer, this.now);
      if (input.traceparent !== undefined) this.traces.set(heard.id, input.traceparent);
    }
    if (input.mergedInto !== null) this.merge(customer, input.mergedInto);
  }

  decided(cause: 'clock' | 'interaction'): Decision<CaseInput, CaseChanges> {
    const cases: Case[] = [];
    const entries: CaseEntry[] = [];
    const promises: Promised[] = [];
    const mergedCases = new Map<string, string>();
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
      entries.push(...customer.entries);
      for (const id of customer.changedPromises) promises.push(customer.promise(id)!);
      for (const [from, into] of customer.mergedInto) mergedCases.set(from, into);
    }
    return {
      changes: { cases, entries, promises, mergedCases, mergedCustomers: this.mergedCustomers, erased: [...this.erased] },
      facts,
    };
  }

  private factOf(one: Case, told: readonly Change[], cause: CaseChanged['cause']): Fact {
    const value = presentChange(one, told, cause);
    const traceparent = value.interactionId === undefined ? undefined : this.traces.get(value.interactionId);
    return { topic: TOPICS.caseChanged, key: one.profileId, value, traceparent };
  }

  private merge(from: FollowedCustomer, intoId: string): void {
    const into = this.customer(this.ownerOf(intoId));
    if (into === from) return;
    into.takeOver(from, this.now);
    this.customers.delete(from.profileId);
    this.owners.set(from.profileId, into.profileId);
    this.mergedCustomers.set(from.profileId, into.profileId);
  }

  private ownerOf(profileId: string): string {
    let owner = this.owners.get(profileId) ?? profileId;
    for (let next = this.owners.get(owner); next !== undefined && next !== owner; next = this.owners.get(owner)) owner = next;
    return owner;
  }

  private customer(profileId: string): FollowedCustomer {
    let customer = this.customers.get(profileId);
    if (customer === undefined) {
      const own = <T extends { readonly id: string; readonly profileId: string }>(all: readonly T[]) =>
        new Map(all.filter((one) => one.profileId === profileId).map((one) => [one.id, one]));
      const { cases, promises } = this.loaded;
      const isFree = (id: string): boolean => (this.ownerOfCase.get(id) ?? profileId) === profileId;
      customer = new FollowedCustomer(profileId, own(cases), own(promises), isFree);
      this.customers.set(profileId, customer);
    }
    return customer;
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
