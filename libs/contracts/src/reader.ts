import type { TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { firstError } from './schema-error.js';
import { tolerant } from './tolerant.js';
import type { TopicDefinition, ValueOf } from './topics.js';

export type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string };
export type Reader<T> = (data: Uint8Array | string) => Read<T>;

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

/**
 * Today's reader of a topic: UTF-8 JSON to a checked value. Tolerates unknown members at every level; a reason names the path and what is expected
 * there, never the value. Compiled once per topic: tens of nanoseconds per member.
 */
export function readerOf<T extends TopicDefinition>(topic: T): Reader<ValueOf<T>> {
  const check = checkOf(topic.schema);
  return (data) => {
    const value = parse(data);
    if (value === undefined) return { ok: false, reason: `${topic.name}: not JSON` };
    return check.Check(value) ? { ok: true, value: value as ValueOf<T> } : { ok: false, reason: firstError(topic.name, check, value) };
  };
}

function checkOf(schema: TSchema): TypeCheck<TSchema> {
  let check = compiled.get(schema);
  if (check === undefined) compiled.set(schema, (check = TypeCompiler.Compile(tolerant(schema))));
  return check;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function parse(data: Uint8Array | string): unknown {
  try {
    return JSON.parse(typeof data === 'string' ? data : utf8.decode(data));
  } catch {
    return undefined;
  }
}
