import type { Connection } from './connection.js';
import { isObject } from './parse-json.js';

/** Providers whose deliveries are mails. */
const MAIL_PROVIDERS: ReadonlySet<string> = new Set(['mime', 'fax']);
const ADDRESSES_MAX = 100;

/**
 * The connection that takes mail to an address: its `settings.addresses` lists whole addresses (`support@shop.example`) and domains (`@shop.example`).
 * A whole address wins; what follows a plus in the local part does not count.
 */
export function connectionForAddress<C extends Pick<Connection, 'provider' | 'settings'>>(
  address: string,
  connections: Iterable<C>,
): C | undefined {
  const whole = plainAddress(address);
  const domain = whole.slice(whole.lastIndexOf('@'));
  let byDomain: C | undefined;
  for (const connection of connections) {
    if (!MAIL_PROVIDERS.has(connection.provider)) continue;
    const addresses = addressesOf(connection.settings);
    if (addresses.includes(whole)) return connection;
    if (addresses.includes(domain)) byDomain ??= connection;
  }
  return byDomain;
}

const plainAddress = (address: string): string => address.toLowerCase().replace(/\+[^@]*(?=@)/, '');

function addressesOf(settings: unknown): string[] {
  const addresses = isObject(settings) ? settings['addresses'] : undefined;
  if (!Array.isArray(addresses)) return [];
  return addresses.slice(0, ADDRESSES_MAX).flatMap((one) => (typeof one === 'string' ? [plainAddress(one)] : []));
}
