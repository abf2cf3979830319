import { Injectable } from '@nestjs/common';
import type { Profile } from '@rapport/contracts';
import type { ProfileRef } from '@rapport/identifiers';
import { ProblemException } from '@rapport/platform';
import { type CasesPart, composeContext, matterOf, type NotificationsPart, PARTS, type Part } from '../domain/customer-context.js';
import { inParcels } from '../domain/in-parcels.js';
import { ReadGroups } from '../pipeline/read-groups.js';
import { Upstreams } from './upstreams.js';

/** Whoever waits for the context has a customer on the line: a part that takes longer is left out. */
const PART_TIMEOUT_MS = 1_000;
const GROUP = { groupMax: 16, waitMsMax: 20 } as const;
/** Of all customers in one question to interactions: one profile may have 1,000, and a body holds 1 MB. */
const SUBJECTS_MAX = 2_000;

export type ContextAnswer =
  | { readonly kind: 'known'; readonly context: ReturnType<typeof composeContext>; readonly movedTo: string | undefined }
  /** Profiles knows nobody by this ref. */
  | { readonly kind: 'nobody' }
  /** Nobody who could know answered. */
  | { readonly kind: 'unavailable' };

interface FoundProfile {
  readonly profile: Profile;
  readonly redirected: boolean;
}

/** Who it is, as far as it can be said. */
interface Person {
  readonly id: string | undefined;
  readonly profile: Profile | undefined;
  readonly redirected: boolean;
  readonly subjects: readonly string[];
}

/** The context of customers: each owner is asked once for all who are asked for at the same time. */
@Injectable()
export class CustomerContexts {
  private readonly groups = new ReadGroups<ProfileRef, ContextAnswer>((targets) => this.answer(targets), GROUP);

  constructor(private readonly upstreams: Upstreams) {}

  of(target: ProfileRef): Promise<ContextAnswer> {
    return this.groups.ask(target);
  }

  private async answer(targets: readonly ProfileRef[]): Promise<ContextAnswer[]> {
    const absent = new Set<Part>();
    const found = await this.profiles(targets, absent);
    const known = await this.about(found ? found.flatMap((one) => (one ? [personOf(one)] : [])) : targets.map(strangerOf), absent);
    if (found === undefined) return known;
    const answers = known.values();
    return found.map((one) => (one === null ? { kind: 'nobody' } : answers.next().value!));
  }

  /** First at once what they are to us and what is open, then how to reach each of them, for the case that matters most. */
  private async about(people: readonly Person[], absent: Set<Part>): Promise<ContextAnswer[]> {
    // without profiles, an identifier's cases may still know whose they are
    const early = absent.has('profiles') ? await this.cases(people, absent) : undefined;
    const ids = people.map(({ id }, index) => id ?? early?.[index]?.profileId ?? undefined);
    const [relationships, cases] = await Promise.all([this.relationships(ids, absent), early ?? this.cases(people, absent)]);
    const notifications = await this.notifications(ids, cases, absent);
    return people.map(({ profile, redirected }, index) => {
      const missing = PARTS.filter((part) => absent.has(part) || (ids[index] === undefined && NEEDS_ID.has(part)));
      if (missing.length === PARTS.length) return { kind: 'unavailable' };
      const told = { profile, relationship: relationships[index], cases: cases?.[index], notifications: notifications[index], missing };
      return { kind: 'known', context: composeContext(told), movedTo: redirected ? profile?.id : undefined };
    });
  }

  private profiles(targets: readonly ProfileRef[], absent: Set<Part>): Promise<readonly (FoundProfile | null)[] | undefined> {
    return this.all('profiles', '/profiles/by-refs', { refs: targets.map(textOf) }, absent);
  }

  private async cases(people: readonly Person[], absent: Set<Part>): Promise<readonly CasesPart[] | undefined> {
    if (absent.has('interactions')) return undefined;
    const parcels = inParcels(people, ({ subjects }) => subjects.length, SUBJECTS_MAX);
    const told = await Promise.all(
      parcels.map((parcel) => {
        const customers = parcel.map(({ id, subjects }) => ({ profileId: id, subjects }));
        return this.all<CasesPart>('interactions', '/context', { customers }, absent);
      }),
    );
    return absent.has('interactions') ? undefined : told.flatMap((parts) => parts ?? []);
  }

  private relationships(ids: readonly (string | undefined)[], absent: Set<Part>): Promise<readonly (object | undefined)[]> {
    return ofThose(ids, (known) => this.all<object>('segmentation', '/profiles/relationships', { ids: known.map(({ id }) => id) }, absent));
  }

  private notifications(
    ids: readonly (string | undefined)[],
    cases: readonly CasesPart[] | undefined,
    absent: Set<Part>,
  ): Promise<readonly (NotificationsPart | undefined)[]> {
    return ofThose(ids, (known) => {
      const customers = known.map(({ id, index }) => ({ profileId: id, ...matterOf(cases?.[index]?.cases ?? []) }));
      return this.all<NotificationsPart>('notifications', '/context', { customers }, absent);
    });
  }

  /** An owner that is out of order is written down as absent. So is one that refuses: the refs were checked, and a group has no one caller to tell. */
  private async all<T>(owner: Part, path: string, body: object, absent: Set<Part>): Promise<readonly T[] | undefined> {
    try {
      return (await this.upstreams[owner].post<{ data: readonly T[] }>(path, { body, timeoutMs: PART_TIMEOUT_MS })).body.data;
    } catch (error) {
      if (!(error instanceof ProblemException)) throw error;
      absent.add(owner);
      return undefined;
    }
  }
}

const NEEDS_ID: ReadonlySet<Part> = new Set(['segmentation', 'notifications']);
const textOf = (target: ProfileRef): string => (target.kind === 'id' ? target.id : `${target.type}:${target.value}`);

function personOf({ profile, redirected }: FoundProfile): Person {
  return { id: profile.id, profile, redirected, subjects: profile.identifiers.map(({ type, value }) => `${type}:${value}`) };
}

const strangerOf = (target: ProfileRef): Person => ({
  id: target.kind === 'id' ? target.id : undefined,
  profile: undefined,
  redirected: false,
  subjects: target.kind === 'id' ? [] : [textOf(target)],
});

/** Asks about those whose id is known. The answers are in the places of their ids. */
async function ofThose<T>(
  ids: readonly (string | undefined)[],
  ask: (known: readonly { readonly id: string; readonly index: number }[]) => Promise<readonly T[] | undefined>,
): Promise<readonly (T | undefined)[]> {
  const known = ids.flatMap((id, index) => (id === undefined ? [] : [{ id, index }]));
  const told = known.length === 0 ? undefined : await ask(known);
  const placed: (T | undefined)[] = ids.map(() => undefined);
  told?.forEach((one, at) => {
    placed[known[at]!.index] = one;
  });
  return placed;
}
