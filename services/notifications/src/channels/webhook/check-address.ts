import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';

/** All addresses of a host name. Injected, so that tests can answer for the DNS. */
export type Resolve = (hostname: string) => Promise<readonly string[]>;

export const resolveBySystem: Resolve = async (hostname) =>
  (await lookup(hostname, { all: true, verbatim: true })).map(({ address }) => address);

/** Services of clouds that answer on addresses which look public. The others are link-local, private or shared, and refused as such. */
const METADATA_ADDRESSES = new Set(['168.63.129.16']);

/**
 * Only ordinary public unicast addresses may be called: not loopback, private, link-local (cloud metadata), unique-local, carrier-grade NAT,
 * multicast, reserved, nor IPv6 forms that carry an IPv4 address inside (mapped ones are judged by what they carry; tunnels are refused).
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.process(address);
  return parsed.range() === 'unicast' && !METADATA_ADDRESSES.has(parsed.toString());
}

export type Target =
  | { readonly ok: true; readonly url: URL /** The one address to connect to. */; readonly address: string; readonly family: 4 | 6 }
  | { readonly ok: false; readonly code: 'URL_INVALID' | 'ADDRESS_REFUSED' | 'NAME_UNKNOWN'; readonly detail: string };

/** @returns the parsed URL, or why it can be no endpoint whatever its name resolves to. Pure. */
export function parseEndpoint(text: string, allowPrivate: boolean): URL | { readonly detail: string } {
  if (text.length > 2_000 || !URL.canParse(text)) return { detail: 'Not a URL' };
  // the parser turns decimal, octal and hexadecimal spellings of an address into the dotted one
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return { detail: 'Use https' };
  if (url.username !== '' || url.password !== '') return { detail: 'No user name or password in the URL' };
  const literal = literalOf(url);
  if (literal !== undefined && !allowPrivate && !isPublicAddress(literal)) return { detail: 'This address is not public' };
  if (url.protocol === 'http:' && !allowPrivate) return { detail: 'Use https' };
  return url;
}

/**
 * Resolves the name once and checks every address that it gives: one that is not public refuses them all, because the next call may get that one.
 * The caller connects to the returned address and to nothing else, so a second answer of the DNS changes nothing.
 */
export async function checkTarget(
  text: string,
  { allowPrivate, resolve }: { readonly allowPrivate: boolean; readonly resolve: Resolve },
): Promise<Target> {
  const url = parseEndpoint(text, allowPrivate);
  if (!(url instanceof URL))
    return { ok: false, code: url.detail === 'This address is not public' ? 'ADDRESS_REFUSED' : 'URL_INVALID', detail: url.detail };
  const literal = literalOf(url);
  const addresses = literal === undefined ? await resolve(url.hostname).catch(() => []) : [literal];
  const [address] = addresses;
  if (address === undefined) return { ok: false, code: 'NAME_UNKNOWN', detail: 'The name has no address' };
  if (!allowPrivate && !addresses.every(isPublicAddress))
    return { ok: false, code: 'ADDRESS_REFUSED', detail: 'This name leads to an address that is not public' };
  return { ok: true, url, address, family: address.includes(':') ? 6 : 4 };
}

function literalOf(url: URL): string | undefined {
  const host = url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname;
  return ipaddr.isValid(host) ? host : undefined;
}
