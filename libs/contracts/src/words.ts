import { Kind, type TLiteral, type TSchema, type TUnion, Type, TypeRegistry } from '@sinclair/typebox';
import { DefaultErrorFunction, SetErrorFunction } from '@sinclair/typebox/errors';

const KIND = 'Words';

// TypeBox compiles an unknown kind to "anything goes", so the closed sets have a kind of their own.
TypeRegistry.Set<TSchema & { enum: readonly string[] }>(KIND, (schema, value) => typeof value === 'string' && schema.enum.includes(value));
SetErrorFunction((error) =>
  error.schema[Kind] === KIND ? `Expected one of ${error.schema.enum.join(', ')}` : DefaultErrorFunction(error),
);

/** A closed set of words: a JSON Schema `enum` of strings, typed as the union of its words. */
export function words<const W extends readonly string[]>(
  values: W,
  description?: string,
): TUnion<{ -readonly [K in keyof W]: TLiteral<W[K]> }> {
  return Type.Unsafe<W[number]>({
    [Kind]: KIND,
    type: 'string',
    enum: [...values],
    ...(description === undefined ? {} : { description }),
  }) as never;
}
