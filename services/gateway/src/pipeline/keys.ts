import { createHmac, randomBytes } from 'node:crypto';
import { Inject, Injectable } from '@nestjs/common';
import { deriveId } from '@rapport/identifiers';
import { v7 as uuidv7 } from 'uuid';
import { type ApiKey, hashOf, KEY_PREFIX, type KeyKind, kindOf, prefixOf, type Scope, scopesOf, secretOf } from '../domain/api-key.js';
import { KeyRing } from './key-ring.js';
import { KeyStore, type ListedKey } from './key-store.js';

export interface NewKey {
  readonly kind: KeyKind;
  readonly name: string;
  readonly source: string;
  /** A server key gets all scopes when none are named; a write key can only ingest. */
  readonly scopes?: readonly Scope[];
}

/** The configured secret from which the keys of repeatable requests are made. */
export const KEY_SECRET = Symbol('KEY_SECRET');

export type Created =
  | { readonly kind: 'created'; readonly key: ListedKey; readonly secret: string }
  /** There are as many keys as there may be. */
  | { readonly kind: 'full' }
  /** The same request id was used for another key. */
  | { readonly kind: 'different' };

const SECRET_BYTES = 24;
/** All of them are held in memory by every gateway. */
export const KEYS_MAX = 10_000;

/** Creates, lists and revokes keys; this gateway knows at once, the others with their next refresh. */
@Injectable()
export class Keys {
  constructor(
    private readonly store: KeyStore,
    private readonly ring: KeyRing,
    @Inject(KEY_SECRET) private readonly configured: string,
  ) {}

  /**
   * The key with its secret. Only the secret's hash is kept, so a repeated request cannot be answered from a record: with a request id the secret is an
   * HMAC of it, and comes out the same again.
   * @param requestId unique per caller; the same for every try of one request
   */
  async create(asked: NewKey, requestId?: string): Promise<Created> {
    const random =
      requestId === undefined
        ? randomBytes(SECRET_BYTES)
        : createHmac('sha256', this.configured).update(`api-key\u0000${requestId}`).digest().subarray(0, SECRET_BYTES);
    const secret = secretOf(asked.kind, random);
    const key: ApiKey = { ...keyOf(asked, secret, new Date()), id: uuidv7() };
    const known = requestId === undefined ? undefined : await this.ofRequest(random);
    const added = known === undefined ? await this.store.add(key, KEYS_MAX) : 'exists';
    if (added === 'full') return { kind: 'full' };
    if (added === 'exists') {
      const first = known ?? (await this.ofRequest(random));
      return first !== undefined && isSame(first, key) ? { kind: 'created', key: first, secret } : { kind: 'different' };
    }
    await this.ring.refresh();
    return { kind: 'created', key: { ...key, revokedAt: null }, secret };
  }

  /** Of either kind: the request may be repeated with another one. */
  private ofRequest(random: Buffer): Promise<ListedKey | undefined> {
    return this.store.find((Object.keys(KEY_PREFIX) as KeyKind[]).map((kind) => hashOf(secretOf(kind, random))));
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

const isSame = (a: Omit<NewKey, 'scopes'> & { scopes: readonly Scope[] }, b: typeof a): boolean =>
  a.kind === b.kind && a.name === b.name && a.source === b.source && a.scopes.join() === b.scopes.join();
