import Big from 'big.js';

/** Sums keep this many decimals: three more than money on the wire has. */
const DECIMALS = 9;
const LIMIT = 1e18;
const DECIMAL = /^-?\d{1,18}(\.\d{1,18})?$/;

/** The exact decimal of a JSON number or a decimal string; undefined for anything else, so that a bad property counts as absent, never as zero. */
export function decimalOf(value: unknown): Big | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && Math.abs(value) < LIMIT ? new Big(value).round(DECIMALS) : undefined;
  if (typeof value === 'string' && DECIMAL.test(value)) return new Big(value).round(DECIMALS);
  return undefined;
}

export const plus = (sum: string, amount: string): string => new Big(sum).plus(amount).toFixed();
export const minus = (sum: string, amount: string): string => new Big(sum).minus(amount).toFixed();

/** -1, 0 or 1; undefined when one of them is no number. Two JSON numbers are compared without a detour. */
export function compareDecimals(left: unknown, right: unknown): number | undefined {
  if (typeof left === 'number' && typeof right === 'number') return Math.sign(left - right);
  const a = decimalOf(left);
  const b = decimalOf(right);
  return a && b ? a.cmp(b) : undefined;
}
