import { type NormalizeOptions, normalizeIdentifier } from './normalize-identifier.js';

export type ProfileRef =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'identifier'; readonly type: string; readonly value: string };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/**
 * `{ref}` of the API: a profile's id, or `type:value` (percent-encoded or already decoded by the router), normalised.
 * undefined: neither, or a value that identifies nobody.
 */
export function parseRef(ref: string, options?: NormalizeOptions): ProfileRef | undefined {
  if (UUID.test(ref)) return { kind: 'id', id: ref.toLowerCase() };
  const text = decoded(ref);
  const colon = text.indexOf(':');
  if (colon < 1) return undefined;
  const one = normalizeIdentifier(text.slice(0, colon), text.slice(colon + 1), options);
  return one.ok ? { kind: 'identifier', type: one.type, value: one.value } : undefined;
}

function decoded(ref: string): string {
  if (!ref.includes('%')) return ref;
  try {
    return decodeURIComponent(ref);
  } catch {
    return ref;
  }
}
