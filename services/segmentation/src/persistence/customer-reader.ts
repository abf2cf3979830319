import { Inject, Injectable } from '@nestjs/common';
import { PG_POOL, type Sql, sqlOf } from '@rapport/platform';
import type pg from 'pg';
import { newCustomer, type Customer } from '../domain/customer.js';
import { missingTallies, refresh } from '../domain/follow-customer.js';
import { historyQuestion } from '../domain/history-question.js';
import type { Rulebook } from '../domain/rulebook.js';
import { decodeCustomer } from '../domain/stored-customer.js';
import type { CustomerRow } from '../pipeline/customer-store.js';
import { PostgresCustomerStore } from './postgres-customer-store.js';

/**
 * One row for each id, in the order asked for: the rulebook's epoch, and the customer's, if there is one. The array stands in a SELECT, where its length
 * does not count for the plan: otherwise PostgreSQL plans it anew every time.
 */
const CUSTOMERS = `
  SELECT r.epoch AS "bookEpoch", c.profile_id AS "profileId", c.partition, c.version, c.epoch, c.snapshot, c.state, c.merged_into AS "mergedInto"
  FROM rulebook r CROSS JOIN unnest((SELECT $1::uuid[])) WITH ORDINALITY AS asked (id, n) LEFT JOIN customers c ON c.profile_id = asked.id
  ORDER BY asked.n`;

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

/** Customers for a question over HTTP: as the pipeline would see them now, but nothing is locked, written or told. */
@Injectable()
export class CustomerReader {
  private readonly store = new PostgresCustomerStore();
  private readonly sql: Sql;

  constructor(@Inject(PG_POOL) pool: pg.Pool) {
    this.sql = sqlOf(pool);
  }

  /** Somebody of whom nothing was heard is a customer about whom nothing is known. In the order asked for. */
  async read(profileIds: readonly string[], now: Date): Promise<{ customer: Customer; rulebook: Rulebook }[]> {
    const rows = await this.sql.query<AskedRow>('segmentation-customers', CUSTOMERS, [profileIds]);
    if (rows.length === 0) return [];
    const rulebook = await this.store.rulebookOf(rows[0]!.bookEpoch, this.sql);
    const customers = await Promise.all(rows.map((row, index) => this.customerOf(profileIds[index]!, row, rulebook, now.getTime())));
    return customers.map((customer) => ({ customer, rulebook }));
  }

  private async customerOf(asked: string, found: AskedRow, rulebook: Rulebook, now: number): Promise<Customer> {
    const row =
      found.mergedInto === null ? found : (await this.sql.query<CustomerRow>('segmentation-survivor', SURVIVOR, [found.mergedInto]))[0];
    const customer = row && row.profileId !== null ? decodeCustomer(row) : { ...newCustomer(asked), evaluatedAt: now };
    const question =
      customer.epoch !== null && customer.epoch < rulebook.epoch
        ? historyQuestion(missingTallies(rulebook, customer.epoch), now)
        : undefined;
    const histories = question ? await this.store.history(this.sql, [customer.profileId], question) : undefined;
    refresh(customer, rulebook, histories?.get(customer.profileId) ?? [], now);
    return customer;
  }
}
