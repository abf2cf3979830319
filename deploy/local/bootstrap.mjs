// What must happen before a single dependency can be imported: the machine's own Node (20 or later) installs the packages from the lock file, and then
// hands over to the Node that the lock file pins. Nothing in here may import a package.
import { spawn } from 'node:child_process';
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ROOT } from './paths.mjs';
import { step } from './progress.mjs';

const MIN_NODE = 20;
/** Where no pinned Node exists for the platform, the machine's own must do; Fastify's `inject` under Jest needs 24.9. */
const MIN_UNPINNED_NODE = 24;

const PARENT_CHECK_MS = 500;

const PINNED_NODE = join(ROOT, 'node_modules', '.bin', 'node');
const isPinnedPlatform = () => process.platform === 'linux' && ['x64', 'arm64'].includes(process.arch);

/** @returns {string | undefined} one sentence, when this Node or this system will not do */
export function nodeProblem() {
  const major = Number(process.versions.node.split('.')[0]);
  const minimum = isPinnedPlatform() ? MIN_NODE : MIN_UNPINNED_NODE;
  if (process.platform === 'win32')
    return 'Windows itself is not supported: run this inside WSL (https://learn.microsoft.com/windows/wsl/install).';
  if (major < minimum)
    return `Node.js ${process.versions.node} is too old: install version ${minimum} or later from https://nodejs.org and try again.`;
  return undefined;
}

/** @param {string} file @returns {Record<string, {version?: string, link?: boolean, optional?: boolean}>} */
const packagesOf = (file) => JSON.parse(readFileSync(file, 'utf8')).packages;

/** Whether node_modules holds what the lock file names. Packages for other platforms may be missing. */
export function dependenciesAreInstalled() {
  const installedList = join(ROOT, 'node_modules', '.package-lock.json');
  if (!existsSync(installedList) || (isPinnedPlatform() && !existsSync(PINNED_NODE))) return false;
  const installed = packagesOf(installedList);
  return Object.entries(packagesOf(join(ROOT, 'package-lock.json'))).every(([path, { version, link, optional }]) => {
    if (!path.startsWith('node_modules/') || optional) return true;
    return link ? existsSync(join(ROOT, path)) : installed[path]?.version === version;
  });
}

/** Installs from the lock file, unless that has been done. */
export async function ensureDependencies() {
  if (dependenciesAreInstalled()) return;
  await step(
    'installing the packages of package-lock.json',
    () =>
      new Promise((resolve, reject) => {
        const npm = spawn('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
        let output = '';
        npm.stderr.setEncoding('utf8').on('data', (text) => {
          output += text;
        });
        npm.once('error', (error) =>
          reject(new Error(`npm cannot be run (${error.message}): install Node.js together with npm and try again.`)),
        );
        npm.once('close', (code) =>
          code === 0
            ? resolve(undefined)
            : reject(
                new Error(
                  `npm ci failed; check the network and the registry in .npmrc, and try again. npm said:\n${output.slice(0, 1_500)}`,
                ),
              ),
        );
      }),
  );
}

const nodeToUse = () => (isPinnedPlatform() ? PINNED_NODE : process.execPath);

/** The environment for everything that runs after the installation: the pinned Node and the packages' programs come first. */
export function toolEnv(env = process.env) {
  return { ...env, PATH: `${join(ROOT, 'node_modules', '.bin')}${delimiter}${env.PATH ?? ''}` };
}

/**
 * Runs a script with the pinned Node and ends as it ends. Signals go on to it; what the terminal sends, it has got already. When we are killed, the
 * channel between us closes, and the script hears `disconnect`.
 * @param {string} script
 * @param {string[]} args
 */
export function continueWith(script, args) {
  const child = spawn(realpathSync(nodeToUse()), [script, ...args], {
    cwd: ROOT,
    env: toolEnv(),
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  process.on('SIGINT', () => {});
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  // Between npm and us there is a shell that passes no signal on: when npm is told to stop, all that we see is that our parent has gone.
  const parent = process.ppid;
  if (process.env.npm_lifecycle_event) setInterval(() => process.ppid !== parent && child.kill('SIGTERM'), PARENT_CHECK_MS).unref();
  child.once('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

/**
 * Runs `main` and turns an expected failure into one sentence instead of a stack trace.
 * @param {() => Promise<void>} main
 */
export async function runMain(main) {
  try {
    await main();
  } catch (error) {
    process.stderr.write(`\n${process.env.DEBUG ? /** @type {Error} */ (error).stack : /** @type {Error} */ (error).message}\n`);
    process.exit(1);
  }
}
