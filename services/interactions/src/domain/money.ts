import type { Money } from '@rapport/contracts';
import { Big } from 'big.js';
import { type Json, isObject } from './json.js';

const CURRENCY = /^[A-Z]{3}$/;
/** 15 digits are more than any order in any currency, and as many as a number holds exactly. */
const DECIMAL = /^-?\d{1,15}(?:\.\d+)?$/;
/** A number of the smallest size has 324 places. */
const AMOUNT_LENGTH_MAX = 400;
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
  const text = typeof value === 'number' ? decimalOf(value) : typeof value === 'string' ? value.trim() : '';
  if (text.length > AMOUNT_LENGTH_MAX || !DECIMAL.test(text)) return undefined;
  const point = text.indexOf('.');
  if (point < 0 || text.length - point - 1 <= DECIMALS_MAX) return text;
  const rounded = new Big(text).round(DECIMALS_MAX, Big.roundHalfUp);
  return rounded.eq(0) ? '0' : rounded.toFixed();
}

/** The shortest decimal that reads back as this number, without an exponent; not finite or huge: no decimal at all. */
function decimalOf(number: number): string {
  const text = String(number);
  return text.includes('e-') ? new Big(text).toFixed() : text;
}

/**
 * The money that an interaction carries. A refund is recorded without its minus, whatever the sender's habit. Any other negative amount is kept: shops
 * book corrections as orders below zero. What is not a decimal is refused.
 */
export function moneyOf(properties: Json, names: readonly string[], refund: boolean, currency: string | undefined): Money | undefined {
  if (currency === undefined) return undefined;
  for (const name of names) {
    const amount = amountOf(properties[name]);
    if (amount === undefined) continue;
    return { currency, amount: refund && amount.startsWith('-') ? amount.slice(1) : amount };
  }
  return undefined;
}

/** `{currency, amount}` as the sender states it. */
export function statedMoney(value: unknown): Money | undefined {
  if (!isObject(value)) return undefined;
  const currency = currencyOf(value['currency']);
  const amount = amountOf(value['amount']);
  return currency === undefined || amount === undefined ? undefined : { currency, amount };
}
