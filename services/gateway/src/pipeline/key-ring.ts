import { type ApiKey, hashOf, kindOf } from '../domain/api-key.js';
import type { KeyStore } from './key-store.js';
import { RefreshedCopy } from './refreshed-copy.js';

export type FoundKey = ApiKey | 'unknown' | 'not_loaded';

/** The keys that are valid now, by hash. A key that was revoked anywhere is gone here after the next refresh. */
export class KeyRing {
  private readonly keys: RefreshedCopy<ReadonlyMap<string, ApiKey>>;

  constructor(store: Pick<KeyStore, 'active'>, refreshMs: number, onError?: (error: unknown) => void) {
    const read = async () => new Map((await store.active()).map((key) => [key.hash, key]));
    this.keys = new RefreshedCopy(read, refreshMs, onError);
  }

  /** Whether the keys have been read at least once: before that nobody can be told that his key is wrong. */
  get loaded(): boolean {
    return this.keys.current !== undefined;
  }

  find(secret: string): FoundKey {
    const keys = this.keys.current;
    if (keys === undefined) return 'not_loaded';
    return kindOf(secret) === undefined ? 'unknown' : (keys.get(hashOf(secret)) ?? 'unknown');
  }

  start(): Promise<void> {
    return this.keys.start();
  }

  stop(): void {
    this.keys.stop();
  }

  refresh(): Promise<void> {
    return this.keys.refresh();
  }
}
