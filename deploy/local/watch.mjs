// npm run dev: a saved change is compiled, and the services whose code came out different are restarted.
import { watch } from 'node:fs';
import { join } from 'node:path';
import { build } from './build.mjs';
import { ROOT } from './paths.mjs';
import { say } from './progress.mjs';

const QUIET_MS = 150;
const LIBRARIES = ['contracts', 'identifiers', 'platform', 'statistics'];

/** Runs `work` once things have been quiet for a moment; what happens meanwhile makes it run again, never twice at a time. */
function whenQuiet(/** @type {() => Promise<void>} */ work) {
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let last = Promise.resolve();
  return () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      last = last.then(work);
    }, QUIET_MS);
  };
}

function onChange(/** @type {string} */ folder, /** @type {string} */ suffix, /** @type {() => void} */ then) {
  watch(join(ROOT, folder), { recursive: true }, (_, file) => {
    if (file?.endsWith(suffix)) then();
  });
}

async function compile() {
  const from = Date.now();
  try {
    await build();
    say(`✓ compiled, ${((Date.now() - from) / 1000).toFixed(1)} s`);
  } catch (error) {
    say(/** @type {Error} */ (error).message);
  }
}

async function restart(/** @type {import('./processes.mjs').ManagedProcess} */ service) {
  try {
    await service.restart();
    say(`↻ ${service.name}`);
  } catch (error) {
    say(`✗ ${service.name} does not start: ${/** @type {Error} */ (error).message}`);
  }
}

/** @param {import('./stack.mjs').Rapport} rapport */
export function watchSources(rapport) {
  /** @type {Set<string>} */
  let changed = new Set();
  const restartChanged = whenQuiet(async () => {
    const names = [...changed];
    changed = new Set();
    await Promise.all(names.flatMap((name) => rapport.services[name] ?? []).map(restart));
  });
  const mark = (/** @type {readonly string[]} */ names) => () => {
    for (const name of names) changed.add(name);
    restartChanged();
  };
  const recompile = whenQuiet(compile);
  for (const name of rapport.names) {
    onChange(`services/${name}/src`, '.ts', recompile);
    onChange(`services/${name}/dist`, '.js', mark([name]));
  }
  for (const name of LIBRARIES) {
    onChange(`libs/${name}/src`, '.ts', recompile);
    onChange(`libs/${name}/dist`, '.js', mark(rapport.names));
  }
  say('\nWatching: a saved change is compiled, and its service restarted.');
}
