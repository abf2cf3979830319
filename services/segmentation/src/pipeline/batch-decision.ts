import { TOPICS } from '@rapport/contracts';
import { type Partings, Standings } from '@rapport/identifiers';
import type { Fact } from '@rapport/platform';
import type { Behaviour } from '../domain/behaviour.js';
import { isMember, type Customer } from '../domain/customer.js';
import { hear, inheritFrom, merge, rebuild, refresh, tick, type Happened } from '../domain/follow-customer.js';
import { surveyAnswerOf } from '../domain/satisfaction/survey-answer.js';
import { type ToldBehaviour, ToldHistories } from '../domain/told-histories.js';
import type { Listed, LivesAgain, Split } from '../domain/unmerge.js';
import { decodeCustomer } from '../domain/stored-customer.js';
import type { ProfileInput } from '../kafka/decode-profile-updated.js';
import type { AnswerRow, CustomerChanges, CustomerRow, MembershipRow } from './customer-store.js';
import type { Input } from './evaluate-segments.pipeline.js';
import { type LoadedCustomers, partingsOf } from './load-customers.js';

interface Touched {
  readonly customer: Customer;
  readonly row: CustomerRow;
  readonly before: Pick<Customer, 'memberships' | 'dueAt' | 'version'>;
}

/** One batch, input after input: which customers it touches, what becomes of them, and what is to be told. It lives as long as one decision. */
export class BatchDecision {
  readonly facts: Fact[] = [];
  private readonly touched = new Map<string, Touched>();
  private readonly standings: Standings;
  private readonly partings: Partings<Listed>;
  private readonly histories: ToldHistories;
  private readonly fresh: Map<string, ToldBehaviour>;
  /** Customers who became part of another one: what is kept of them is that one's. */
  private readonly joined = new Set<string>();
  private readonly answers: AnswerRow[] = [];
  private readonly erased = new Set<string>();
  /** Customers whose due row was taken by this tick: it is written anew in any case. */
  private readonly rang = new Set<string>();
  private sweptEpoch: number | undefined;
  private readonly nowMs: number;

  constructor(
    private readonly loaded: LoadedCustomers,
    now: Date,
  ) {
    this.nowMs = now.getTime();
    this.standings = new Standings(loaded.survivors, loaded.standings);
    this.partings = partingsOf(loaded.partings);
    this.histories = new ToldHistories(loaded.told);
    this.fresh = new Map(loaded.fresh);
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
        snapshotChanged: customer.version !== before.version && customer.snapshot !== undefined,
      })),
      entered: memberships.filter(isMember),
      left: memberships.filter((membership) => !isMember(membership)),
      due: rescheduled.flatMap(({ customer: { profileId, dueAt }, row }) =>
        dueAt === null ? [] : [{ profileId, partition: row.partition ?? partition, at: new Date(dueAt) }],
      ),
      notDue: rescheduled.filter(({ customer }) => customer.dueAt === null).map(({ customer }) => customer.profileId),
      merged: this.histories.merged,
      moved: this.histories.moved,
      standings: this.standings.changes,
      partings: this.partings.changes,
      erased: [...this.erased].sort(),
      answers: this.answers
        .map((answer) => ({ ...answer, profileId: this.histories.customerOf(answer.interactionId) ?? this.survivorOf(answer.profileId) }))
        .filter(({ profileId }) => !this.erased.has(profileId)),
      sweptEpoch: this.sweptEpoch,
    };
  }

  private hear(input: ProfileInput): void {
    const { profileId, version, traceparent, mergedInto, livesAgain, split } = input;
    if (this.erased.has(this.survivorOf(profileId))) return;
    if (livesAgain) this.liveAgain(profileId, version, livesAgain, traceparent);
    const id = this.survivorOf(profileId);
    const behaviours = this.heardOf(input);
    const isItself = id === profileId && !mergedInto;
    const snapshot = isItself ? { version, value: input.snapshot } : undefined;
    if (isItself && !behaviours.has(id)) behaviours.set(id, []);
    for (const [owner, own] of behaviours) {
      const customer = this.customer(owner, traceparent);
      const news = { snapshot: owner === id ? snapshot : undefined, behaviours: own, interactionId: own.at(-1)?.id };
      this.tell(customer, hear(customer, this.loaded.rulebook, news, this.nowMs), traceparent);
    }
    if (mergedInto) this.merge(input, mergedInto);
    if (split) this.part(profileId, version, split, traceparent);
  }

  /** What is new, by customer: mostly the one of whom it is told. */
  private heardOf({ profileId, version, behaviours }: ProfileInput): Map<string, Behaviour[]> {
    const heard = new Map<string, Behaviour[]>();
    for (const behaviour of behaviours) {
      const stored = this.fresh.get(behaviour.id);
      if (stored === undefined) continue;
      this.fresh.delete(behaviour.id);
      const toldOf = this.partings.ownerOf(profileId, version, behaviour.id);
      const customerId = this.survivorOf(toldOf);
      if (this.erased.has(customerId)) continue;
      if (this.loaded.isOfIdentity) this.histories.hear(behaviour, stored, { customerId, toldOf });
      const answer = surveyAnswerOf(behaviour);
      if (answer !== undefined) this.answers.push({ ...answer, interactionId: behaviour.id, profileId: toldOf, at: behaviour.at });
      const known = heard.get(customerId);
      if (known) known.push(behaviour);
      else heard.set(customerId, [behaviour]);
    }
    return heard;
  }

  private merge({ profileId, version, traceparent }: ProfileInput, into: NonNullable<ProfileInput['mergedInto']>): void {
    const from = this.survivorOf(profileId);
    if (this.erased.has(this.survivorOf(into.profileId)) || !this.standings.stand(profileId, into.profileId, version)) return;
    if (from === profileId) this.join(from, this.survivorOf(into.profileId), into.interactionId, traceparent);
  }

  private join(from: string, into: string, interactionId?: string, traceparent?: string): void {
    if (from === into) return;
    const [other, survivor] = [this.customer(from, traceparent), this.customer(into, traceparent)];
    const { ofSurvivor, ofOther } = merge(survivor, other, this.loaded.rulebook, interactionId, this.nowMs);
    this.tell(other, ofOther, traceparent);
    this.tell(survivor, ofSurvivor, traceparent);
    this.touched.delete(from);
    this.joined.add(from);
    this.histories.join(from, into);
  }

  /** What is whose is said by the split: until it comes, everything stays with whom it was. */
  private liveAgain(profileId: string, version: number, { formers }: Pick<LivesAgain, 'formers'>, traceparent?: string): void {
    const had = this.survivorOf(profileId);
    if (this.standings.stand(profileId, null, version)) {
      const customer = this.customer(profileId, traceparent);
      customer.version = Math.max(customer.version, version - 1); // what is told of it up to there is from before
      if (had !== profileId && !this.erased.has(had)) inheritFrom(customer, this.customer(had, traceparent));
    }
    for (const former of formers) {
      const own = this.survivorOf(former.profileId);
      const isNews = this.standings.stand(former.profileId, former.intoId, former.version);
      if (isNews && own === former.profileId) this.join(own, this.survivorOf(former.intoId), undefined, traceparent);
    }
  }

  /** A merge was undone: those whose histories are others now are made anew from them. */
  private part(profileId: string, version: number, split: Split, traceparent?: string): void {
    const { profileId: backId, movedIds, keptIds, formers } = split;
    this.liveAgain(backId, split.version, split, traceparent);
    const stays = { life: [profileId, version], interactionIds: keptIds } as const;
    const goes = { life: [backId, split.version], interactionIds: movedIds } as const;
    this.partings.add(stays, goes, formers);
    const lives = new Map([stays, goes].flatMap(({ life, interactionIds }) => interactionIds.map((id) => [id, life] as const)));
    const changed = this.histories.place(
      (id, toldOf) => (lives.has(id) ? this.partings.ownerOf(...lives.get(id)!, id) : toldOf),
      (id) => this.survivorOf(id),
    );
    for (const id of new Set([profileId, backId, ...changed].map((one) => this.survivorOf(one)))) {
      if (this.erased.has(id)) continue;
      const customer = this.customer(id, traceparent);
      this.tell(customer, rebuild(customer, this.loaded.rulebook, this.histories.of(id), this.nowMs), traceparent);
    }
  }

  private tick(profileId: string): void {
    const id = this.survivorOf(profileId);
    if (this.erased.has(id)) return;
    const customer = this.customer(id);
    this.rang.add(customer.profileId);
    this.tell(customer, tick(customer, this.loaded.rulebook, this.nowMs));
  }

  /** The id itself is erased, with whatever this batch still brings for it; one that was merged before keeps pointing to its survivor. */
  private erase(profileId: string): void {
    if (this.survivorOf(profileId) !== profileId) return;
    this.touched.delete(profileId);
    this.histories.forget(profileId);
    this.erased.add(profileId);
    this.facts.push({ topic: TOPICS.customerClassified, key: profileId, value: null });
  }

  private survivorOf(id: string): string {
    return this.standings.standsFor(id);
  }

  /** The working copy, brought up to the present rulebook when it is touched for the first time. */
  private customer(id: string, traceparent?: string): Customer {
    const known = this.touched.get(id);
    if (known) return known.customer;
    const stored = this.loaded.rows.get(id) ?? emptyRow(id);
    const row = this.joined.has(id) ? { ...emptyRow(id), partition: stored.partition, version: stored.version } : stored;
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
