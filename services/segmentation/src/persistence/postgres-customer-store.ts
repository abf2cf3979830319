import { Injectable } from '@nestjs/common';
import { heirsOf, type Parting } from '@rapport/identifiers';
import { lockProfiles, type Sql, textArray, timestampArray, uuidArray } from '@rapport/platform';
import type { BehaviourBody } from '../domain/behaviour.js';
import type { HistoryQuestion } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import type { ToldBehaviour } from '../domain/told-histories.js';
import type { Listed } from '../domain/unmerge.js';
import type { CustomerChanges, CustomerQuestion, CustomerRow, CustomerStore, LockedCustomers } from '../pipeline/customer-store.js';
import { RulebookReader } from './rulebook-reader.js';
import { saveChanges, toldOfColumn } from './save-changes.js';

const COLUMNS = ['partition', 'version', 'epoch', 'snapshot', 'state', 'is_parted'];

/** Un-merges whose lists overlap may lead on so often. */
const STEPS_MAX = 5;

const HISTORY = `
  SELECT profile_id, at, interaction_id, event, body, told_of FROM behaviours
  WHERE profile_id = ANY($1::uuid[]) AND at > $2 AND ($3::text[] IS NULL OR event = ANY($3))
  ORDER BY profile_id, at, interaction_id`;

const REMEMBER = `
  INSERT INTO behaviours (profile_id, at, interaction_id, event, body, told_of)
  SELECT * FROM unnest($1::uuid[], $2::timestamptz[], $3::uuid[], $4::text[], $5::text[], $6::uuid[])
  ON CONFLICT DO NOTHING RETURNING interaction_id`;

const DUE = `SELECT profile_id FROM due_customers WHERE partition = $1 AND due_at <= $2 ORDER BY due_at, profile_id LIMIT $3`;

const SWEEP = `SELECT max(epoch) AS epoch FROM backfills WHERE partition = $1`;
const STALE = `SELECT profile_id FROM customers WHERE partition = $1 AND epoch < $2 AND merged_into IS NULL ORDER BY epoch, profile_id LIMIT $3`;

const SET_ASIDE = `
  WITH not_due AS (DELETE FROM due_customers WHERE profile_id = $1)
  UPDATE customers SET epoch = (SELECT epoch FROM rulebook) WHERE profile_id = $1`;

// Of whom these are part, and all that are part of those.
const STANDINGS = `
  WITH RECURSIVE up AS (
    SELECT profile_id, merged_into FROM customers WHERE profile_id = ANY($1::uuid[])
    UNION SELECT c.profile_id, c.merged_into FROM up JOIN customers c ON c.profile_id = up.merged_into
  ), people AS (
    SELECT profile_id FROM up
    UNION SELECT c.profile_id FROM people JOIN customers c ON c.merged_into = people.profile_id
  )
  SELECT profile_id, merged_into, standing_version, partition, version, is_parted FROM customers WHERE profile_id IN (SELECT profile_id FROM people)`;
const PARTINGS = `SELECT profile_id, partings FROM partings WHERE profile_id = ANY($1::uuid[])`;

interface BehaviourRow {
  readonly profile_id: string;
  readonly at: Date;
  readonly interaction_id: string;
  readonly event: string;
  readonly body: string;
  readonly told_of: string | null;
}

type LockedRow = Omit<CustomerRow, 'profileId'> & Pick<StandingRow, 'is_parted'>;

interface StandingRow {
  readonly profile_id: string;
  readonly merged_into: string | null;
  readonly standing_version: number;
  readonly partition: number | null;
  readonly version: number;
  readonly is_parted: boolean;
}

interface PartingsRow {
  readonly profile_id: string;
  readonly partings: readonly Parting<Listed>[];
}

@Injectable()
export class PostgresCustomerStore implements CustomerStore {
  private readonly rulebooks = new RulebookReader();

  /** What is told late of a profile may be another's: then that one is locked, too. */
  async lock(sql: Sql, { profileIds, told, isOfIdentity }: CustomerQuestion): Promise<LockedCustomers> {
    let asked = profileIds;
    for (let step = 0; ; step++) {
      const { survivors, rows } = await lockProfiles<LockedRow>(sql, 'customers', COLUMNS, asked);
      const living = new Map([...rows].map(([profileId, row]): [string, CustomerRow] => [profileId, { ...row, profileId }]));
      const isPlain = [...survivors].every(([id, survivor]) => id === survivor) && [...rows.values()].every((row) => !row.is_parted);
      const isSimple = isPlain && !isOfIdentity;
      if (isSimple) return { survivors, rows: living, standings: new Map(), partings: new Map() };
      const people = await sql.query<StandingRow>('segmentation-standings', STANDINGS, [asked]);
      const partings = await this.partings(sql, people);
      const others = heirsOf(partings, told).filter((id) => !survivors.has(id));
      if (others.length > 0 && step < STEPS_MAX) {
        asked = [...new Set([...asked, ...others])].sort();
        continue;
      }
      const parts = people.filter(({ profile_id }) => !living.has(profile_id)).map(partOf);
      return {
        survivors,
        rows: new Map([...living, ...parts.map((row) => [row.profileId, row] as const)]),
        standings: new Map(people.map((row) => [row.profile_id, { mergedInto: row.merged_into, version: row.standing_version }])),
        partings,
      };
    }
  }

  private async partings(sql: Sql, people: readonly StandingRow[]): Promise<Map<string, readonly Parting<Listed>[]>> {
    const ids = people.filter((row) => row.is_parted).map(({ profile_id }) => profile_id);
    if (ids.length === 0) return new Map();
    const rows = await sql.query<PartingsRow>('segmentation-partings', PARTINGS, [ids]);
    return new Map(rows.map((row) => [row.profile_id, row.partings]));
  }

  rulebook(sql: Sql): Promise<Rulebook> {
    return this.rulebooks.read(sql);
  }

  rulebookOf(epoch: number, sql: Sql): Promise<Rulebook> {
    return this.rulebooks.of(epoch, sql);
  }

  async history(sql: Sql, profileIds: readonly string[], { after, events }: HistoryQuestion): Promise<Map<string, ToldBehaviour[]>> {
    const rows = await sql.query<BehaviourRow>('segmentation-history', HISTORY, [profileIds, after, events ?? null]);
    const histories = new Map<string, ToldBehaviour[]>();
    for (const row of rows) {
      const behaviour: ToldBehaviour = {
        id: row.interaction_id,
        at: row.at.getTime(),
        event: row.event,
        body: JSON.parse(row.body) as BehaviourBody,
        customerId: row.profile_id,
        toldOf: row.told_of ?? row.profile_id,
      };
      const known = histories.get(row.profile_id);
      if (known) known.push(behaviour);
      else histories.set(row.profile_id, [behaviour]);
    }
    return histories;
  }

  async remember(sql: Sql, behaviours: readonly ToldBehaviour[]): Promise<Set<string>> {
    const sorted = [...behaviours].sort((a, b) => compare(a.customerId, b.customerId) || a.at - b.at);
    const rows = await sql.query<{ interaction_id: string }>('segmentation-remember', REMEMBER, [
      uuidArray(sorted.map(({ customerId }) => customerId)),
      timestampArray(sorted.map(({ at }) => at)),
      uuidArray(sorted.map(({ id }) => id)),
      textArray(sorted.map(({ event }) => event)),
      textArray(sorted.map(({ body }) => JSON.stringify(body))),
      uuidArray(sorted.map(toldOfColumn)),
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

const partOf = ({ profile_id, partition, version }: StandingRow): CustomerRow => ({
  profileId: profile_id,
  partition,
  version,
  epoch: null,
  snapshot: null,
  state: null,
});
