// Child processes of a local stack. Each runs in its own session, so that Ctrl-C in a terminal reaches only us and we stop them in order;
// and each is known to a watchdog, so that none outlives us even when we are killed with SIGKILL.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const STOP_TIMEOUT_MS = 15_000;
const READY_TIMEOUT_MS = 120_000;
const LOG_TAIL_BYTES = 4_000;

/** @type {import('node:child_process').ChildProcess | undefined} */
let watchdog;

/** What runs right now, in the order in which it started. @type {Set<ManagedProcess>} */
const running = new Set();
/** Commands under way. @type {Set<import('node:child_process').ChildProcess>} */
const commands = new Set();
let closing = false;

function tellWatchdog(/** @type {string} */ line) {
  if (!watchdog) {
    watchdog = spawn(process.execPath, [fileURLToPath(new URL('./watchdog.mjs', import.meta.url))], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    watchdog.stdin?.on('error', () => {});
    watchdog.unref();
    /** @type {any} */ (watchdog.stdin).unref();
  }
  watchdog.stdin?.write(`${line}\n`);
}

/**
 * @typedef {object} ProcessSpec
 * @property {string} name for messages
 * @property {string} command
 * @property {string[]} args
 * @property {string} logFile stdout and stderr are appended here
 * @property {NodeJS.ProcessEnv} [env] the whole environment; ours when absent
 * @property {string} [cwd]
 * @property {number} [uid]
 * @property {number} [gid]
 * @property {NodeJS.Signals} [stopSignal] asks the process to end by itself; SIGTERM when absent
 * @property {number} [stopTimeoutMs] after which it is killed
 * @property {number} [readyTimeoutMs]
 * @property {(process: ManagedProcess) => Promise<boolean>} [isReady] asked every 50 ms until it answers true; an error counts as not yet
 */

/** One process that can be started, killed, restarted and stopped. Emits `exit` with `{code, signal, expected}`. */
export class ManagedProcess extends EventEmitter {
  /** @type {import('node:child_process').ChildProcess | undefined} */
  #child;
  /** @type {Promise<void>} */
  #gone = Promise.resolve();
  #expected = false;
  #logFrom = 0;

  /** @param {ProcessSpec} spec */
  constructor(spec) {
    super();
    this.spec = spec;
  }

  get name() {
    return this.spec.name;
  }

  /** Undefined while the process does not run. */
  get pid() {
    return this.running ? this.#child?.pid : undefined;
  }

  get running() {
    return this.#child !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** What the process has written since it was last started, at most `bytes` from the end. */
  log(bytes = LOG_TAIL_BYTES) {
    return readFileSync(this.spec.logFile).subarray(this.#logFrom).subarray(-bytes).toString();
  }

  /**
   * Starts the process and waits until it is ready.
   * @throws {Error} when it ends before that or takes too long, with the end of its log
   */
  async start() {
    if (closing) throw new Error(`${this.name} is not started: everything is being stopped`);
    const { command, args, logFile, env, cwd, uid, gid } = this.spec;
    mkdirSync(dirname(logFile), { recursive: true });
    const log = openSync(logFile, 'a');
    this.#logFrom = statSync(logFile).size;
    this.#expected = false;
    const child = spawn(command, args, { env, cwd, uid, gid, detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    child.unref();
    this.#child = child;
    this.#gone = new Promise((resolve) => {
      child.once('error', () => resolve());
      child.once('exit', (code, signal) => {
        tellWatchdog(`remove ${child.pid}`);
        running.delete(this);
        resolve();
        this.emit('exit', { code, signal, expected: this.#expected });
      });
    });
    await new Promise((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) => reject(new Error(`${this.name} cannot be started: ${error.message}`)));
    });
    running.add(this);
    tellWatchdog(`add ${child.pid} ${this.spec.stopSignal ?? 'SIGTERM'}`);
    await this.#untilReady();
  }

  async #untilReady() {
    const { isReady, readyTimeoutMs = READY_TIMEOUT_MS } = this.spec;
    if (!isReady) return;
    const deadline = Date.now() + readyTimeoutMs;
    for (;;) {
      if (await isReady(this).catch(() => false)) return;
      if (!this.running)
        throw new Error(`${this.name} ended before it was ready. The end of its log (${this.spec.logFile}):\n${this.log()}`);
      if (Date.now() > deadline) {
        await this.kill('SIGKILL');
        throw new Error(
          `${this.name} was not ready after ${readyTimeoutMs / 1000} s. The end of its log (${this.spec.logFile}):\n${this.log()}`,
        );
      }
      await sleep(50);
    }
  }

  /** Sends a signal and waits for the end of the process. SIGSTOP and SIGCONT return at once. */
  async kill(/** @type {NodeJS.Signals} */ signal = 'SIGKILL') {
    if (!this.running) return;
    const stays = signal === 'SIGSTOP' || signal === 'SIGCONT';
    if (!stays) this.#expected = true;
    this.#child?.kill(signal);
    if (!stays) await this.#end();
  }

  /** Children do not keep us alive, except while somebody waits for their end. */
  async #end() {
    this.#child?.ref();
    await this.#gone;
  }

  /** Asks the process to end, and kills it when it does not. */
  async stop() {
    if (!this.running) return;
    this.#expected = true;
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), this.spec.stopTimeoutMs ?? STOP_TIMEOUT_MS);
    this.#child?.kill(this.spec.stopSignal ?? 'SIGTERM');
    await this.#end();
    clearTimeout(timer);
  }

  /** The same process again: same ports, same data. */
  async restart() {
    await this.stop();
    await this.start();
  }
}

/** Stops whatever this process has started and not yet stopped, the last first; nothing can be started afterwards. */
export async function stopEverything() {
  closing = true;
  for (const command of commands) command.kill('SIGTERM');
  for (const managed of [...running].reverse()) await managed.stop();
}

/**
 * Runs a command to its end and returns what it printed.
 * @param {string} command
 * @param {string[]} args
 * @param {import('node:child_process').SpawnOptions} [options]
 * @param {string} [input] for its stdin
 * @returns {Promise<{code: number | null, output: string}>} code null: it could not be started, or a signal ended it
 */
export function run(command, args, options = {}, input = '') {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    child.stdin?.on('error', () => {});
    child.stdin?.end(input);
    commands.add(child);
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text) => {
        output = (output + text).slice(-100_000);
      });
    child.once('error', (error) => resolve({ code: null, output: error.message }));
    child.once('close', (code) => {
      commands.delete(child);
      resolve({ code, output });
    });
  });
}
