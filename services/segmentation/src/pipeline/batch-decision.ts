import { TOPICS } from '@rapport/contracts';
import type { Fact } from '@rapport/platform';
import type { Behaviour } from '../domain/behaviour.js';
import { isMember, type Customer } from '../domain/customer.js';
import { hear, inheritFrom, merge, rebuild, refresh, tick, type Happened } from '../domain/follow-customer.js';
import { surveyAnswerOf } from '../domain/satisfaction/survey-answer.js';
import { decodeCustomer } from '../domain/stored-customer.js';
import type { ProfileInput } from '../kafka/decode-profile-updated.js';
import type { AnswerRow, CustomerChanges, CustomerRow, MembershipRow } from './customer-store.js';
import type { Input } from './evaluate-segments.pipeline.js';
import type { LoadedCustomers } from './load-customers.js';

interface Touched {
  readonly customer: Customer;
  readonly row: CustomerRow;
  readonly before: Pick<Customer, 'memberships' | 'dueAt' | 'version'>;
}

/** One batch, input after input: which customers it touches, what becomes of them, and what is to be told. It lives as long as one decision. */
export class BatchDecision {
  readonly facts: Fact[] = [];
  private readonly touched = new Map<string, Touched>();
  private readonly survivors: Map<string, string>;
  private readonly fresh: Set<string>;
  private readonly merged: { from: string; into: string; version: number }[] = [];
  private readonly answers: AnswerRow[] = [];
  private readonly erased = new Set<string>();
  /** Customers whose due row was taken by this tick: it is written anew in any case. */
  private readonly rang = new Set<string>();
  /** Of those who are split: what this batch brought. */
  private readonly heard = new Map<string, Behaviour[]>();
  private readonly split: { from: string; into: string; interactionIds: readonly string[] }[] = [];
  private sweptEpoch: number | undefined;
  private readonly nowMs: number;

  constructor(
    private readonly loaded: LoadedCustomers,
    now: Date,
  ) {
    this.nowMs = now.getTime();
    this.survivors = new Map(loaded.survivors);
    this.fresh = new Set(loaded.fresh);
  }

  take(input: Input): void {
    switch (input.kind) {
      case 'profile':
        return this.hear(input);
      case 'due':
        return this.tick(input.profileId);
      case 'erased':
        return this.erase(input.profileId);
      case 'swept':
        this.sweptEpoch = input.epoch;
    }
  }

  changes(partition: number): CustomerChanges {
    const customers = [...this.touched.values()].sort((a, b) => (a.customer.profileId < b.customer.profileId ? -1 : 1));
    const memberships = customers.flatMap(changedMemberships);
    const rescheduled = customers.filter(({ customer, before }) => customer.dueAt !== before.dueAt || this.rang.has(customer.profileId));
    return {
      customers: customers.map(({ customer, row, before }) => ({
        customer,
        partition: row.partition ?? partition,
        snapshotChanged: customer.version !== before.version,
      })),
      entered: memberships.filter(isMember),
      left: memberships.filter((membership) => !isMember(membership)),
      due: rescheduled.flatMap(({ customer: { profileId, dueAt }, row }) =>
        dueAt === null ? [] : [{ profileId, partition: row.partition ?? partition, at: new Date(dueAt) }],
      ),
      notDue: rescheduled.filter(({ customer }) => customer.dueAt === null).map(({ customer }) => customer.profileId),
      merged: this.merged.map(({ from, version }) => ({ from, into: this.survivorOf(from), version })),
      split: this.split,
      erased: [...this.erased].sort(),
      answers: this.answers
        .map((answer) => ({ ...answer, profileId: this.survivorOf(answer.profileId) }))
        .filter(({ profileId }) => !this.erased.has(profileId)),
      sweptEpoch: this.sweptEpoch,
    };
  }

  private hear(input: ProfileInput): void {
    const { traceparent, mergedInto } = input;
    const id = this.survivorOf(input.profileId);
    if (this.erased.has(id)) return;
    const behaviours = input.behaviours.filter((behaviour) => this.fresh.delete(behaviour.id));
    const isItself = id === input.profileId && !mergedInto;
    for (const behaviour of behaviours) {
      const answer = surveyAnswerOf(behaviour);
      if (answer !== undefined) this.answers.push({ ...answer, interactionId: behaviour.id, profileId: id, at: behaviour.at });
    }
    if (this.loaded.splitHistories.has(id)) this.heard.set(id, [...(this.heard.get(id) ?? []), ...behaviours]);
    if (behaviours.length > 0 || isItself) {
      const customer = this.customer(id, traceparent);
      const snapshot = isItself ? { version: input.version, value: input.snapshot } : undefined;
      this.tell(
        customer,
        hear(customer, this.loaded.rulebook, { snapshot, behaviours, interactionId: behaviours.at(-1)?.id }, this.nowMs),
        traceparent,
      );
    }
    // undone since: the fact of the un-merge came through another partition first
    const isUndone = mergedInto && (id !== input.profileId || input.version <= this.customer(id, traceparent).version);
    if (mergedInto && !isUndone) this.merge(id, this.survivorOf(mergedInto.profileId), input);
    if (input.split) this.part(id, input.split, traceparent);
  }

  /** A merge was undone: both are made anew from what was heard of each. */
  private part(from: string, { profileId, interactionIds }: NonNullable<ProfileInput['split']>, traceparent?: string): void {
    const into = this.survivorOf(profileId); // it may have been merged again since: into this one, or into another
    if (from === into || this.erased.has(into)) return;
    const [left, back] = [this.customer(from, traceparent), this.customer(into, traceparent)];
    const moved = new Set(interactionIds);
    const all = [...this.known(from), ...this.known(into)];
    const own = new Set(this.known(into).map(({ id }) => id));
    const isMoved = ({ id }: Behaviour): boolean => moved.has(id) || own.has(id);
    inheritFrom(back, left);
    this.tell(
      left,
      rebuild(
        left,
        this.loaded.rulebook,
        all.filter((one) => !isMoved(one)),
        this.nowMs,
      ),
      traceparent,
    );
    this.tell(back, rebuild(back, this.loaded.rulebook, all.filter(isMoved), this.nowMs), traceparent);
    this.split.push({ from, into, interactionIds });
  }

  private known(id: string): Behaviour[] {
    return [...(this.loaded.splitHistories.get(id) ?? []), ...(this.heard.get(id) ?? [])];
  }

  private tick(profileId: string): void {
    const id = this.survivorOf(profileId);
    if (this.erased.has(id)) return;
    const customer = this.customer(id);
    this.rang.add(customer.profileId);
    this.tell(customer, tick(customer, this.loaded.rulebook, this.nowMs));
  }

  private merge(from: string, into: string, { version, mergedInto, traceparent }: ProfileInput): void {
    if (from === into || this.erased.has(into)) return;
    const other = this.customer(from, traceparent);
    const survivor = this.customer(into, traceparent);
    const { ofSurvivor, ofOther } = merge(survivor, other, this.loaded.rulebook, mergedInto?.interactionId, this.nowMs);
    this.tell(other, ofOther, traceparent);
    this.tell(survivor, ofSurvivor, traceparent);
    this.touched.delete(from);
    this.merged.push({ from, into, version });
    this.survivors.set(from, into);
  }

  /** The id itself is erased, with whatever this batch still brings for it; one that was merged before keeps pointing to its survivor. */
  private erase(profileId: string): void {
    if (this.survivorOf(profileId) !== profileId) return;
    this.touched.delete(profileId);
    this.erased.add(profileId);
    this.facts.push({ topic: TOPICS.customerClassified, key: profileId, value: null });
  }

  private survivorOf(id: string): string {
    const next = this.survivors.get(id) ?? id;
    return next === id ? id : this.survivorOf(next);
  }

  /** The working copy, brought up to the present rulebook when it is touched for the first time. */
  private customer(id: string, traceparent?: string): Customer {
    const known = this.touched.get(id);
    if (known) return known.customer;
    const row = this.loaded.rows.get(id) ?? emptyRow(id);
    const customer = decodeCustomer(row);
    this.touched.set(id, {
      customer,
      row,
      before: { memberships: { ...customer.memberships }, dueAt: customer.dueAt, version: customer.version },
    });
    this.tell(customer, refresh(customer, this.loaded.rulebook, this.loaded.histories.get(id) ?? [], this.nowMs), traceparent);
    return customer;
  }

  private tell({ profileId }: Customer, happened: readonly Happened[], traceparent?: string): void {
    for (const one of happened) {
      if (one.kind === 'classified') {
        this.facts.push({ topic: TOPICS.customerClassified, key: profileId, value: one.fact, traceparent });
        continue;
      }
      const { segment, membership, sequence, at, cause, interactionId, why } = one;
      const value = {
        profileId,
        segmentId: segment.id,
        segmentName: segment.name,
        segmentVersion: segment.version,
        membership,
        sequence,
        at,
        cause,
        ...(interactionId && { interactionId }),
        why,
      };
      this.facts.push({ topic: TOPICS.membershipChanged, key: profileId, value, traceparent });
    }
  }
}

const emptyRow = (profileId: string): CustomerRow => ({ profileId, partition: null, version: 0, epoch: null, snapshot: null, state: null });

function changedMemberships({ customer, before }: Touched): MembershipRow[] {
  const changed: MembershipRow[] = [];
  for (const [segmentId, membership] of Object.entries(customer.memberships)) {
    const known = before.memberships[segmentId];
    if (known?.sequence === membership.sequence && known.since === membership.since) continue;
    if (!known && !isMember(membership)) continue;
    changed.push({ segmentId, profileId: customer.profileId, sequence: membership.sequence, since: membership.since });
  }
  return changed.sort((a, b) => (a.segmentId < b.segmentId ? -1 : 1));
}
