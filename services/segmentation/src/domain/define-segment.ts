import { parseRule, type RuleError } from './parse-rule.js';
import { leavesOf, type Rule } from './rule.js';
import { circleThrough, type Segment } from './rulebook.js';

export type Defined =
  | { readonly ok: true; readonly rule: Rule; readonly references: Record<string, string> }
  | { readonly ok: false; readonly errors: readonly RuleError[] };

/** Checks a rule from outside against the live segments, and binds its `member` leaves, by id or by name, to ids. */
export function defineSegment(id: string, json: unknown, live: readonly Segment[]): Defined {
  const parsed = parseRule(json);
  if (!parsed.ok) return parsed;
  const errors: RuleError[] = [];
  const references: [string, string][] = [];
  for (const leaf of leavesOf(parsed.rule)) {
    if (leaf.kind !== 'member') continue;
    const pointer = `${leaf.pointer}/member`;
    const other = live.find((segment) => segment.id === leaf.reference) ?? live.find((segment) => segment.name === leaf.reference);
    if (!other) {
      errors.push({ pointer, detail: 'there is no live segment of this id or name' });
      continue;
    }
    const circle = circleThrough(id, [other.id], live);
    if (circle) errors.push({ pointer, detail: 'the segments would refer to each other in a circle' });
    references.push([leaf.reference, other.id]);
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, rule: parsed.rule, references: Object.fromEntries(references) };
}

/** Live segments that refer to this one: it cannot be archived while they do. */
export const dependentsOf = (id: string, live: readonly Segment[]): Segment[] =>
  live.filter((segment) => Object.values(segment.references).includes(id));
