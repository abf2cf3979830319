import type { Money } from '@rapport/contracts';
import { Big } from 'big.js';
import { type Json, isObject } from './json.js';

const CURRENCY = /^[A-Z]{3}$/;
/** 15 digits are more than any order in any currency, and as many as a number holds exactly. */
const DECIMAL = /^-?\d{1,15}(?:\.\d+)?$/;
const AMOUNT_BELOW = new Big('1e15');
const DECIMALS_MAX = 6;

/** ISO 4217 by its form: three letters, upper-cased. */
export function currencyOf(value: unknown): string | undefined {
  if (typeof value !== 'string' || value.length !== 3) return undefined;
  const upper = value.toUpperCase();
  return CURRENCY.test(upper) ? upper : undefined;
}

/**
 * A sender's amount as a decimal string of at most 6 places. A number is taken by its shortest decimal (12.1, not 12.0999…); the dirt of sums of
 * floats beyond the sixth place is rounded away. Text must be a plain decimal: `1,234` may be a thousand or one. undefined: no amount.
 */
export function amountOf(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) ? plain(new Big(String(value))) : undefined;
  if (typeof value !== 'string' || value.length > 64) return undefined;
  const text = value.trim();
  if (!DECIMAL.test(text)) return undefined;
  const point = text.indexOf('.');
  return point >= 0 && text.length - point - 1 > DECIMALS_MAX ? plain(new Big(text)) : text;
}

function plain(amount: Big): string | undefined {
  if (amount.abs().gte(AMOUNT_BELOW)) return undefined;
  const rounded = amount.round(DECIMALS_MAX, Big.roundHalfUp);
  return rounded.eq(0) ? '0' : rounded.toFixed();
}

/**
 * The money that an interaction carries. A refund is recorded without its minus, whatever the sender's habit; any other negative amount is
 * refused, as is what is not a decimal.
 */
export function moneyOf(properties: Json, names: readonly string[], refund: boolean, currency: string | undefined): Money | undefined {
  if (currency === undefined) return undefined;
  for (const name of names) {
    const amount = amountOf(properties[name]);
    if (amount === undefined) continue;
    if (!amount.startsWith('-')) return { currency, amount };
    if (refund) return { currency, amount: amount.slice(1) };
    return undefined;
  }
  return undefined;
}

/** `{currency, amount}` as the sender states it; negative amounts are refused. */
export function statedMoney(value: unknown): Money | undefined {
  if (!isObject(value)) return undefined;
  const currency = currencyOf(value['currency']);
  const amount = amountOf(value['amount']);
  return currency === undefined || amount === undefined || amount.startsWith('-') ? undefined : { currency, amount };
}
