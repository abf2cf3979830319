import { createHash } from 'node:crypto';
import { readBehaviour, type Behaviour } from './behaviour.js';
import { matches, type Condition } from './operators.js';
import type { TallyDefinition } from './rule.js';
import type { Window } from './windows.js';

interface Parts {
  readonly event: string;
  readonly where: Readonly<Record<string, readonly Condition[]>>;
  readonly window: Window;
  readonly sumOf: string | undefined;
  /** Of a count: one more than the rule compares with, so that "more than asked" is still seen. 0 for a sum, which needs all of them. */
  readonly keep: number;
}

/** Outside a `within` window nothing leaves, so nothing is kept, and rules that differ only in their number share the tally. */
export function tallyDefinition({ event, where, window, sumOf, keep }: Parts): TallyDefinition {
  const kept = window.kind === 'within' && sumOf === undefined ? keep : 0;
  const tests = Object.entries(where)
    .map(([path, conditions]) => ({ path, tests: conditions.map((one) => [one.op, one.operand]).sort() }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  const canonical = JSON.stringify([event, tests, window, sumOf ?? null, kept]);
  return {
    key: createHash('sha256').update(canonical).digest('base64url').slice(0, 16),
    event: event === '*' ? undefined : event,
    where: Object.entries(where).map(([path, conditions]) => ({ path: path.split('.'), conditions })),
    window,
    sumOf: sumOf?.split('.'),
    keep: kept,
  };
}

export function counts(definition: TallyDefinition, behaviour: Behaviour): boolean {
  if (definition.event !== undefined && definition.event !== behaviour.event) return false;
  const { window } = definition;
  if (window.kind === 'between' && (behaviour.at < window.from || behaviour.at >= window.to)) return false;
  return definition.where.every(({ path, conditions }) => matches(conditions, readBehaviour(behaviour, path)));
}
