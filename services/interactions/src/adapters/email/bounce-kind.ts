export type BounceType = 'hard' | 'soft';

/**
 * Enhanced status codes (RFC 3463, RFC 7505) that say that an address takes no mail at all. Everything else passes, or is about the message, and the
 * address stays reachable: 5.2.2 a full mailbox, 5.3.4 too large, 5.7.x refused by policy, 4.x.x whatever.
 */
// biome-ignore format: a table is read by its columns
const HARD: readonly (readonly [status: RegExp, reason: string])[] = [
  [/^5\.1\.1$/,       'ADDRESS_UNKNOWN'],
  [/^5\.1\.2$/,       'DOMAIN_UNKNOWN'],
  [/^5\.1\.3$/,       'ADDRESS_INVALID'],
  [/^5\.1\.6$/,       'ADDRESS_MOVED'],
  [/^5\.1\.10$/,      'DOMAIN_TAKES_NO_MAIL'],
  [/^5\.1\.0$/,       'ADDRESS_REFUSED'],
  [/^5\.2\.1$/,       'ADDRESS_DISABLED'],
  [/^5\.4\.1$/,       'ADDRESS_UNKNOWN'],   // Exchange Online, for who is not in its directory
  [/^5\.0\.0$/,       'REFUSED'],           // servers that know no better code
];
// biome-ignore format: a table is read by its columns
const SOFT: readonly (readonly [status: RegExp, reason: string])[] = [
  [/^[45]\.2\.2$/,    'MAILBOX_FULL'],
  [/^[45]\.(2\.3|3\.4)$/, 'TOO_LARGE'],
  [/^[45]\.7\./,      'REFUSED_BY_POLICY'],
  [/^[45]\.4\./,      'NETWORK'],
];

/** What a status means for the address. Without one nothing is known of the address, so it stays reachable. */
export function bounceKind(status: string | undefined): { readonly type: BounceType; readonly reason: string } {
  if (status === undefined) return { type: 'soft', reason: 'UNKNOWN' };
  const hard = HARD.find(([pattern]) => pattern.test(status));
  if (hard !== undefined) return { type: 'hard', reason: hard[1] };
  return { type: 'soft', reason: SOFT.find(([pattern]) => pattern.test(status))?.[1] ?? `STATUS_${status.replaceAll('.', '_')}` };
}
