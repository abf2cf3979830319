import type { Json } from '../../domain/json.js';

const BOUNDARY = /boundary=(?:"([^"]{1,70})"|([^;,\s]{1,70}))/i;
const NAME = /;\s*name="((?:[^"\\]|\\.)*)"/i;
const FILE_NAME = /;\s*filename="((?:[^"\\]|\\.)*)"/i;
const PARTS_MAX = 200;

/** The fields of `multipart/form-data` (RFC 7578): texts as they are, of files only their names. undefined when it is none. */
export function multipartFieldsOf(raw: Buffer, contentType: string): Json | undefined {
  const match = BOUNDARY.exec(contentType);
  const boundary = match?.[1] ?? match?.[2];
  if (boundary === undefined) return undefined;
  // one byte, one character: the texts are decoded part by part
  const parts = raw.toString('latin1').split(`--${boundary}`);
  if (parts.length < 3) return undefined;
  const fields: Json = {};
  for (const part of parts.slice(1, PARTS_MAX)) {
    if (part.startsWith('--')) break;
    const head = part.indexOf('\r\n\r\n');
    if (head < 0) continue;
    const headers = utf8(part.slice(0, head));
    const name = NAME.exec(headers)?.[1];
    if (name === undefined || name === '__proto__' || Object.hasOwn(fields, name)) continue;
    const file = FILE_NAME.exec(headers)?.[1];
    const text = utf8(part.slice(head + 4).replace(/\r\n$/, ''));
    fields[name] = file === undefined ? text : { file };
  }
  return fields;
}

const utf8 = (latin1: string): string => Buffer.from(latin1, 'latin1').toString('utf8');
