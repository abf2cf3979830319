/** A JSON object as a stranger sent it: nothing about its members is known. */
export type Json = Record<string, unknown>;

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

export function objectAt(json: Json | undefined, name: string): Json | undefined {
  const value = json?.[name];
  return isObject(value) ? value : undefined;
}

/** Text that is not empty; a whole number counts as its decimal text, because ids are often sent so. */
export function textAt(json: Json | undefined, name: string): string | undefined {
  const value = json?.[name];
  if (typeof value === 'string') return value === '' ? undefined : value;
  return Number.isSafeInteger(value) ? String(value) : undefined;
}

/** The first of several names that holds text. */
export function firstTextAt(json: Json | undefined, names: readonly string[], lengthMax: number): string | undefined {
  for (const name of names) {
    const text = textAt(json, name);
    if (text !== undefined) return clip(text, lengthMax);
  }
  return undefined;
}

/** At most `lengthMax` UTF-16 units, and never half a character. */
export function clip(text: string, lengthMax: number): string {
  if (text.length <= lengthMax) return text;
  const last = text.charCodeAt(lengthMax - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? lengthMax - 1 : lengthMax);
}

/** What is JSON but cannot be stored downstream, as it looks in a JSON text: NUL, halves of surrogate pairs, and the key that poisons prototypes. */
const UNSTORABLE = /\\u(?:0000|[dD][89a-fA-F])|"__proto__"/;
const UNSTORABLE_CHARACTER = /[\0\p{Cs}]/gu;

/** Whether a JSON text may hold what nobody downstream could store (a whole surrogate pair in escapes is suspected, too). */
export const isUnstorable = (text: string): boolean => UNSTORABLE.test(text);

/** A copy without it: U+FFFD in place of each such character, and no such key. */
export function storable(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(UNSTORABLE_CHARACTER, '\ufffd');
  if (Array.isArray(value)) return value.map(storable);
  if (!isObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => key !== '__proto__');
  return Object.fromEntries(members.map(([key, member]) => [key.replaceAll(UNSTORABLE_CHARACTER, '\ufffd'), storable(member)]));
}

/** Deeper than anything that people send, and far less than what would overflow a reader's stack. */
const DEPTH_MAX = 64;

export function isTooDeep(value: unknown, levels = DEPTH_MAX): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) return value.some((member) => isTooDeep(member, levels - 1));
  for (const name in value) if (isTooDeep((value as Json)[name], levels - 1)) return true;
  return false;
}
