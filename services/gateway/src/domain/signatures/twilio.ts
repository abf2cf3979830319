import { createHmac, hash } from 'node:crypto';
import { equalInConstantTime, type Verifier } from './signature.js';

/** Twilio's forms have a few kilobytes; sorting more for whoever asks would be a gift to him. */
const FORM_BYTES_MAX = 65_536;

/**
 * `X-Twilio-Signature`: base64 HMAC-SHA1, under the account's auth token, of the address followed by every form parameter's name and value, sorted by
 * name. A JSON body is covered by its SHA-256 in the query (`bodySHA256`) instead. (twilio.com/docs/usage/security, "Validating requests".)
 * Where a webhook rule of the account says so, the hash is SHA-256 and the secret its shared key. Twilio signs no time; a repetition is recognised by its message id.
 */
export const verifyTwilio: Verifier = ({ urls, headers, raw }, secret) => {
  const given = headers['x-twilio-signature'];
  if (given === undefined || raw.length > FORM_BYTES_MAX) return false;
  const algorithm = /algorithm=HMAC_SHA256/i.test(headers['x-twilio-webhooks-signature-settings'] ?? '') ? 'sha256' : 'sha1';
  const isForm = (headers['content-type'] ?? '').includes('x-www-form-urlencoded');
  const parameters = isForm ? sortedParameters(raw) : '';
  let good = false;
  for (const url of urls) {
    if (!isForm && raw.length > 0 && bodyDigestOf(url) !== hash('sha256', raw)) continue;
    const expected = createHmac(algorithm, secret)
      .update(url + parameters)
      .digest('base64');
    good = equalInConstantTime(expected, given) || good;
  }
  return good;
};

/** A name that comes several times counts with each of its different values, sorted. */
function sortedParameters(raw: Buffer): string {
  const values = new Map<string, Set<string>>();
  for (const [name, value] of new URLSearchParams(raw.toString('utf8'))) {
    const known = values.get(name);
    if (known) known.add(value);
    else values.set(name, new Set([value]));
  }
  return [...values.keys()]
    .sort()
    .flatMap((name) => [...values.get(name)!].sort().map((value) => name + value))
    .join('');
}

function bodyDigestOf(url: string): string | null {
  const query = url.indexOf('?');
  return query < 0 ? null : new URLSearchParams(url.slice(query)).get('bodySHA256');
}
