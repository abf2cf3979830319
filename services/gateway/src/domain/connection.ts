import type { Json } from './parse-json.js';
import type { ConnectionSecrets } from './sealed-secrets.js';

/** An account at a provider that delivers to us, as people see it: never its secrets. */
export interface Connection {
  readonly id: string;
  readonly provider: string;
  readonly name: string;
  readonly settings: Json;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** As the door knows it; without secrets when no key of the configuration opens them. */
export type OpenConnection = Connection & { readonly opened: ConnectionSecrets | undefined };

export const CONNECTION_NAME = /^[a-z0-9][a-z0-9._-]{0,62}$/i;
/** All of them are held in memory by every gateway. */
export const CONNECTIONS_MAX = 1_000;
export const SETTINGS_BYTES_MAX = 16_384;
const SOURCE_LENGTH_MAX = 100;

/** `source` of every interaction that comes in over it. */
export const sourceOf = ({ provider, name }: Pick<Connection, 'provider' | 'name'>): string =>
  `inbound:${provider}:${name}`.slice(0, SOURCE_LENGTH_MAX);

/** Under which a connection is found: a name is unique within its provider. */
export const placeOf = (provider: string, name: string): string => `${provider}/${name}`;
