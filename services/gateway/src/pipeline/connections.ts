import { randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { type Connection, CONNECTIONS_MAX } from '../domain/connection.js';
import type { Json } from '../domain/parse-json.js';
import { type ConnectionSecrets, fingerprintsOf, IV_BYTES, open, seal, type SealingKeys } from '../domain/sealed-secrets.js';
import { ConnectionRing } from './connection-ring.js';
import { ConnectionStore, type StoredConnection } from './connection-store.js';

export const SEALING_KEYS = Symbol('SEALING_KEYS');

export interface NewConnection extends ConnectionSecrets {
  readonly provider: string;
  readonly name: string;
  readonly settings: Json;
}

/** What is replaced; a part that is left out stays. */
export type ConnectionReplacement = Partial<ConnectionSecrets> & { readonly settings?: Json | undefined };

export type Created = { readonly kind: 'created'; readonly connection: Connection } | { readonly kind: 'different' | 'taken' | 'full' };

/** Creates, lists, changes and removes connections; this gateway knows at once, the others with their next refresh. */
@Injectable()
export class Connections {
  constructor(
    private readonly store: ConnectionStore,
    private readonly ring: ConnectionRing,
    @Inject(SEALING_KEYS) private readonly keys: SealingKeys,
  ) {}

  /** @param id the same for every try of one request: the repetition finds what the first try made. */
  async create(asked: NewConnection, id: string): Promise<Created> {
    const { provider, name, settings, secrets, verifyToken } = asked;
    const now = new Date();
    const [fingerprint, ...former] = fingerprintsOf(asked, this.keys);
    const sealed = seal({ secrets, verifyToken }, id, this.keys, randomBytes(IV_BYTES));
    const stored: StoredConnection = { id, provider, name, settings, createdAt: now, updatedAt: now, sealed, fingerprint };
    const outcome = await this.store.add(stored, CONNECTIONS_MAX);
    if (outcome === 'taken' || outcome === 'full') return { kind: outcome };
    if (outcome === 'added') {
      await this.ring.refresh();
      return { kind: 'created', connection: shown(stored) };
    }
    const first = await this.store.find(id);
    const isSame = first !== undefined && [fingerprint, ...former].includes(first.fingerprint);
    return isSame ? { kind: 'created', connection: shown(first) } : { kind: 'different' };
  }

  list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<Connection[]> {
    return this.store.list(limit, before);
  }

  async find(id: string): Promise<Connection | undefined> {
    const stored = await this.store.find(id);
    return stored && shown(stored);
  }

  async change(id: string, { settings, secrets, verifyToken }: ConnectionReplacement): Promise<Connection | 'unknown' | 'unreadable'> {
    const stored = await this.store.find(id);
    if (stored === undefined) return 'unknown';
    let sealed: Buffer | undefined;
    if (secrets !== undefined || verifyToken !== undefined) {
      const known = open(stored.sealed, id, this.keys);
      // what no key opens can only be replaced as a whole
      if (known === undefined && secrets === undefined) return 'unreadable';
      const replaced = { secrets: secrets ?? known!.secrets, verifyToken: verifyToken ?? known?.verifyToken };
      sealed = seal(replaced, id, this.keys, randomBytes(IV_BYTES));
    }
    const changed = await this.store.change(id, { settings, sealed, at: new Date() });
    await this.ring.refresh();
    return changed ?? 'unknown';
  }

  async remove(id: string): Promise<boolean> {
    const known = await this.store.remove(id);
    await this.ring.refresh();
    return known;
  }
}

const shown = ({ sealed: _sealed, fingerprint: _fingerprint, ...connection }: StoredConnection): Connection => connection;
