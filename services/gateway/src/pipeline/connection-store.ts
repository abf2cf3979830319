import type { Connection } from '../domain/connection.js';

/** As it is kept. */
export type StoredConnection = Connection & {
  readonly sealed: Buffer;
  /** Of the request that made it: tells a repetition from another request under the same Idempotency-Key. */
  readonly fingerprint: string;
};

/** What may change: its place never does, the addresses at the vendor carry it. */
export interface ConnectionChange {
  readonly settings?: Connection['settings'] | undefined;
  readonly sealed?: Buffer | undefined;
  readonly at: Date;
}

/** Where connections are kept. Every call may fail while the database is down. */
export abstract class ConnectionStore {
  abstract all(): Promise<StoredConnection[]>;
  /** Newest first; `before` is the place after which to go on. */
  abstract list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<Connection[]>;
  abstract find(id: string): Promise<StoredConnection | undefined>;
  /** `same_id`: it was made before; `taken`: another one has this provider and name; `full`: there are as many as there may be. */
  abstract add(connection: StoredConnection, connectionsMax: number): Promise<'added' | 'same_id' | 'taken' | 'full'>;
  /** @returns undefined when there is no such connection. */
  abstract change(id: string, change: ConnectionChange): Promise<Connection | undefined>;
  /** @returns false when there was no such connection. */
  abstract remove(id: string): Promise<boolean>;
}
