/** Where a key may stand in the head of a request. */
export interface KeyHeaders {
  readonly authorization?: string | undefined;
  readonly 'x-write-key'?: string | string[] | undefined;
}

const SECRET_LENGTH_MAX = 200;

/**
 * The key from `Authorization: Basic base64("<key>:")`, `Authorization: Bearer <key>` or `X-Write-Key`, in this order. The fourth place, `writeKey`
 * in the body, counts only when the head has none.
 */
export function keyFromHead(headers: KeyHeaders): string | undefined {
  const { authorization } = headers;
  if (authorization !== undefined && authorization.length <= 2 * SECRET_LENGTH_MAX) {
    const space = authorization.indexOf(' ');
    const scheme = authorization.slice(0, space).toLowerCase();
    const credentials = authorization.slice(space + 1).trim();
    if (scheme === 'basic') return userOf(credentials);
    if (scheme === 'bearer') return credentials;
  }
  const header = headers['x-write-key'];
  return typeof header === 'string' && header !== '' ? header.trim() : undefined;
}

/** The body's own key. */
export function keyFromBody(body: Readonly<Record<string, unknown>>): string | undefined {
  const key = body['writeKey'];
  return typeof key === 'string' && key !== '' && key.length <= SECRET_LENGTH_MAX ? key : undefined;
}

/** Some clients leave out the colon that separates the empty password. */
function userOf(credentials: string): string | undefined {
  const text = Buffer.from(credentials, 'base64').toString('latin1');
  const colon = text.indexOf(':');
  const user = colon < 0 ? text : text.slice(0, colon);
  return user === '' ? undefined : user;
}
