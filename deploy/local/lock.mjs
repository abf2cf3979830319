// One local product per clone: who runs it is written down, so that a second start can say so.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { STATE_DIR } from './paths.mjs';

const FILE = join(STATE_DIR, 'running.json');

/** When a process started, where the system tells: a pid alone may belong to somebody else by now. */
function startOf(/** @type {number} */ pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19] ?? null;
  } catch {
    return null;
  }
}

function isAlive(/** @type {number} */ pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @returns {{pid: number, startedAt: string | null, gateway: string} | undefined} what the last start wrote down, if it has not ended properly */
export function lastRun() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'));
  } catch {
    return undefined;
  }
}

/** @returns {string | undefined} one sentence, when the product of this clone is running */
export function runningProblem() {
  const run = lastRun();
  if (!run || !isAlive(run.pid) || startOf(run.pid) !== run.startedAt) return undefined;
  return `Rapport is already running here (process ${run.pid}, ${run.gateway}): use that one, or stop it with Ctrl-C in its terminal or with: kill ${run.pid}`;
}

/**
 * Writes down that this process runs the product.
 * @throws {Error} the sentence of {@link runningProblem}
 */
export function takeLock(/** @type {string} */ gateway) {
  mkdirSync(STATE_DIR, { recursive: true });
  const problem = runningProblem();
  if (problem) throw new Error(problem);
  rmSync(FILE, { force: true });
  writeFileSync(FILE, `${JSON.stringify({ pid: process.pid, startedAt: startOf(process.pid), gateway })}\n`, { flag: 'wx' });
}

export function releaseLock() {
  if (lastRun()?.pid === process.pid) rmSync(FILE, { force: true });
}
