import type { TSchema } from '@sinclair/typebox';
import type { TypeCheck } from '@sinclair/typebox/compiler';

/** The first thing that does not fit, for people: topic, JSON Pointer, what is expected there. Never the value: it may be personal. */
export function firstError(topicName: string, check: TypeCheck<TSchema>, value: unknown): string {
  const first = check.Errors(value).First();
  return `${topicName}: ${first?.path || '/'}: ${first?.message ?? 'does not fit its schema'}`;
}
