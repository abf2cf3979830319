import Big from 'big.js';
import type { Money } from '@rapport/contracts';
import { compareText, joinTables, keepGreatest, type Table } from './registers.js';

/** An amount of 10¹² or more is a mistake of the sender, not money; sums of honest ones then stay within the 18 digits of the wire. */
const AMOUNT_MAX = new Big('1e12');
const SUM_DIGITS_MAX = 18;

/** The exact sum of one amount by its currency; nothing when it is no sensible amount. `absolute`: whatever its sign. */
export function amountOf(money: Money | undefined, { absolute }: { absolute: boolean }): Table<string> {
  if (money === undefined) return {};
  const amount = new Big(money.amount);
  if (amount.abs().gte(AMOUNT_MAX)) return {};
  return { [money.currency]: text(absolute ? amount.abs() : amount) };
}

/** One text per number: no trailing zeros, no exponent, no negative zero. */
const text = (amount: Big): string => (amount.eq(0) ? '0' : amount.toFixed());

/** Adds exactly, currency by currency. Of too many currencies the first ones by name stay: names are never taken back, so order cannot matter. */
export function joinAmounts(a: Table<string>, b: Table<string>, currenciesMax: number): Table<string> {
  const joined = joinTables(a, b, (x, y) => text(new Big(x).plus(y)));
  return keepGreatest(joined, () => 0, currenciesMax);
}

/** As money on the wire, sorted by currency, with at least the currency's own decimals (`12.50` GBP, `45000` VND). */
export function presentAmounts(amounts: Table<string>): Money[] {
  return Object.keys(amounts)
    .sort(compareText)
    .map((currency) => ({ currency, amount: presentAmount(amounts[currency]!, currency) }));
}

function presentAmount(amount: string, currency: string): string {
  const point = amount.indexOf('.');
  const decimals = point < 0 ? 0 : amount.length - point - 1;
  const own = decimalsOf(currency);
  const whole = (point < 0 ? amount.length : point) - (amount.startsWith('-') ? 1 : 0);
  if (whole > SUM_DIGITS_MAX) return `${amount.startsWith('-') ? '-' : ''}${'9'.repeat(SUM_DIGITS_MAX)}`;
  if (decimals >= own) return amount;
  return `${amount}${point < 0 ? '.' : ''}${'0'.repeat(own - decimals)}`;
}

const known = new Map<string, number>();

/** ISO 4217's minor unit, from the runtime's own table; two for a currency that it does not know. */
function decimalsOf(currency: string): number {
  let decimals = known.get(currency);
  if (decimals === undefined) {
    decimals = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2;
    if (known.size < 1_000) known.set(currency, decimals);
  }
  return decimals;
}
