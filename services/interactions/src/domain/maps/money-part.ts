import type { Interaction } from '@rapport/contracts';

/** Millionths of the currency's unit: contracts allow six decimals, and integers add up exactly. */
export interface MoneyPart {
  readonly currency: string;
  readonly micros: bigint;
}

/** Orders as the customer paid them, less what went back. Carts, quotes and compensations are no value that a channel brought. */
const SIGN: Readonly<Record<string, 1n | -1n>> = { 'Order Completed': 1n, 'Order Refunded': -1n };
const AMOUNT = /^-?(\d{1,18})(?:\.(\d{1,6}))?$/;

export function moneyPartOf({ event, value }: Interaction): MoneyPart | undefined {
  if (value === undefined || !Object.hasOwn(SIGN, event)) return undefined;
  const digits = AMOUNT.exec(value.amount);
  if (digits === null) return undefined;
  const micros = BigInt(digits[1]! + (digits[2] ?? '').padEnd(6, '0'));
  return {
    currency: value.currency,
    micros: SIGN[event]! * (value.amount.startsWith('-') && event === 'Order Completed' ? -micros : micros),
  };
}

/** `-12.50` of -12500000: two decimals at least. */
export function decimalOf(micros: bigint): string {
  const digits = (micros < 0n ? -micros : micros).toString().padStart(7, '0');
  const fraction = digits.slice(-6).replace(/0+$/, '').padEnd(2, '0');
  return `${micros < 0n ? '-' : ''}${digits.slice(0, -6)}.${fraction}`;
}
