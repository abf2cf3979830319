import { setTimeout as pause } from 'node:timers/promises';
import { type Bucket, take } from '../../domain/token-bucket.js';
import { BLOCK_ROWS } from '../../domain/imports/import-limits.js';

/** What customers do now does not wait behind a file: all imports of this gateway together send no faster than this. */
export class ImportPace {
  private bucket: Bucket | undefined;

  constructor(private readonly rowsPerSecond: number) {}

  async wait(rows: number, signal: AbortSignal): Promise<void> {
    const policy = { perSecond: this.rowsPerSecond, burst: Math.max(this.rowsPerSecond, BLOCK_ROWS) };
    for (;;) {
      const { bucket, allowed } = take(policy, this.bucket, rows, performance.now());
      this.bucket = bucket;
      if (allowed) return;
      const missing = Math.min(rows, policy.burst) - bucket.tokens;
      await pause(Math.max(1, Math.ceil((missing * 1_000) / policy.perSecond)), undefined, { signal });
    }
  }
}
