// Ends the processes of a stack whose owner has died, however it died. The owner tells which on stdin (`add <pid> <signal>`, `remove <pid>`);
// the end of stdin is the owner's end, because the operating system closes a dead process's pipes. See processes.mjs.
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

const GRACE_MS = 8_000;

/** @type {Map<number, {signal: NodeJS.Signals, startedAt: string | undefined}>} */
const watched = new Map();

/** When the process started: a pid alone may have been given to somebody else meanwhile. Undefined where there is no /proc. */
function startOf(/** @type {number} */ pid) {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ')[19];
  } catch {
    return undefined;
  }
}

function signalAll(/** @type {(entry: {signal: NodeJS.Signals}) => NodeJS.Signals} */ signalOf) {
  // The last to start goes first: services before the broker and the database that they use.
  for (const [pid, entry] of [...watched].reverse()) {
    if (startOf(pid) !== entry.startedAt) {
      watched.delete(pid);
      continue;
    }
    try {
      process.kill(pid, signalOf(entry));
    } catch {
      watched.delete(pid);
    }
  }
}

// Ctrl-C reaches the whole foreground group; the owner stops its children in order, and we stay until its pipe closes.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.on(signal, () => {});

const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [verb, pid, signal] = line.split(' ');
  if (verb === 'add') watched.set(Number(pid), { signal: /** @type {NodeJS.Signals} */ (signal), startedAt: startOf(Number(pid)) });
  else watched.delete(Number(pid));
});
lines.on('close', () => {
  signalAll(({ signal }) => signal);
  const deadline = Date.now() + GRACE_MS;
  const timer = setInterval(() => {
    signalAll(() => (Date.now() < deadline ? /** @type {any} */ (0) : 'SIGKILL'));
    if (watched.size === 0) clearInterval(timer);
  }, 100);
});
