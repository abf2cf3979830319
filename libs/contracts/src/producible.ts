import type { TSchema } from '@sinclair/typebox';
import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import { firstError } from './schema-error.js';
import type { TopicDefinition } from './topics.js';

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

/** Producers are strict: unknown members are refused. @throws TypeError naming the topic, the path and what is expected there, never the value. */
export function assertProducible(topic: TopicDefinition, value: unknown): void {
  let check = compiled.get(topic.schema);
  if (check === undefined) compiled.set(topic.schema, (check = TypeCompiler.Compile(topic.schema)));
  if (!check.Check(value)) throw new TypeError(firstError(topic.name, check, value));
}
