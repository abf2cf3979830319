import { createRequire } from 'node:module';

interface RequestQueue {
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  readonly throttledUntil: number;
  readonly pending: readonly unknown[];
  checkPendingRequests(): void;
}

/** As kafkajs has it for requests that wait without a throttle. */
const CHECK_MS = 10;

/**
 * kafkajs 2.2.4 looks after waiting requests by a timer that it also sets when nothing waits, to a time before now: Node then calls it every
 * millisecond, and every connection of an idle process costs some percent of a core. Set only when something waits, and to a time to come.
 */
export function calmTimers(): void {
  const { prototype } = createRequire(import.meta.url)('kafkajs/src/network/requestQueue/index.js') as { prototype: object };
  Object.assign(prototype, {
    scheduleCheckPendingRequests(this: RequestQueue): void {
      if (this.throttleCheckTimeoutId !== null && this.throttleCheckTimeoutId !== undefined) return;
      if (this.pending.length === 0) return;
      const waitMs = this.throttledUntil - Date.now();
      this.throttleCheckTimeoutId = setTimeout(
        () => {
          this.throttleCheckTimeoutId = null;
          this.checkPendingRequests();
        },
        waitMs > 0 ? waitMs : CHECK_MS,
      );
    },
  });
}
