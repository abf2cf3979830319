import { createHmac, timingSafeEqual } from 'node:crypto';

const VERSION = 1;
const MAC_BYTES = 32;
const TOKEN_LENGTH_MAX = 2_048;

/**
 * A token for a link that is its own permission (unsubscribe, confirm): base64url of version byte, JSON payload, HMAC-SHA256 over both.
 * It is not encrypted: whoever has the link can read the payload.
 * @throws {RangeError} when the token would be longer than a link should be.
 */
export function signLink(payload: Readonly<Record<string, unknown>>, secret: string): string {
  const signed = Buffer.concat([Buffer.from([VERSION]), Buffer.from(JSON.stringify(payload))]);
  const token = Buffer.concat([signed, macOf(signed, secret)]).toString('base64url');
  if (token.length > TOKEN_LENGTH_MAX)
    throw new RangeError(`a link token may have ${TOKEN_LENGTH_MAX} characters, this has ${token.length}`);
  return token;
}

/**
 * @param secret the present secret, or it and former ones, so that links in mails outlive a rotation.
 * @returns the payload, or nothing when the token was not signed with one of the secrets. Takes the same time for every wrong MAC.
 */
export function verifyLink<T extends object = Record<string, unknown>>(token: string, secret: string | readonly string[]): T | undefined {
  if (token.length > TOKEN_LENGTH_MAX || !/^[A-Za-z0-9_-]+$/.test(token)) return undefined;
  const bytes = Buffer.from(token, 'base64url');
  if (bytes.length <= 1 + MAC_BYTES || bytes[0] !== VERSION) return undefined;
  // the last character of base64url can be written in several ways: one token, one text
  if (bytes.toString('base64url') !== token) return undefined;
  const signed = bytes.subarray(0, -MAC_BYTES);
  const mac = bytes.subarray(-MAC_BYTES);
  if (![secret].flat().some((candidate) => timingSafeEqual(mac, macOf(signed, candidate)))) return undefined;
  return JSON.parse(signed.toString('utf8', 1)) as T;
}

function macOf(bytes: Buffer, secret: string): Buffer {
  return createHmac('sha256', secret).update(bytes).digest();
}
