import { type TypeCheck, TypeCompiler } from '@sinclair/typebox/compiler';
import type { TSchema } from '@sinclair/typebox';
import type { TopicDefinition } from './topics.js';

const compiled = new WeakMap<TSchema, TypeCheck<TSchema>>();

/** Producers are strict. @throws TypeError naming the topic, the path and what is wrong there, never the value. */
export function assertProducible(topic: TopicDefinition, value: unknown): void {
  let check = compiled.get(topic.schema);
  if (check === undefined) compiled.set(topic.schema, (check = TypeCompiler.Compile(topic.schema)));
  if (check.Check(value)) return;
  const first = check.Errors(value).First();
  throw new TypeError(`${topic.name}: ${first?.path || '/'}: ${first?.message ?? 'does not fit its schema'}`);
}
