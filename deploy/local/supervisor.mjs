import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_DELAY_MS = 500;
const MAX_DELAY_MS = 30_000;
/** Who has lived this long is taken to be well again. */
const WELL_AFTER_MS = 60_000;

/**
 * Starts a process again whenever it ends unasked, later each time, until `stop` is called.
 * @param {import('./processes.mjs').ManagedProcess} managed
 * @param {(text: string) => void} say
 * @returns {{stop: () => void}}
 */
export function supervise(managed, say) {
  let stopped = false;
  let delayMs = FIRST_DELAY_MS;
  let startedAt = Date.now();

  async function revive(/** @type {string} */ how) {
    if (Date.now() - startedAt > WELL_AFTER_MS) delayMs = FIRST_DELAY_MS;
    while (!stopped) {
      say(`! ${managed.name} ended (${how}); starting it again in ${delayMs / 1000} s`);
      await sleep(delayMs);
      delayMs = Math.min(delayMs * 2, MAX_DELAY_MS);
      if (stopped) return;
      startedAt = Date.now();
      try {
        await managed.start();
        say(`  ${managed.name} is back, after ${((Date.now() - startedAt) / 1000).toFixed(1)} s`);
        return;
      } catch (error) {
        how = /** @type {Error} */ (error).message.split('\n')[0] ?? 'unknown';
      }
    }
  }

  let reviving = false;
  managed.on('exit', ({ code, signal, expected }) => {
    // A start that fails while we revive is that loop's own business.
    if (stopped || expected || reviving) return;
    reviving = true;
    revive(signal ? `signal ${signal}` : `exit code ${code}, see ${managed.spec.logFile}`).finally(() => {
      reviving = false;
    });
  });
  return {
    stop: () => {
      stopped = true;
    },
  };
}
