import { Injectable } from '@nestjs/common';
import { lockProfiles, type Sql, textArray, timestampArray, uuidArray } from '@rapport/platform';
import type { Behaviour, BehaviourBody } from '../domain/behaviour.js';
import type { HistoryQuestion } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import type { CustomerChanges, CustomerRow, CustomerStore, LockedCustomers, Revived } from '../pipeline/customer-store.js';
import { RulebookReader } from './rulebook-reader.js';
import { saveChanges } from './save-changes.js';

const COLUMNS = ['partition', 'version', 'epoch', 'snapshot', 'state'];

const HISTORY = `
  SELECT profile_id, at, interaction_id, event, body FROM behaviours
  WHERE profile_id = ANY($1::uuid[]) AND at > $2 AND ($3::text[] IS NULL OR event = ANY($3))
  ORDER BY profile_id, at, interaction_id`;

const REMEMBER = `
  INSERT INTO behaviours (profile_id, at, interaction_id, event, body)
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[])
  ON CONFLICT DO NOTHING RETURNING interaction_id`;

const DUE = `SELECT profile_id FROM due_customers WHERE partition = $1 AND due_at <= $2 ORDER BY due_at, profile_id LIMIT $3`;

const SWEEP = `SELECT max(epoch) AS epoch FROM backfills WHERE partition = $1`;
const STALE = `SELECT profile_id FROM customers WHERE partition = $1 AND epoch < $2 AND merged_into IS NULL ORDER BY epoch, profile_id LIMIT $3`;

const SET_ASIDE = `
  WITH not_due AS (DELETE FROM due_customers WHERE profile_id = $1)
  UPDATE customers SET epoch = (SELECT epoch FROM rulebook) WHERE profile_id = $1`;

const REVIVE = `
  INSERT INTO customers (profile_id, version) SELECT profile_id, max(version) FROM unnest($1::uuid[], $2::integer[]) AS r (profile_id, version)
  GROUP BY profile_id ORDER BY profile_id
  ON CONFLICT ON CONSTRAINT customers_pkey DO UPDATE SET merged_into = NULL, version = greatest(customers.version, excluded.version)
  WHERE customers.merged_into IS NULL OR customers.version <= excluded.version`;

interface BehaviourRow {
  readonly profile_id: string;
  readonly at: Date;
  readonly interaction_id: string;
  readonly event: string;
  readonly body: string;
}

@Injectable()
export class PostgresCustomerStore implements CustomerStore {
  private readonly rulebooks = new RulebookReader();

  async revive(sql: Sql, revived: readonly Revived[]): Promise<void> {
    await sql.query('segmentation-revive', REVIVE, [revived.map(({ profileId }) => profileId), revived.map(({ version }) => version)]);
  }

  async lock(sql: Sql, profileIds: readonly string[]): Promise<LockedCustomers> {
    const { survivors, rows } = await lockProfiles<Omit<CustomerRow, 'profileId'>>(sql, 'customers', COLUMNS, profileIds);
    return { survivors, rows: new Map([...rows].map(([profileId, row]) => [profileId, { ...row, profileId }])) };
  }

  rulebook(sql: Sql): Promise<Rulebook> {
    return this.rulebooks.read(sql);
  }

  rulebookOf(epoch: number, sql: Sql): Promise<Rulebook> {
    return this.rulebooks.of(epoch, sql);
  }

  async history(sql: Sql, profileIds: readonly string[], { after, events }: HistoryQuestion): Promise<Map<string, Behaviour[]>> {
    const rows = await sql.query<BehaviourRow>('segmentation-history', HISTORY, [profileIds, after, events ?? null]);
    const histories = new Map<string, Behaviour[]>();
    for (const row of rows) {
      const behaviour: Behaviour = {
        id: row.interaction_id,
        at: row.at.getTime(),
        event: row.event,
        body: JSON.parse(row.body) as BehaviourBody,
      };
      const known = histories.get(row.profile_id);
      if (known) known.push(behaviour);
      else histories.set(row.profile_id, [behaviour]);
    }
    return histories;
  }

  async remember(sql: Sql, behaviours: readonly { readonly profileId: string; readonly behaviour: Behaviour }[]): Promise<Set<string>> {
    const sorted = [...behaviours].sort((a, b) => compare(a.profileId, b.profileId) || a.behaviour.at - b.behaviour.at);
    const rows = await sql.query<{ interaction_id: string }>('segmentation-remember', REMEMBER, [
      uuidArray(sorted.map(({ profileId }) => profileId)),
      timestampArray(sorted.map(({ behaviour }) => behaviour.at)),
      uuidArray(sorted.map(({ behaviour }) => behaviour.id)),
      textArray(sorted.map(({ behaviour }) => behaviour.event)),
      textArray(sorted.map(({ behaviour }) => JSON.stringify(behaviour.body))),
    ]);
    return new Set(rows.map((row) => row.interaction_id));
  }

  async dueCustomers(sql: Sql, partition: number, now: Date, limit: number): Promise<string[]> {
    return idsOf(await sql.query<{ profile_id: string }>('segmentation-due', DUE, [partition, now, limit]));
  }

  async customersToSweep(sql: Sql, partition: number, limit: number): Promise<{ epoch: number; profileIds: string[] } | undefined> {
    const [sweep] = await sql.query<{ epoch: number | null }>('segmentation-sweep', SWEEP, [partition]);
    if (!sweep || sweep.epoch === null) return undefined;
    return {
      epoch: sweep.epoch,
      profileIds: idsOf(await sql.query<{ profile_id: string }>('segmentation-stale', STALE, [partition, sweep.epoch, limit])),
    };
  }

  async setAside(sql: Sql, profileId: string): Promise<void> {
    await sql.query('segmentation-set-aside', SET_ASIDE, [profileId]);
  }

  save(sql: Sql, changes: CustomerChanges, partition: number): Promise<void> {
    return saveChanges(sql, changes, partition);
  }
}

const idsOf = (rows: readonly { readonly profile_id: string }[]): string[] => rows.map((row) => row.profile_id);
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
