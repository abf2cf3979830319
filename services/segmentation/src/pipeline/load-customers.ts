import type { Sql } from '@rapport/platform';
import type { Behaviour } from '../domain/behaviour.js';
import { missingTallies } from '../domain/follow-customer.js';
import { historyQuestion } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import type { CustomerRow, CustomerStore } from './customer-store.js';
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
}

/**
 * The order matters. First the customers are locked, then the rulebook is read: so it is at least as new as any locked row. The histories are read before
 * the interactions of this batch are added to them: what is filled in from history is not heard again.
 */
export async function loadCustomers(store: CustomerStore, sql: Sql, inputs: readonly Input[], now: Date): Promise<LoadedCustomers> {
  const { survivors, rows } = await store.lock(sql, idsOf(inputs));
  const rulebook = await store.rulebook(sql);
  const histories = await historiesOf(store, sql, [...rows.values()], rulebook, now);
  const heard = inputs.flatMap((input) =>
    input.kind === 'profile' ? input.behaviours.map((behaviour) => ({ profileId: survivors.get(input.profileId)!, behaviour })) : [],
  );
  const fresh = heard.length > 0 ? await store.remember(sql, heard) : new Set<string>();
  return { rulebook, survivors, rows, histories, fresh };
}

function idsOf(inputs: readonly Input[]): string[] {
  const ids = new Set<string>();
  for (const input of inputs) {
    if (input.kind === 'swept') continue;
    ids.add(input.profileId);
    if (input.kind === 'profile' && input.mergedInto) ids.add(input.mergedInto.profileId);
  }
  return [...ids].sort();
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
