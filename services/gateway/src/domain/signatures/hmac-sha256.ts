import { createHmac } from 'node:crypto';
import { equalInConstantTime, isRecent, type SignedRequest, type Verifier } from './signature.js';

export interface HmacOptions {
  /** Lower case. Holds the HMAC in hex or base64, with or without `sha256=` before it. */
  readonly header: string;
  /** A header with the time of sending, in seconds since 1970; where it is there, `<time>.<body>` is what is signed. */
  readonly timestampHeader?: string;
}

const WINDOW_MS = 300_000;
const HEX = /^[0-9a-f]{64}$/i;

/** HMAC-SHA256 of the raw body under the secret's UTF-8 bytes. */
export function hmacSha256({ header, timestampHeader }: HmacOptions): Verifier {
  return (request, secret) => {
    const given = request.headers[header]?.trim().replace(/^sha256=/i, '');
    if (given === undefined || given === '') return false;
    const hmac = createHmac('sha256', secret);
    const time = timestampHeader === undefined ? undefined : request.headers[timestampHeader];
    if (time !== undefined) {
      if (!isInWindow(time, request)) return false;
      hmac.update(`${time}.`);
    }
    const digest = hmac.update(request.raw).digest();
    return HEX.test(given)
      ? equalInConstantTime(digest.toString('hex'), given.toLowerCase())
      : equalInConstantTime(digest.toString('base64'), given);
  };
}

const isInWindow = (time: string, { now }: SignedRequest): boolean =>
  /^\d{9,11}$/.test(time) && isRecent(Number(time) * 1_000, now, WINDOW_MS);
