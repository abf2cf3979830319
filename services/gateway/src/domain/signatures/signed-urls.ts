import type { Json } from '../parse-json.js';

/**
 * The addresses that a vendor may have signed for a request of this host and path. Behind a proxy that ends TLS we see another scheme and port than the
 * vendor does; where it changes more, the setting `url` says what was entered at the vendor (its query is the request's own).
 */
export function signedUrls(host: string, pathAndQuery: string, settings: Json): string[] {
  const { url } = settings;
  if (typeof url === 'string') return [...new Set([url, url.replace(/[?#].*$/, '') + queryOf(pathAndQuery)])];
  const name = host.replace(/:\d+$/, '');
  return [...new Set([`https://${host}`, `https://${name}`, `https://${name}:443`, `http://${host}`])].map(
    (origin) => origin + pathAndQuery,
  );
}

const queryOf = (pathAndQuery: string): string => {
  const query = pathAndQuery.indexOf('?');
  return query < 0 ? '' : pathAndQuery.slice(query);
};
