import type pg from 'pg';
import { DEFAULT_PRICES, type PriceTable } from '../domain/maps/prices.js';

const PUT = `
  INSERT INTO contact_prices (prices, updated_at) VALUES ($1::json, $2)
  ON CONFLICT ON CONSTRAINT contact_prices_pkey DO UPDATE SET prices = excluded.prices, updated_at = excluded.updated_at`;

export async function readPrices(pool: Pick<pg.Pool, 'query'>): Promise<PriceTable> {
  const { rows } = await pool.query<{ prices: PriceTable }>('SELECT prices FROM contact_prices');
  return rows[0]?.prices ?? DEFAULT_PRICES;
}

export async function putPrices(pool: Pick<pg.Pool, 'query'>, prices: PriceTable, now: Date): Promise<void> {
  await pool.query(PUT, [JSON.stringify(prices), now]);
}
