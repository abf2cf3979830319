/** RFC 5321: 64 octets before the @, 254 for all of it. */
const LOCAL_MAX = 64;
const EMAIL_MAX = 254;

/** Not the whole of RFC 5322, which allows what no mail system delivers: one @, no space or control character, a domain with a dot. */
const EMAIL = /^[^\s@\p{C}<>()[\]\\,;:"]+@[^\s@\p{C}<>()[\]\\,;:"./]+(?:\.[^\s@\p{C}<>()[\]\\,;:"./]+)+$/u;
const PLAIN_ASCII = /^[\x21-\x7e]+$/;
/** Soft hyphens, zero-width spaces, direction marks: they come along with copy and paste. */
const INVISIBLE = /\p{Cf}/gu;

/**
 * `" Ann@Example.COM"` → `ann@example.com`. Lower case as a whole: the local part is case-sensitive in the standard and nowhere else.
 * Dots and `+tags` stay: whether they matter is up to the provider. Unicode: NFKC, so that full-width letters are letters.
 */
export function normalizeEmail(value: string): string | undefined {
  const trimmed = value.trim();
  const email = PLAIN_ASCII.test(trimmed) ? trimmed.toLowerCase() : fold(trimmed);
  if (email.length > EMAIL_MAX || email.indexOf('@') > LOCAL_MAX || !EMAIL.test(email)) return undefined;
  return email;
}

/** To the fixed point of "compatibility form, no invisible characters, lower case": one step can give the next one something to do (`İ`, `℻`). */
function fold(value: string): string {
  let folded = value;
  for (let round = 0; round < 4; round += 1) {
    const next = folded.normalize('NFKC').replaceAll(INVISIBLE, '').toLowerCase().trim();
    if (next === folded) return folded;
    folded = next;
  }
  return folded;
}
