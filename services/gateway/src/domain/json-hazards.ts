import { JSON_DEPTH_MAX } from './limits.js';

/**
 * Things that are valid JSON and yet cannot be taken further.
 * `document`: nobody sends them by accident, so the whole request is refused. `text`: can stand in what a customer typed, so only that item is.
 */
export interface Hazard {
  readonly kind: 'document' | 'text';
  /** JSON Pointer into the walked value. */
  readonly pointer: string;
  readonly detail: string;
}

const TOO_DEEP = { kind: 'document', detail: `is nested deeper than ${JSON_DEPTH_MAX} levels` } as const;
const PROTOTYPE = { kind: 'document', detail: 'has the member `__proto__`, which is refused' } as const;
const NOT_FINITE = { kind: 'document', detail: 'is a number beyond the range of a double' } as const;
const NUL = { kind: 'text', detail: 'contains the character U+0000, which cannot be stored' } as const;
const LONE_SURROGATE = { kind: 'text', detail: 'contains half of a surrogate pair, which is not valid Unicode' } as const;

type Finding = typeof TOO_DEEP | typeof PROTOTYPE | typeof NOT_FINITE | typeof NUL | typeof LONE_SURROGATE;
interface Found {
  readonly finding: Finding;
  /** Innermost member first: the path is only written down on the way back from a finding. */
  readonly path: (string | number)[];
}

/**
 * The first hazard in a parsed JSON value. One walk, no allocation when there is none: it runs for every event.
 * @param escaped whether the text of the document holds a `\u` escape: without one it can hold neither NUL nor a lone surrogate.
 */
export function findHazard(value: unknown, escaped: boolean): Hazard | undefined {
  const found = walk(value, escaped, 1);
  if (!found) return undefined;
  const pointer = found.path
    .reverse()
    .map((member) => `/${String(member).replaceAll('~', '~0').replaceAll('/', '~1').toWellFormed()}`)
    .join('');
  return { ...found.finding, pointer };
}

function walk(value: unknown, escaped: boolean, depth: number): Found | undefined {
  if (typeof value === 'string') return escaped ? leaf(textFinding(value)) : undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : leaf(NOT_FINITE);
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth > JSON_DEPTH_MAX) return leaf(TOO_DEEP);
  return Array.isArray(value) ? walkItems(value, escaped, depth) : walkMembers(value as Record<string, unknown>, escaped, depth);
}

function walkItems(items: readonly unknown[], escaped: boolean, depth: number): Found | undefined {
  for (let index = 0; index < items.length; index++) {
    const found = walk(items[index], escaped, depth + 1);
    if (found) return within(found, index);
  }
  return undefined;
}

function walkMembers(members: Record<string, unknown>, escaped: boolean, depth: number): Found | undefined {
  for (const name in members) {
    if (name === '__proto__') return leaf(PROTOTYPE);
    const finding = escaped ? textFinding(name) : undefined;
    if (finding) return leaf(finding);
    const found = walk(members[name], escaped, depth + 1);
    if (found) return within(found, name);
  }
  return undefined;
}

function textFinding(text: string): Finding | undefined {
  if (!text.isWellFormed()) return LONE_SURROGATE;
  return text.includes('\u0000') ? NUL : undefined;
}

const leaf = (finding: Finding | undefined): Found | undefined => (finding ? { finding, path: [] } : undefined);

function within(found: Found, member: string | number): Found {
  found.path.push(member);
  return found;
}
