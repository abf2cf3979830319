import { held, startTestStack } from './stack.mjs';

/** Jest calls this once per project that has tests to run; the first call starts the stack, the others wait for it. */
export default async function globalSetup() {
  held.stack ??= begin();
  await held.stack;
}

async function begin() {
  const from = performance.now();
  const stack = await startTestStack();
  // Workers start after this and inherit it.
  process.env.TEST_DATABASE_URL = stack.databaseUrl;
  process.env.TEST_KAFKA_BROKERS = stack.brokers;
  process.stderr.write(`test stack: ${stack.mode}, ${((performance.now() - from) / 1000).toFixed(1)} s\n`);
  return stack;
}
