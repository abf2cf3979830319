// npm start, npm run dev. Looks before it leaps: whatever would go wrong is said before anything is installed or started.
import { fileURLToPath } from 'node:url';
import { continueWith, ensureDependencies, nodeProblem, runMain } from './bootstrap.mjs';
import { runningProblem } from './lock.mjs';
import { say } from './progress.mjs';

await runMain(async () => {
  const node = nodeProblem();
  if (node) throw new Error(node);
  // Only now: an older Node may not be able to read these.
  const { stackPreflight } = await import('./preflight.mjs');
  const running = runningProblem();
  if (running) throw new Error(running);
  const startedAt = Date.now();
  say('Rapport');
  const problems = await stackPreflight();
  if (problems.length > 0) throw new Error(problems.join('\n'));
  await ensureDependencies();
  process.env.RAPPORT_STARTED_AT = String(Date.now());
  process.env.RAPPORT_INSTALL_MS = String(Date.now() - startedAt);
  continueWith(fileURLToPath(new URL('./up.mjs', import.meta.url)), process.argv.slice(2));
});
