import { held } from './stack.mjs';

/** Jest calls this once per project, after all tests of all of them. */
export default async function globalTeardown() {
  const starting = held.stack;
  held.stack = undefined;
  await (await starting)?.stop();
}
