import { hash } from 'node:crypto';

/** What a key may do. A write key (`wk_`, public: it sits in web pages and apps) may only ever `ingest`. */
export const SCOPES = {
  ingest: 'Send interactions.',
  'profiles:read': 'Read profiles, timelines, relationship types, segments of a profile.',
  'profiles:write': 'Consents, traits and the agent of a profile; merging and parting profiles.',
  'segments:read': 'Read segments, their members and versions.',
  'segments:write': 'Create, edit, preview and archive segments.',
  'notifications:read': 'Read notifications, inboxes, templates and journeys.',
  'notifications:write': 'Notify, decide, and edit templates and journeys.',
  'context:read': 'Read all that whoever serves a customer must know, in one call.',
  'cases:read': 'Read cases.',
  'cases:write': 'Open, change and merge cases.',
  'tasks:read': 'Read tasks of people.',
  'tasks:write': 'Claim and complete tasks.',
  'reports:read': 'Read the journey map, the channel report and the prices behind it.',
  'reports:write': 'Change the prices of contacts.',
  webhooks: 'Register, change and remove webhook endpoints, and see their new secrets.',
  connections: 'Register, change and remove connections of providers.',
  imports: 'Import files, see how far they are, and fetch their rejected rows.',
  keys: 'Create, list and revoke keys.',
} as const;
export type Scope = keyof typeof SCOPES;
export const ALL_SCOPES = Object.keys(SCOPES) as Scope[];

export type KeyKind = 'write' | 'server';
export const KEY_PREFIX: Readonly<Record<KeyKind, string>> = { write: 'wk_', server: 'sk_' };

/** A key as the gateway knows it: never the secret itself. */
export interface ApiKey {
  readonly id: string;
  readonly kind: KeyKind;
  readonly name: string;
  /** Who sends with it: `source` of every interaction that comes in by this key. */
  readonly source: string;
  readonly scopes: readonly Scope[];
  /** The first characters, so that people can tell keys apart. */
  readonly prefix: string;
  readonly hash: string;
  readonly createdAt: Date;
}

const SECRET = /^(wk|sk)_[A-Za-z0-9_-]{16,128}$/;
const SHOWN_CHARS = 8;

/** The kind that a secret's form says, or undefined when it cannot be one. */
export function kindOf(secret: string): KeyKind | undefined {
  if (!SECRET.test(secret)) return undefined;
  return secret.startsWith(KEY_PREFIX.write) ? 'write' : 'server';
}

/** SHA-256 in hex. Secrets have 192 random bits, so a plain hash cannot be searched. */
export const hashOf = (secret: string): string => hash('sha256', secret);

export const prefixOf = (secret: string): string => secret.slice(0, SHOWN_CHARS);

/** The secret from `random` (24 bytes). */
export const secretOf = (kind: KeyKind, random: Buffer): string => KEY_PREFIX[kind] + random.toString('base64url');

export const scopesOf = (kind: KeyKind, asked: readonly Scope[] | undefined): readonly Scope[] =>
  kind === 'write' ? ['ingest'] : (asked ?? ALL_SCOPES);
