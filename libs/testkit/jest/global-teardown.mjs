/** Jest calls this once per project, after all tests of all of them. */
export default async function globalTeardown() {
  const starting = globalThis.__rapportTestStack;
  globalThis.__rapportTestStack = undefined;
  await (await starting)?.stop();
}
