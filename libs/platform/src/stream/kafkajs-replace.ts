import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Puts another function in the place of one that a module of kafkajs exports, before another module of kafkajs takes it: some load with the
 * library, others on first use, so call it before the library loads.
 * The version of kafkajs is pinned, and tests compare what comes out with the original.
 */
export function replaceInKafkajs(path: string, make: (original: unknown) => unknown): void {
  const original = require(path) as unknown;
  const cached = require.cache[require.resolve(path)]!;
  if ((original as { replaced?: true }).replaced) return;
  cached.exports = Object.assign(make(original) as object, { replaced: true });
}
