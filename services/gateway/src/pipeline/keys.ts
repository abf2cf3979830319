import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { deriveId } from '@rapport/identifiers';
import { v7 as uuidv7 } from 'uuid';
import { type ApiKey, hashOf, type KeyKind, kindOf, prefixOf, type Scope, scopesOf, secretOf } from '../domain/api-key.js';
import { KeyRing } from './key-ring.js';
import { KeyStore, type ListedKey } from './key-store.js';

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly source: string;
  /** A server key gets all scopes when none are named; a write key can only ingest. */
  readonly scopes?: readonly Scope[];
}

const SECRET_BYTES = 24;
/** All of them are held in memory by every gateway. */
export const KEYS_MAX = 10_000;

/** Creates, lists and revokes keys; this gateway knows at once, the others with their next refresh. */
@Injectable()
export class Keys {
  constructor(
    private readonly store: KeyStore,
    private readonly ring: KeyRing,
  ) {}

  /** @returns the key with its secret, which is never to be had again; undefined when there are too many keys. */
  async create(asked: NewKey): Promise<(ApiKey & { readonly secret: string }) | undefined> {
    const secret = secretOf(asked.kind, randomBytes(SECRET_BYTES));
    const key: ApiKey = { ...keyOf(asked, secret, new Date()), id: uuidv7() };
    if ((await this.store.add(key, KEYS_MAX)) !== 'added') return undefined;
    await this.ring.refresh();
    return { ...key, secret };
  }

  list(limit: number, before?: { readonly createdAt: string; readonly id: string }): Promise<ListedKey[]> {
    return this.store.list(limit, before);
  }

  async revoke(id: string): Promise<boolean> {
    const known = await this.store.revoke(id, new Date());
    await this.ring.refresh();
    return known;
  }

  /** Makes sure that a key whose secret comes from the configuration is there. A revoked one stays revoked. */
  async ensure(secret: string, name: string): Promise<void> {
    const kind = kindOf(secret);
    if (kind === undefined) throw new RangeError('a key is wk_ or sk_ and 16 to 128 characters of A–Z a–z 0–9 _ -');
    // the same id in every gateway that starts with it
    const id = deriveId(new Date(0), 'bootstrap-key', hashOf(secret));
    await this.store.add({ ...keyOf({ kind, name, source: name }, secret, new Date()), id }, Number.MAX_SAFE_INTEGER);
  }
}

function keyOf({ kind, name, source, scopes }: NewKey, secret: string, createdAt: Date): Omit<ApiKey, 'id'> {
  return { kind, name, source, scopes: scopesOf(kind, scopes), prefix: prefixOf(secret), hash: hashOf(secret), createdAt };
}
