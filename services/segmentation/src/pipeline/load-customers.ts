import { type Parting, Partings, type Standing } from '@rapport/identifiers';
import type { Sql } from '@rapport/platform';
import type { Behaviour } from '../domain/behaviour.js';
import { missingTallies } from '../domain/follow-customer.js';
import { historyQuestion, WHOLE_HISTORY } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import type { ToldBehaviour } from '../domain/told-histories.js';
import type { Listed } from '../domain/unmerge.js';
import type { ProfileInput } from '../kafka/decode-profile-updated.js';
import type { CustomerQuestion, CustomerRow, CustomerStore } from './customer-store.js';
import type { Input } from './evaluate-segments.pipeline.js';

/** Everything that deciding one batch needs. */
export interface LoadedCustomers {
  readonly rulebook: Rulebook;
  /** Which customer stands for an id, as far as it was known before this batch. */
  readonly survivors: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, CustomerRow>;
  /** Of customers who stand at an older epoch: what new tallies need. */
  readonly histories: ReadonlyMap<string, readonly Behaviour[]>;
  readonly standings: ReadonlyMap<string, Standing>;
  /** Whether somebody turns out to be somebody else, or two people. */
  readonly isOfIdentity: boolean;
  readonly partings: ReadonlyMap<string, readonly Parting<Listed>[]>;
  /** Behaviours heard for the first time, as they were stored, by id. */
  readonly fresh: ReadonlyMap<string, ToldBehaviour>;
  /** Where somebody is split: all that was heard of everybody whose identity changes, before this batch. */
  readonly told: readonly ToldBehaviour[];
}

/**
 * The order matters. First the customers are locked, then the rulebook is read: so it is at least as new as any locked row. The histories are read before
 * the interactions of this batch are added to them: what is filled in from history is not heard again.
 */
export async function loadCustomers(store: CustomerStore, sql: Sql, inputs: readonly Input[], now: Date): Promise<LoadedCustomers> {
  const question = questionOf(inputs);
  const { survivors, rows, standings, partings } = await store.lock(sql, question);
  const rulebook = await store.rulebook(sql);
  const histories = await historiesOf(store, sql, [...rows.values()], rulebook, now);
  const told = await toldOf(store, sql, inputs, survivors);
  const owners = partingsOf(partings);
  const heard = inputs.flatMap((input) =>
    input.kind !== 'profile'
      ? []
      : input.behaviours.map((behaviour): ToldBehaviour => {
          const toldOf = owners.ownerOf(input.profileId, input.version, behaviour.id);
          return { ...behaviour, customerId: survivors.get(toldOf) ?? toldOf, toldOf };
        }),
  );
  const fresh = heard.length > 0 ? await store.remember(sql, heard) : new Set<string>();
  const stored = new Map(heard.filter(({ id }) => fresh.has(id)).map((one) => [one.id, one]));
  return { rulebook, survivors, rows, histories, standings, partings, fresh: stored, told, isOfIdentity: question.isOfIdentity };
}

function questionOf(inputs: readonly Input[]): CustomerQuestion {
  const ids = new Set<string>();
  const told = new Map<string, number>();
  let isOfIdentity = false;
  for (const input of inputs) {
    if (input.kind === 'swept') continue;
    ids.add(input.profileId);
    if (input.kind !== 'profile') continue;
    for (const { profileId, version } of [input, ...(input.split ? [input.split] : [])])
      told.set(profileId, Math.min(told.get(profileId) ?? version, version));
    for (const id of othersIn(input)) {
      ids.add(id);
      isOfIdentity = true;
    }
  }
  return { profileIds: [...ids].sort(), told, isOfIdentity };
}

/** Whom else a fact about who is who names. */
export function othersIn({ mergedInto, livesAgain, split }: ProfileInput): string[] {
  return [
    ...(mergedInto ? [mergedInto.profileId] : []),
    ...(livesAgain ? [livesAgain.fromId] : []),
    ...(split ? [split.profileId] : []),
    ...[...(livesAgain?.formers ?? []), ...(split?.formers ?? [])].flatMap(({ profileId, intoId }) => [profileId, intoId]),
  ];
}

async function toldOf(
  store: CustomerStore,
  sql: Sql,
  inputs: readonly Input[],
  survivors: ReadonlyMap<string, string>,
): Promise<readonly ToldBehaviour[]> {
  const profiles = inputs.filter((input) => input.kind === 'profile');
  if (!profiles.some(({ split }) => split !== undefined)) return [];
  const ids = profiles.flatMap((input) => {
    const others = othersIn(input);
    return others.length > 0 ? [input.profileId, ...others] : [];
  });
  const customers = new Set(ids.map((id) => survivors.get(id)!));
  return [...(await store.history(sql, [...customers].sort(), WHOLE_HISTORY)).values()].flat();
}

export const partingsOf = (known: ReadonlyMap<string, readonly Parting<Listed>[]>): Partings<Listed> =>
  new Partings(known, ({ interactionIds }, id) => interactionIds.includes(id));

async function historiesOf(
  store: CustomerStore,
  sql: Sql,
  rows: readonly CustomerRow[],
  rulebook: Rulebook,
  now: Date,
): Promise<ReadonlyMap<string, readonly Behaviour[]>> {
  const stale = rows.filter((row) => row.epoch !== null && row.epoch < rulebook.epoch);
  if (stale.length === 0) return new Map();
  const oldest = Math.min(...stale.map((row) => row.epoch!));
  const question = historyQuestion(missingTallies(rulebook, oldest), now.getTime());
  return question
    ? store.history(
        sql,
        stale.map((row) => row.profileId),
        question,
      )
    : new Map();
}
