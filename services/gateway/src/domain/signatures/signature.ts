import { hash, timingSafeEqual } from 'node:crypto';
import type { Json } from '../parse-json.js';

/** A provider's request as its signature covers it: the bytes as they came over the wire. */
export interface SignedRequest {
  readonly method: string;
  /** Every address under which the vendor may know this door: which of them it signed, a proxy in between may hide. */
  readonly urls: readonly string[];
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly raw: Buffer;
  readonly now: Date;
}

/** Whether this request was signed with this secret, within its replay window where the vendor signs a time. Pure; compares in constant time. */
export type Verifier = (request: SignedRequest, secret: string, settings: Json) => boolean;

/** Whether two texts are equal, in a time that tells nothing of where they differ. Digests are of one length, whatever was sent. */
export function equalInConstantTime(a: string, b: string): boolean {
  return timingSafeEqual(hash('sha256', a, 'buffer'), hash('sha256', b, 'buffer'));
}

/** Whether a signed time is at most `windowMs` away from now, in either direction: clocks differ. */
export function isRecent(signedMs: number, now: Date, windowMs: number): boolean {
  return Number.isFinite(signedMs) && Math.abs(now.getTime() - signedMs) <= windowMs;
}
