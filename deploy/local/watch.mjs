// npm run dev: compiles on every change, and restarts the services whose code came out different.
import { spawn } from 'node:child_process';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './paths.mjs';
import { say } from './progress.mjs';

const QUIET_MS = 400;
const LIBRARIES = ['contracts', 'identifiers', 'platform'];

/** @param {import('./stack.mjs').Rapport} rapport */
export function watchSources(rapport) {
  const compiler = spawn(process.execPath, [join(ROOT, 'node_modules/typescript-7/bin/tsc'), '-b', '--watch', '--preserveWatchOutput'], { cwd: ROOT, stdio: ['ignore', 'inherit', 'inherit'] });
  process.once('exit', () => compiler.kill());
  const restarts = makeRestarter(rapport);
  for (const name of rapport.names) onCompiled(join(ROOT, 'services', name, 'dist'), () => restarts.ask([name]));
  for (const name of LIBRARIES) onCompiled(join(ROOT, 'libs', name, 'dist'), () => restarts.ask(rapport.names));
  say('\nWatching: a saved change is compiled, and its service restarted.');
}

function onCompiled(/** @type {string} */ dist, /** @type {() => void} */ then) {
  watch(dist, { recursive: true }, (_, file) => {
    if (file?.endsWith('.js')) then();
  });
}

/** Gathers what a compilation touched until it is quiet, then restarts that, one round at a time. */
function makeRestarter(/** @type {import('./stack.mjs').Rapport} */ rapport) {
  /** @type {Set<string>} */
  let asked = new Set();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let round = Promise.resolve();

  async function restartAsked() {
    const names = [...asked];
    asked = new Set();
    await Promise.all(names.flatMap((name) => rapport.services[name] ?? []).map(async (service) => {
      try {
        await service.restart();
        say(`↻ ${service.name}`);
      } catch (error) {
        say(`✗ ${service.name} does not start: ${/** @type {Error} */ (error).message}`);
      }
    }));
  }

  return {
    ask(/** @type {readonly string[]} */ names) {
      for (const name of names) asked.add(name);
      clearTimeout(timer);
      timer = setTimeout(() => { round = round.then(restartAsked); }, QUIET_MS);
    },
  };
}
