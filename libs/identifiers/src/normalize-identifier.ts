import { isBlocked } from './blocked-values.js';
import { normalizeEmail } from './normalize-email.js';
import { type CountryCode, normalizePhone } from './normalize-phone.js';
import { identifierType } from './rules.js';

export const IDENTIFIER_VALUE_MAX = 256;

export interface NormalIdentifier {
  readonly type: string;
  readonly value: string;
}

export type NormalizedIdentifier =
  | { readonly ok: true; readonly type: string; readonly value: string }
  /** blocked: identifies nobody (BLOCKED_VALUES). invalid: no such address, or no text at all. too_long: more than 256 characters. */
  | { readonly ok: false; readonly reason: 'blocked' | 'invalid' | 'too_long' };

export interface NormalizeOptions {
  /** How to read a telephone number without its country code. Default VN. */
  readonly defaultCountry?: CountryCode;
}

const BLOCKED = Object.freeze({ ok: false, reason: 'blocked' } as const);
const INVALID = Object.freeze({ ok: false, reason: 'invalid' } as const);
const TOO_LONG = Object.freeze({ ok: false, reason: 'too_long' } as const);

const WHATSAPP_NUMBER = /^[1-9]\d{8,14}$/;
const PLAIN_ASCII = /^[\x21-\x7e]+$/;
/** Control characters (NUL among them) and halves of surrogate pairs. */
const UNSTORABLE = /[\p{Cc}\p{Cs}]/u;

/**
 * One identifier in its only form: equal people have equal strings. Idempotent. A number is taken as its decimal text; `null`, booleans and
 * objects are invalid.
 */
export function normalizeIdentifier(type: string, value: unknown, options?: NormalizeOptions): NormalizedIdentifier {
  const name = identifierType(type);
  if (name === undefined) return INVALID;
  const text = typeof value === 'string' ? value : Number.isSafeInteger(value) ? String(value) : undefined;
  if (text === undefined) return INVALID;
  // far beyond any allowed length: do not even trim it
  if (text.length > 4 * IDENTIFIER_VALUE_MAX) return TOO_LONG;
  const tidy = PLAIN_ASCII.test(text) ? text : tidyText(text);
  if (tidy === undefined || tidy === '') return INVALID;
  if (tidy.length > IDENTIFIER_VALUE_MAX) return TOO_LONG;
  if (isBlocked(tidy)) return BLOCKED;
  if (name === 'email') return address(name, normalizeEmail(tidy));
  if (name === 'phone' || name === 'fax') return address(name, normalizePhone(tidy, options?.defaultCountry));
  // a WhatsApp id is a telephone number without its plus, or, since there are user names, a text
  if (name === 'whatsapp')
    return address(name, normalizePhone(WHATSAPP_NUMBER.test(tidy) ? `+${tidy}` : tidy, options?.defaultCountry) ?? tidy);
  return { ok: true, type: name, value: tidy };
}

function address(type: string, value: string | undefined): NormalizedIdentifier {
  if (value === undefined) return INVALID;
  return isBlocked(value) ? BLOCKED : { ok: true, type, value };
}

/** Trimmed, in Unicode's composed form; undefined when it holds what cannot be stored or seen: NUL, control characters, half a surrogate pair. */
function tidyText(text: string): string | undefined {
  const tidy = text.normalize('NFC').trim();
  return UNSTORABLE.test(tidy) ? undefined : tidy;
}
