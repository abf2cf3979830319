import { createCipheriv, createDecipheriv, createHmac, hash } from 'node:crypto';

/** What a connection must keep secret. */
export interface ConnectionSecrets {
  /** All of them are good, so that a vendor's secret can be changed without a gap. */
  readonly secrets: readonly string[];
  /** For the verification GET of the Graph API. */
  readonly verifyToken?: string | undefined;
}

export const SEALING_KEY_BYTES = 32;
export const IV_BYTES = 12;
const KEY_ID_BYTES = 4;
const TAG_BYTES = 16;
const TAG_AT = KEY_ID_BYTES + IV_BYTES;
const TEXT_AT = TAG_AT + TAG_BYTES;
const CIPHER = 'aes-256-gcm';

/** The keys of the configuration: the first one seals, all of them open. */
export type SealingKeys = readonly [current: Buffer, ...former: Buffer[]];

/**
 * AES-256-GCM: `key id (4) ‖ iv (12) ‖ tag (16) ‖ ciphertext`. The connection's id is authenticated along, so that nobody who can write to the table can
 * give one connection the secrets of another. @param iv random, never used twice with one key
 */
export function seal(secrets: ConnectionSecrets, connectionId: string, [key]: SealingKeys, iv: Buffer): Buffer {
  const cipher = createCipheriv(CIPHER, key, iv).setAAD(Buffer.from(connectionId));
  const text = Buffer.concat([cipher.update(JSON.stringify(secrets), 'utf8'), cipher.final()]);
  return Buffer.concat([keyIdOf(key), iv, cipher.getAuthTag(), text]);
}

/** undefined: none of the keys opens it, or it was changed. */
export function open(sealed: Buffer, connectionId: string, keys: SealingKeys): ConnectionSecrets | undefined {
  const key = keys.find((one) => keyIdOf(one).equals(sealed.subarray(0, KEY_ID_BYTES)));
  if (key === undefined) return undefined;
  const iv = sealed.subarray(KEY_ID_BYTES, TAG_AT);
  const tag = sealed.subarray(TAG_AT, TEXT_AT);
  const text = sealed.subarray(TEXT_AT);
  try {
    const decipher = createDecipheriv(CIPHER, key, iv, { authTagLength: TAG_BYTES }).setAAD(Buffer.from(connectionId)).setAuthTag(tag);
    return JSON.parse(Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8')) as ConnectionSecrets;
  } catch {
    return undefined;
  }
}

/** Keys from their base64. @throws RangeError naming no key */
export function sealingKeys(current: string, former: readonly string[]): SealingKeys {
  return [keyOf(current), ...former.map(keyOf)];
}

function keyOf(text: string): Buffer {
  const key = Buffer.from(text, 'base64');
  if (key.length !== SEALING_KEY_BYTES) throw new RangeError(`a key must be ${SEALING_KEY_BYTES} bytes in base64`);
  return key;
}

const keyIdOf = (key: Buffer): Buffer => hash('sha256', Buffer.concat([Buffer.from('key id'), key]), 'buffer').subarray(0, KEY_ID_BYTES);

/** What was asked for, secrets included, so that a repetition can be told from another request. Keyed: a plain hash of a short secret could be searched. */
export function fingerprintsOf(asked: unknown, keys: SealingKeys): [current: string, ...former: string[]] {
  const text = JSON.stringify(asked);
  const [current, ...former] = keys.map((key) => createHmac('sha256', key).update(`fingerprint\n${text}`).digest('hex'));
  return [current!, ...former];
}
