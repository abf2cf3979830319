import parseAddresses from 'nodemailer/lib/addressparser';
import { decodeWords } from './header-fields.js';

const ADDRESSES_MAX = 50;

export interface MailAddress {
  readonly name: string;
  readonly address: string;
}

/** `Ann Lee <ann@example.com>`, `<ann@example.com>`, `ann@example.com`: nearly every field, and no grammar is needed for it. */
const SIMPLE = /^(?:([\w .'-]{0,100} )?<)?([\w.+=-]{1,64}@[\w.-]{1,255})>?$/;

/** The addresses of a field (RFC 5322 §3.4), groups opened up. What is no address is left out. */
export function addressesIn(field: string): MailAddress[] {
  if (field === '') return [];
  const [, name, address] = SIMPLE.exec(field) ?? [];
  if (address !== undefined) return [{ name: name?.trim() ?? '', address }];
  return parseAddresses(field, { flatten: true })
    .slice(0, ADDRESSES_MAX)
    .filter(({ address }) => address.includes('@'))
    .map(({ name, address }) => ({ name: decodeWords(name), address: address.trim() }));
}

/** `<a@b> <c@d>` → `a@b`, `c@d`. */
export function messageIdsIn(field: string): string[] {
  const ids = field.match(/<[^<>\s]{1,998}>/g);
  if (ids !== null) return ids.slice(0, 100).map((id) => id.slice(1, -1));
  const bare = field.trim();
  return /^[^\s<>]+@[^\s<>]+$/.test(bare) ? [bare] : [];
}
