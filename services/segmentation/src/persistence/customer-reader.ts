import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import { newCustomer, type Customer } from '../domain/customer.js';
import { missingTallies, refresh } from '../domain/follow-customer.js';
import { historyQuestion } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import { decodeCustomer } from '../domain/stored-customer.js';
import type { CustomerRow } from '../pipeline/customer-store.js';
import { PostgresCustomerStore } from './postgres-customer-store.js';

/** Always one row: the rulebook's epoch, and the customer's, if there is one. */
const CUSTOMER = `
  SELECT r.epoch AS "bookEpoch", c.profile_id AS "profileId", c.partition, c.version, c.epoch, c.snapshot, c.state, c.merged_into AS "mergedInto"
  FROM rulebook r LEFT JOIN customers c ON c.profile_id = $1`;

const SURVIVOR = `
  WITH RECURSIVE chain AS (
    SELECT profile_id, merged_into, 1 AS step FROM customers WHERE profile_id = $1
    UNION ALL SELECT c.profile_id, c.merged_into, chain.step + 1 FROM customers c JOIN chain ON c.profile_id = chain.merged_into WHERE chain.step < 32
  )
  SELECT c.profile_id AS "profileId", c.partition, c.version, c.epoch, c.snapshot, c.state
  FROM chain JOIN customers c USING (profile_id) WHERE chain.merged_into IS NULL`;

type AskedRow = { readonly bookEpoch: number } & (
  | (CustomerRow & { readonly mergedInto: string | null })
  | { readonly profileId: null; readonly mergedInto: null }
);

/** One customer for a question over HTTP: as the pipeline would see him now, but nothing is locked, written or told. */
@Injectable()
export class CustomerReader {
  private readonly store = new PostgresCustomerStore();

  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** Somebody of whom nothing was heard is a customer about whom nothing is known. */
  async read(profileId: string, now: Date): Promise<{ customer: Customer; rulebook: Rulebook }> {
    const sql = sqlOf(this.pool);
    const [asked] = await sql.query<AskedRow>('segmentation-customer', CUSTOMER, [profileId]);
    const rulebook = await this.store.rulebookOf(asked!.bookEpoch, sql);
    const row =
      asked!.mergedInto === null ? asked! : (await sql.query<CustomerRow>('segmentation-survivor', SURVIVOR, [asked!.mergedInto]))[0];
    const customer = row && row.profileId !== null ? decodeCustomer(row) : { ...newCustomer(profileId), evaluatedAt: now.getTime() };
    const question =
      customer.epoch !== null && customer.epoch < rulebook.epoch
        ? historyQuestion(missingTallies(rulebook, customer.epoch), now.getTime())
        : undefined;
    const histories = question ? await this.store.history(sql, [customer.profileId], question) : undefined;
    refresh(customer, rulebook, histories?.get(customer.profileId) ?? [], now.getTime());
    return { customer, rulebook };
  }
}
