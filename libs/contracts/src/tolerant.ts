import type { TSchema } from '@sinclair/typebox';

/**
 * The schema that readers use: as the strict one, but unknown members are allowed at every level, so that a producer may add a member before its
 * readers know it. Closed sets of words stay closed: a new word is a new meaning, and readers have to learn it first.
 */
export function tolerant<S extends TSchema>(schema: S): S {
  // spreading keeps TypeBox's symbols (kind, optional)
  const copy: Record<string, unknown> = { ...schema };
  if (copy.additionalProperties === false) delete copy.additionalProperties;
  for (const key of ['properties', 'patternProperties'] as const)
    if (copy[key]) copy[key] = mapValues(copy[key] as Record<string, TSchema>);
  for (const key of ['anyOf', 'allOf'] as const) if (copy[key]) copy[key] = (copy[key] as TSchema[]).map(tolerant);
  if (copy.items) copy.items = Array.isArray(copy.items) ? copy.items.map(tolerant) : tolerant(copy.items as TSchema);
  return copy as unknown as S;
}

const mapValues = (members: Record<string, TSchema>): Record<string, TSchema> =>
  Object.fromEntries(Object.entries(members).map(([name, member]) => [name, tolerant(member)]));
