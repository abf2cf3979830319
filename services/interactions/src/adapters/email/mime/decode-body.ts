import libqp from 'libqp';
import { rawFieldOf } from './header-fields.js';
import type { Part } from './read-parts.js';

/** More than a person writes; the rest is not decoded. */
const TEXT_BYTES_MAX = 512 * 1024;

/** The text of a `text/*` part: transfer encoding, charset and format=flowed undone. An unknown charset is read as UTF-8. */
export function textOf(part: Part): string {
  const bytes = bytesOf(part, TEXT_BYTES_MAX);
  const { charset = 'utf-8', format, delsp } = part.contentType.params;
  const text = decodeCharset(bytes, charset.trim()).replaceAll('\r\n', '\n');
  return format?.toLowerCase() === 'flowed' ? unflow(text, delsp?.toLowerCase() === 'yes') : text;
}

/** The bytes of a part, its transfer encoding undone (RFC 2045 §6). */
export function bytesOf({ fields, body }: Part, bytesMax: number): Buffer {
  const encoding = (rawFieldOf(fields, 'content-transfer-encoding') ?? '').toLowerCase();
  if (encoding === 'base64') return Buffer.from(body.slice(0, bytesMax * 2), 'base64').subarray(0, bytesMax);
  if (encoding === 'quoted-printable') return libqp.decode(body.slice(0, bytesMax * 4)).subarray(0, bytesMax);
  return Buffer.from(body.slice(0, bytesMax), 'latin1');
}

/** How many bytes a part has, without decoding it. The gateway's SMTP receiver leaves attachments out and puts their size in their place. */
export function sizeOf({ fields, body }: Part): number {
  if (rawFieldOf(fields, 'x-rapport-omitted') === 'body') return /^\d{1,12}$/.test(body.trim()) ? Number(body) : 0;
  const encoding = (rawFieldOf(fields, 'content-transfer-encoding') ?? '').toLowerCase();
  if (encoding !== 'base64') return body.length;
  let characters = 0;
  for (let at = 0; at < body.length; at++) if (body.charCodeAt(at) > 32 && body[at] !== '=') characters++;
  return Math.floor((characters * 3) / 4);
}

/** Senders that say ASCII, or nothing, mean what everybody writes today. */
const AS_UTF8: ReadonlySet<string> = new Set(['', 'us-ascii', 'ascii', '7bit', '8bit', 'utf8', 'utf-8', 'unknown-8bit', 'default']);

/** The labels of the WHATWG Encoding Standard: every charset that mail programs still write. */
function decodeCharset(bytes: Buffer, charset: string): string {
  if (AS_UTF8.has(charset.toLowerCase())) return bytes.toString('utf8');
  try {
    return new TextDecoder(charset).decode(bytes);
  } catch {
    return bytes.toString('utf8');
  }
}

/** RFC 3676: a line that ends with a space goes on in the next one, if that is quoted as deeply. `-- ` ends with one and goes nowhere. */
function unflow(text: string, delSp: boolean): string {
  const lines: string[] = [];
  let goesOn = false;
  let depth = 0;
  for (const line of text.split('\n')) {
    const marks = /^>*/.exec(line)![0];
    const content = line.slice(marks.length).replace(/^ /, '');
    if (goesOn && marks.length === depth) lines[lines.length - 1] += content;
    else lines.push(marks === '' ? content : `${marks} ${content}`);
    goesOn = content.endsWith(' ') && content !== '-- ';
    depth = marks.length;
    if (goesOn && delSp) lines[lines.length - 1] = lines[lines.length - 1]!.slice(0, -1);
  }
  return lines.join('\n');
}
