import { type ApiKey, hashOf, kindOf } from '../domain/api-key.js';
import type { KeyStore } from './key-store.js';

export type FoundKey = ApiKey | 'unknown' | 'not_loaded';

/**
 * The keys that are valid now, in memory: a request never waits for the database, and while that is down the last known keys go on.
 * A key that was revoked anywhere is gone here after the next refresh.
 */
export class KeyRing {
  private keys: ReadonlyMap<string, ApiKey> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private refreshing: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly store: Pick<KeyStore, 'active'>,
    private readonly refreshMs: number,
    private readonly onError: (error: unknown) => void = () => undefined,
  ) {}

  /** Whether the keys have been read at least once: before that nobody can be told that his key is wrong. */
  get loaded(): boolean {
    return this.keys !== undefined;
  }

  find(secret: string): FoundKey {
    if (this.keys === undefined) return 'not_loaded';
    return kindOf(secret) === undefined ? 'unknown' : (this.keys.get(hashOf(secret)) ?? 'unknown');
  }

  /** Refreshes now and from now on, until `stop`. */
  async start(): Promise<void> {
    await this.refresh();
    if (this.stopped) return;
    this.timer = setTimeout(() => void this.start(), this.refreshMs);
    this.timer.unref();
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.timer);
  }

  /** Reads the keys now; a failure leaves the known ones. A call that comes while one is under way waits for a read that began after it. */
  async refresh(): Promise<void> {
    await this.refreshing;
    this.refreshing ??= this.read().finally(() => {
      this.refreshing = undefined;
    });
    await this.refreshing;
  }

  private async read(): Promise<void> {
    try {
      const keys = await this.store.active();
      this.keys = new Map(keys.map((key) => [key.hash, key]));
    } catch (error) {
      this.onError(error);
    }
  }
}
