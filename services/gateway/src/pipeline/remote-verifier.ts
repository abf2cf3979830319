import type { SignedRequest } from '../domain/signatures/signature.js';
import type { Json } from '../domain/parse-json.js';

export const REMOTE_VERIFIERS = Symbol('REMOTE_VERIFIERS');

/** Checks signatures that need I/O: a certificate that has to be fetched. */
export interface RemoteVerifier {
  /** @throws when it cannot be told now: the vendor is asked to try again. */
  verify(request: SignedRequest, secrets: readonly string[], settings: Json): Promise<boolean>;
}

/** By provider: one for each scheme that is checked `elsewhere`. */
export type RemoteVerifiers = Readonly<Record<string, RemoteVerifier>>;
