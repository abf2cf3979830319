import type { Sql } from '@rapport/platform';
import type { Behaviour } from '../domain/behaviour.js';
import { missingTallies } from '../domain/follow-customer.js';
import { historyQuestion, WHOLE_HISTORY } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import type { CustomerRow, CustomerStore, Revived } from './customer-store.js';
import type { Input } from './evaluate-segments.pipeline.js';

/** Everything that deciding one batch needs. */
export interface LoadedCustomers {
  readonly rulebook: Rulebook;
  /** Which customer stands for an id, as far as it was known before this batch. */
  readonly survivors: ReadonlyMap<string, string>;
  readonly rows: ReadonlyMap<string, CustomerRow>;
  /** Of customers who stand at an older epoch: what new tallies need. */
  readonly histories: ReadonlyMap<string, readonly Behaviour[]>;
  /** Interactions heard for the first time. */
  readonly fresh: ReadonlySet<string>;
  /** Of both people of every split: all that was heard of them before this batch. */
  readonly splitHistories: ReadonlyMap<string, readonly Behaviour[]>;
}

/**
 * The order matters. First the customers are locked, then the rulebook is read: so it is at least as new as any locked row. The histories are read before
 * the interactions of this batch are added to them: what is filled in from history is not heard again.
 */
export async function loadCustomers(store: CustomerStore, sql: Sql, inputs: readonly Input[], now: Date): Promise<LoadedCustomers> {
  const revived = inputs.flatMap(revivedBy);
  if (revived.length > 0) await store.revive(sql, revived);
  const { survivors, rows } = await store.lock(sql, idsOf(inputs));
  const rulebook = await store.rulebook(sql);
  const histories = await historiesOf(store, sql, [...rows.values()], rulebook, now);
  const splitHistories = await splitHistoriesOf(store, sql, inputs, survivors);
  const heard = inputs.flatMap((input) =>
    input.kind === 'profile' ? input.behaviours.map((behaviour) => ({ profileId: survivors.get(input.profileId)!, behaviour })) : [],
  );
  const fresh = heard.length > 0 ? await store.remember(sql, heard) : new Set<string>();
  return { rulebook, survivors, rows, histories, fresh, splitHistories };
}

function idsOf(inputs: readonly Input[]): string[] {
  const ids = new Set<string>();
  for (const input of inputs) {
    if (input.kind === 'swept') continue;
    ids.add(input.profileId);
    if (input.kind === 'profile' && input.mergedInto) ids.add(input.mergedInto.profileId);
    if (input.kind === 'profile' && input.split) ids.add(input.split.profileId);
  }
  return [...ids].sort();
}

/** Who lives again, and the last version from before. Both facts of an un-merge say it: which one comes first is open. */
function revivedBy(input: Input): Revived[] {
  if (input.kind !== 'profile') return [];
  const { profileId, version, split, isUnmerged } = input;
  return [...(split ? [split] : []), ...(isUnmerged ? [{ profileId, version }] : [])].map((one) => ({
    profileId: one.profileId,
    version: one.version - 1,
  }));
}

async function splitHistoriesOf(
  store: CustomerStore,
  sql: Sql,
  inputs: readonly Input[],
  survivors: ReadonlyMap<string, string>,
): Promise<ReadonlyMap<string, readonly Behaviour[]>> {
  const ids = inputs.flatMap((input) =>
    input.kind === 'profile' && input.split ? [input.profileId, input.split.profileId].map((id) => survivors.get(id)!) : [],
  );
  if (ids.length === 0) return new Map();
  const histories = await store.history(sql, [...new Set(ids)].sort(), WHOLE_HISTORY);
  return new Map(ids.map((id) => [id, histories.get(id) ?? []]));
}

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
