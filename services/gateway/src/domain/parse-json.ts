import { RefusedRequest } from './item-error.js';
import { findHazard, type Hazard } from './json-hazards.js';

export type Json = Readonly<Record<string, unknown>>;

export interface ParsedBody {
  readonly text: string;
  readonly body: Json;
  /** The text holds a `\u` escape, see `findHazard`. */
  readonly escaped: boolean;
}

const BOM = '\uFEFF';

/** Reads a body as one JSON object, whatever its content type said. @throws {RefusedRequest} */
export function parseObject(bytes: Buffer): ParsedBody {
  const raw = bytes.toString('utf8');
  const text = raw.startsWith(BOM) ? raw.slice(1) : raw;
  if (text.trim() === '') throw new RefusedRequest('json', 'The body is empty.');
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    throw new RefusedRequest('json', 'The body is not valid JSON.');
  }
  if (!isObject(body)) throw new RefusedRequest('shape', 'The body must be a JSON object.', [{ pointer: '', detail: 'must be an object' }]);
  return { text, body, escaped: text.includes('\\u') };
}

export const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @throws {RefusedRequest} for a hazard of the whole document. @returns one that only this item has, if any. */
export function checkHazards(value: unknown, escaped: boolean, pointer: string): Hazard | undefined {
  const hazard = findHazard(value, escaped);
  if (hazard?.kind === 'document') {
    throw new RefusedRequest('json', 'The JSON holds something that is refused everywhere.', [
      { pointer: pointer + hazard.pointer, detail: hazard.detail },
    ]);
  }
  return hazard;
}
