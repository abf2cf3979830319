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

/** Doubles carry 15 decimal digits: numbers that differ by more than this part of them differ in truth, and need no exact comparison. */
const DOUBTFUL = 1e-9;
const isDecimal = (value: unknown): value is number | string =>
  typeof value === 'string' ? DECIMAL.test(value) : typeof value === 'number' && Number.isFinite(value);

/** -1, 0 or 1, exactly; undefined when one of them is no number. */
export function compareDecimals(left: unknown, right: unknown): number | undefined {
  if (!isDecimal(left) || !isDecimal(right)) return undefined;
  const [a, b] = [Number(left), Number(right)];
  if (typeof left === typeof right && typeof left === 'number') return Math.sign(a - b);
  if (Math.abs(a - b) > DOUBTFUL * Math.max(Math.abs(a), Math.abs(b))) return Math.sign(a - b);
  return new Big(left).cmp(new Big(right));
}
