import type { ApiKey } from '../domain/api-key.js';

/** A key as people see it in lists: with its end, without its hash. */
export type ListedKey = Omit<ApiKey, 'hash'> & { readonly revokedAt: Date | null };

/** Where keys are kept. Every call may fail while the database is down. */
export abstract class KeyStore {
  /** All keys that are not revoked. */
  abstract active(): Promise<ApiKey[]>;
  /** Newest first; `before` is the place after which to go on. */
  abstract list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<ListedKey[]>;
  /** The key with one of these hashes, also when it is revoked. */
  abstract find(hashes: readonly string[]): Promise<ListedKey | undefined>;
  /** `exists`: there is a key with this hash already; `full`: there are as many keys as there may be. */
  abstract add(key: ApiKey, keysMax: number): Promise<'added' | 'exists' | 'full'>;
  /** @returns false when there is no such key. Revoking twice changes nothing. */
  abstract revoke(id: string, at: Date): Promise<boolean>;
}
