import type { Channel, Handling } from '@rapport/contracts';

/** What one contact costs the company. `*`: every one that has no row of its own. */
export interface ContactPrice {
  readonly channel: Channel | '*';
  readonly handling: Handling | '*';
  /** Decimal, of the table's currency. */
  readonly amount: string;
}
export interface PriceTable {
  /** ISO 4217. */
  readonly currency: string;
  readonly prices: readonly ContactPrice[];
}

const price = (channel: ContactPrice['channel'], handling: ContactPrice['handling'], amount: string): ContactPrice => ({
  channel,
  handling,
  amount,
});

/** Starting values, from no source: a call costs many times what a form does. Put your own (PUT /v1/channel-report/prices). */
// biome-ignore format: a table is read by its columns
export const DEFAULT_PRICES: PriceTable = {
  currency: 'USD',
  prices: [
    price('phone',     'dedicated_human', '9.00'), price('phone',     'human', '6.00'), price('phone',   'automated', '0.25'),
    price('store',     'dedicated_human', '9.00'), price('store',     'human', '7.00'),
    price('live_chat', 'dedicated_human', '5.00'), price('live_chat', 'human', '3.50'),
    price('email',     'dedicated_human', '5.00'), price('email',     'human', '4.00'), price('email',   'automated', '0.01'),
    price('post',      'human',           '8.00'), price('fax',       'human', '5.00'), price('delivery', 'human',    '2.00'),
    price('sms',       'automated',       '0.05'), price('webinar',   'human', '1.00'),
    price('*',         'dedicated_human', '5.00'), price('*',         'human', '3.00'), price('*',       'automated', '0.10'),
    price('*',         'community',       '0.05'), price('*',         'co_creation', '0.10'), price('*', 'self_service', '0.05'), price('*', 'none', '0.00'),
  ],
};

export const PRICES_MAX = 500;
const AMOUNT = /^(\d{1,9})(?:\.(\d{1,6}))?$/;
export const isAmount = (text: string): boolean => AMOUNT.test(text);

/** Millionths; the closest row wins: channel and handling, then the channel, then the handling, then both `*`; without any it costs nothing. */
export function priceOf({ prices }: PriceTable, channel: string, handling: string): bigint {
  for (const [c, h] of [
    [channel, handling],
    [channel, '*'],
    ['*', handling],
    ['*', '*'],
  ]) {
    const row = prices.find((each) => each.channel === c && each.handling === h);
    if (row) return microsOf(row.amount);
  }
  return 0n;
}

function microsOf(amount: string): bigint {
  const [, whole = '0', fraction = ''] = AMOUNT.exec(amount) ?? [];
  return BigInt(whole + fraction.padEnd(6, '0'));
}
