import libmime from 'libmime';

const HEADER_BYTES_MAX = 256 * 1024;
const FIELDS_MAX = 500;
/** Decoders search back and forth: a longer line is no honest field. */
const FIELD_LENGTH_MAX = 16 * 1024;

/** The fields of a header, in order, unfolded and not decoded; names in lower case. */
export type HeaderFields = readonly (readonly [name: string, value: string])[];

/** Reads a header block (RFC 5322 §2.2), with or without its empty line. `text` holds one byte per character. */
export function readHeaderFields(text: string): HeaderFields {
  const fields: [string, string][] = [];
  for (const line of text.slice(0, HEADER_BYTES_MAX).split(/\r?\n/)) {
    const last = fields.at(-1);
    if (/^[ \t]/.test(line)) {
      if (last !== undefined && last[1].length < FIELD_LENGTH_MAX) last[1] += ` ${line.trim()}`;
      continue;
    }
    const colon = line.indexOf(':');
    if (colon < 1 || fields.length >= FIELDS_MAX) continue;
    fields.push([line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim()]);
  }
  return fields.map(([name, value]) => [name, fromUtf8(value.slice(0, FIELD_LENGTH_MAX))]);
}

/** The first field of that name, decoded (RFC 2047); undefined when it is missing or empty. */
export function fieldOf(fields: HeaderFields, name: string): string | undefined {
  const raw = rawFieldOf(fields, name);
  return raw === undefined ? undefined : decodeWords(raw);
}

/** The first field of that name as it stands: structured fields are read before words in them are decoded. */
export function rawFieldOf(fields: HeaderFields, name: string): string | undefined {
  return fields.find(([field, value]) => field === name && value !== '')?.[1];
}

export function rawFieldsOf(fields: HeaderFields, name: string): string[] {
  return fields.filter(([field, value]) => field === name && value !== '').map(([, value]) => value);
}

const ENCODED_LENGTH_MAX = 4 * 1024;

/** What the decoder cannot read stays as it stands. */
export function decodeWords(text: string): string {
  if (!text.includes('=?') || text.length > ENCODED_LENGTH_MAX) return text;
  try {
    return libmime.decodeWords(text);
  } catch {
    return text;
  }
}

export interface StructuredField {
  /** In lower case. */
  readonly value: string;
  readonly params: Readonly<Record<string, string>>;
}

const NO_PARAMS: StructuredField['params'] = Object.freeze({});
/** Tokens and plain quoted strings, in one charset and one piece: nearly every field, and no grammar is needed for it. */
const SIMPLE = /^[\w/.+-]+(?:; ?[\w-]{1,40}=(?:"[^"\\=?]{0,200}"|[\w/.+-]{1,200}))*$/;
const SIMPLE_PARAM = /; ?([\w-]+)=(?:"([^"]*)"|([\w/.+-]+))/g;

/** `text/plain; charset=utf-8`: value and parameters. An unreadable field is one without parameters. */
export function structured(text: string): StructuredField {
  if (!text.includes(';')) return { value: text.toLowerCase(), params: NO_PARAMS };
  if (SIMPLE.test(text)) {
    const params = [...text.matchAll(SIMPLE_PARAM)].map(([, name, quoted, bare]) => [name!.toLowerCase(), quoted ?? bare!] as const);
    return { value: text.slice(0, text.indexOf(';')).toLowerCase(), params: Object.fromEntries(params) };
  }
  try {
    const { value, params } = libmime.parseHeaderValue(text);
    const texts = Object.entries(params).filter(([, param]) => typeof param === 'string');
    return { value: (value || '').toLowerCase(), params: Object.fromEntries(texts.map(([name, param]) => [name, decodeWords(param)])) };
  } catch {
    return { value: (text.split(';')[0] ?? '').trim().toLowerCase(), params: {} };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
const BEYOND_ASCII = /[\u0080-\u00ff]/;

/** Mail of today writes UTF-8 into headers (RFC 6532); old mail writes Latin-1, which this is already. */
function fromUtf8(latin1: string): string {
  if (!BEYOND_ASCII.test(latin1)) return latin1;
  try {
    return utf8.decode(Buffer.from(latin1, 'latin1'));
  } catch {
    return latin1;
  }
}
