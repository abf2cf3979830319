import { equalInConstantTime, type Verifier } from './signature.js';

/** Names under which a token stands in the address; `hash` is what GHTK's documentation suggests. */
const QUERY_NAMES = ['token', 'hash'] as const;

/**
 * For vendors that sign nothing: the secret itself, in the address that they were given (`?token=…`) or as `Authorization: Bearer …` or the password of
 * `Basic …`. It covers no byte of the body, so it is as good as the vendor's care with the address.
 */
export const sharedToken: Verifier = ({ urls, headers }, secret) => {
  const given = [bearerOf(headers['authorization']), queryTokenOf(urls[0] ?? '')]; // a proxy may put an authorization of its own there
  return given.some((token) => token !== undefined && token !== '' && equalInConstantTime(token, secret));
};

function bearerOf(authorization: string | undefined): string | undefined {
  const [, scheme, value] = /^(bearer|basic) +(\S+)$/i.exec(authorization ?? '') ?? [];
  if (scheme === undefined || value === undefined) return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.slice(pair.indexOf(':') + 1);
}

function queryTokenOf(url: string): string | undefined {
  const query = new URLSearchParams(url.includes('?') ? url.slice(url.indexOf('?')) : '');
  return QUERY_NAMES.map((name) => query.get(name)).find((value) => value !== null) ?? undefined;
}
