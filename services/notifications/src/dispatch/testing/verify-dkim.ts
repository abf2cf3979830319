import { createHash, createPublicKey, createVerify } from 'node:crypto';

/**
 * Verifies a DKIM-Signature (RFC 6376, rsa-sha256, relaxed/relaxed) independently of what made it.
 * @param raw the message as it came over the wire, latin1. @returns the names of the signed headers, lower case. @throws when anything does not match.
 */
export function verifyDkim(raw: string, publicKeyPem: string): string[] {
  const split = raw.indexOf('\r\n\r\n');
  const headers = raw.slice(0, split).split(/\r\n(?![ \t])/);
  const signature = headers.find((header) => /^dkim-signature:/i.test(header));
  if (!signature) throw new Error('not signed');
  const tags = Object.fromEntries(
    signature
      .slice(signature.indexOf(':') + 1)
      .split(';')
      .map((tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s+/g, '')]),
  );
  if (tags.a !== 'rsa-sha256' || tags.c !== 'relaxed/relaxed') throw new Error(`unexpected algorithm ${tags.a} ${tags.c}`);
  const body = raw
    .slice(split + 4)
    .split('\r\n')
    .map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''))
    .join('\r\n')
    .replace(/(\r\n)+$/, '');
  const bodyHash = createHash('sha256')
    .update(body === '' ? '' : `${body}\r\n`, 'latin1')
    .digest('base64');
  if (bodyHash !== tags.bh) throw new Error('the body was changed');
  const names = (tags.h ?? '').toLowerCase().split(':');
  const rest = [...headers].reverse();
  const signed = names.flatMap((name) => {
    const at = rest.findIndex((header) => header.toLowerCase().startsWith(`${name}:`));
    return at < 0 ? [] : rest.splice(at, 1).map(relaxed);
  });
  const verify = createVerify('RSA-SHA256').update([...signed, relaxed(signature.replace(/(;\s*)b=[^;]*/, '$1b='))].join('\r\n'), 'latin1');
  if (!verify.verify(createPublicKey(publicKeyPem), tags.b ?? '', 'base64')) throw new Error('the headers were changed');
  return names;
}

function relaxed(header: string): string {
  const at = header.indexOf(':');
  const value = header
    .slice(at + 1)
    .replace(/\r\n[ \t]+/g, ' ')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${header.slice(0, at).trim().toLowerCase()}:${value}`;
}
