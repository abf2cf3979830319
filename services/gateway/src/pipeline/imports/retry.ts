import { setTimeout as pause } from 'node:timers/promises';
import { logger } from '@rapport/platform';

const PAUSE_FIRST_MS = 100;
const PAUSE_MAX_MS = 5_000;

/** Kafka or the database is away: the import waits for it, for as long as it takes. What is under way when
 * `signal` stops it may still succeed. @throws what is no fault of the world, and when it is stopped between two tries */
export async function retry<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let pauseMs = PAUSE_FIRST_MS; ; pauseMs = Math.min(2 * pauseMs, PAUSE_MAX_MS)) {
    try {
      return await work();
    } catch (error) {
      if (!isOfTheWorld(error)) throw error;
      logger.warn({ part: 'imports', err: error }, 'an import waits');
      await pause(pauseMs, undefined, { signal });
    }
  }
}

/** What Kafka and the database say; data that they cannot take would never get better. */
function isOfTheWorld(error: unknown): boolean {
  if ((error as Error).name === 'NotAccepted') return true;
  const code = (error as { code?: unknown }).code;
  return typeof code === 'string' ? !/^(?:22|23|42)/.test(code) : /timeout|terminated|ended/i.test((error as Error).message);
}
