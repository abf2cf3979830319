// npm test: on a fresh clone it installs what it needs, then runs every tier (run-tests.mjs) with the pinned Node.
import { fileURLToPath } from 'node:url';
import { continueWith, ensureDependencies, nodeProblem, runMain } from '../deploy/local/bootstrap.mjs';

await runMain(async () => {
  const node = nodeProblem();
  if (node) throw new Error(node);
  // Only now: an older Node may not be able to read these.
  const { testPreflight } = await import('../deploy/local/preflight.mjs');
  const problems = await testPreflight();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await ensureDependencies();
  continueWith(fileURLToPath(new URL('./run-tests.mjs', import.meta.url)), process.argv.slice(2));
});
