import { type HeaderFields, rawFieldOf, readHeaderFields, structured, type StructuredField } from './header-fields.js';

const PARTS_MAX = 200;
const DEPTH_MAX = 12;

/** One part of a message. `body` is not decoded and holds one byte per character. */
export interface Part {
  readonly fields: HeaderFields;
  /** `text/plain` when the part does not say. */
  readonly contentType: StructuredField;
  readonly disposition: StructuredField;
  readonly body: string;
  /** Of a multipart, in order. */
  readonly parts: readonly Part[];
}

/** A message or a part of one, with all parts in it (RFC 2046). Total: what is cut off or malformed is read as far as it goes. */
export function readParts(text: string, budget = { left: PARTS_MAX }, depth = 0): Part {
  const { header, body } = splitHeader(text);
  const fields = readHeaderFields(header);
  const contentType = structured(rawFieldOf(fields, 'content-type') ?? 'text/plain');
  const disposition = structured(rawFieldOf(fields, 'content-disposition') ?? '');
  const boundary = contentType.value.startsWith('multipart/') ? contentType.params['boundary'] : undefined;
  const parts: Part[] = [];
  if (boundary !== undefined && boundary !== '' && depth < DEPTH_MAX) {
    for (const piece of splitAtBoundary(body, boundary)) {
      if (budget.left-- <= 0) break;
      parts.push(readParts(piece, budget, depth + 1));
    }
  }
  return { fields, contentType, disposition, body, parts };
}

/** Every part that holds no parts itself, in order. */
export function leavesOf(part: Part): readonly Part[] {
  return part.parts.length === 0 ? [part] : part.parts.flatMap(leavesOf);
}

function splitHeader(text: string): { readonly header: string; readonly body: string } {
  if (/^\r?\n/.test(text)) return { header: '', body: text.replace(/^\r?\n/, '') }; // a part without a header
  const end = /\r?\n\r?\n/.exec(text);
  return end === null ? { header: text, body: '' } : { header: text.slice(0, end.index), body: text.slice(end.index + end[0].length) };
}

/** What stands between the boundary lines. Without the closing one the last piece goes to the end: the outer boundary has cut it already. */
function splitAtBoundary(body: string, boundary: string): string[] {
  const delimiter = `--${boundary}`;
  const pieces: string[] = [];
  let begin = -1;
  for (let at = body.indexOf(delimiter); at >= 0; at = body.indexOf(delimiter, at + delimiter.length)) {
    if (at > 0 && body[at - 1] !== '\n') continue;
    const lineEnd = endOfLine(body, at);
    const rest = body.slice(at + delimiter.length, lineEnd).trimEnd();
    if (rest !== '' && rest !== '--') continue; // the beginning of a longer boundary
    if (begin >= 0) pieces.push(body.slice(begin, beforeLineBreak(body, at)));
    if (rest === '--') return pieces;
    begin = Math.min(lineEnd + 1, body.length);
    if (pieces.length >= PARTS_MAX) return pieces;
  }
  if (begin >= 0) pieces.push(body.slice(begin));
  return pieces;
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end;
}

/** The line break before a boundary belongs to the boundary. */
function beforeLineBreak(text: string, at: number): number {
  return at >= 2 && text[at - 2] === '\r' ? at - 2 : Math.max(0, at - 1);
}
