import { type OpenConnection, placeOf } from '../domain/connection.js';
import { open, type SealingKeys } from '../domain/sealed-secrets.js';
import type { ConnectionStore } from './connection-store.js';
import { RefreshedCopy } from './refreshed-copy.js';

export type FoundConnection = OpenConnection | 'unknown' | 'not_loaded';

/** The connections that deliver now, by provider and name, with their secrets opened. */
export class ConnectionRing {
  private readonly connections: RefreshedCopy<ReadonlyMap<string, OpenConnection>>;

  constructor(store: Pick<ConnectionStore, 'all'>, keys: SealingKeys, refreshMs: number, onError?: (error: unknown) => void) {
    const read = async () =>
      new Map(
        (await store.all()).map(({ sealed, fingerprint: _, ...connection }) => [
          placeOf(connection.provider, connection.name),
          { ...connection, opened: open(sealed, connection.id, keys) },
        ]),
      );
    this.connections = new RefreshedCopy(read, refreshMs, onError);
  }

  find(provider: string, name: string): FoundConnection {
    const connections = this.connections.current;
    return connections === undefined ? 'not_loaded' : (connections.get(placeOf(provider, name)) ?? 'unknown');
  }

  /** Every connection; undefined while they have never been read. */
  all(): Iterable<OpenConnection> | undefined {
    return this.connections.current?.values();
  }

  start(): Promise<void> {
    return this.connections.start();
  }

  stop(): void {
    this.connections.stop();
  }

  refresh(): Promise<void> {
    return this.connections.refresh();
  }
}
