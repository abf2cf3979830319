import { BEHAVIOUR_PATHS_TEXT, isBehaviourPath } from './behaviour.js';
import { FACTS, bindFact } from './facts.js';
import {
  NUMBER_OPERATORS,
  OPERATORS,
  condition,
  dependsOnClock,
  isOperator,
  operandError,
  type Condition,
  type Operator,
} from './operators.js';
import type { Leaf, Rule, TallyDefinition, Times } from './rule.js';
import { tallyDefinition } from './tally-definition.js';
import { EVER, durationMs, instantOf, type Window } from './windows.js';

export const MAX_LEAVES = 64;
export const MAX_DEPTH = 8;
const MAX_TIMES = 1000;
const MAX_NAME = 256;

export interface RuleError {
  /** JSON Pointer into the rule. */
  readonly pointer: string;
  readonly detail: string;
  readonly notSupported?: true;
}
export type ParsedRule = { readonly ok: true; readonly rule: Rule } | { readonly ok: false; readonly errors: readonly RuleError[] };

const GROUPS = ['all', 'any', 'not'] as const;
const LEAVES = ['trait', 'fact', 'consent', 'member', 'did', 'didNot', 'sum'] as const;
const LATER = ['sequence', 'min', 'max', 'average', 'distinct', 'first', 'last'] as const;
const KINDS: readonly string[] = [...GROUPS, ...LEAVES, ...LATER];
type Json = Readonly<Record<string, unknown>>;

/** A rule of the segment language from untrusted JSON: the rule, or everything that is wrong with it, each by pointer. Total: it never throws. */
export function parseRule(value: unknown): ParsedRule {
  const parser = new Parser();
  const rule = parser.node(value, '', 1);
  return rule && parser.errors.length === 0 ? { ok: true, rule } : { ok: false, errors: parser.errors.slice(0, MAX_LEAVES) };
}

class Parser {
  readonly errors: RuleError[] = [];
  private leaves = 0;

  node(value: unknown, pointer: string, depth: number): Rule | undefined {
    if (depth > MAX_DEPTH) return this.fail(pointer, `a rule may be ${MAX_DEPTH} levels deep`);
    if (!isObject(value)) return this.fail(pointer, 'a rule is an object');
    const kinds = Object.keys(value).filter((key) => KINDS.includes(key));
    const [kind] = kinds;
    if (kind === undefined) return this.fail(pointer, `unknown leaf: one of ${[...GROUPS, ...LEAVES].join(', ')} is needed`);
    if (kinds.length > 1)
      return this.fail(pointer, `one object says one thing, this one says ${kinds.join(' and ')}: put them into "all" or "any"`);
    if (kind === 'all' || kind === 'any') return this.group(kind, value, pointer, depth);
    if (kind === 'not') return this.not(value, pointer, depth);
    if (++this.leaves > MAX_LEAVES) return this.fail(pointer, `a rule may have ${MAX_LEAVES} leaves`);
    return this.leaf(kind, value, pointer);
  }

  private group(kind: 'all' | 'any', value: Json, pointer: string, depth: number): Rule | undefined {
    this.onlyKeys(value, [kind], pointer);
    const list = value[kind];
    if (!Array.isArray(list)) return this.fail(`${pointer}/${kind}`, `"${kind}" takes a list of rules`);
    if (list.length > MAX_LEAVES) return this.fail(`${pointer}/${kind}/${MAX_LEAVES}`, `a rule may have ${MAX_LEAVES} leaves`);
    const children = list.map((child, index) => this.node(child, `${pointer}/${kind}/${index}`, depth + 1));
    return { kind, pointer, children: children.filter((child) => child !== undefined) };
  }

  private not(value: Json, pointer: string, depth: number): Rule | undefined {
    this.onlyKeys(value, ['not'], pointer);
    const child = this.node(value.not, `${pointer}/not`, depth + 1);
    return child && { kind: 'not', pointer, child };
  }

  private leaf(kind: string, value: Json, pointer: string): Leaf | undefined {
    switch (kind) {
      case 'trait':
        return this.trait(value, pointer);
      case 'fact':
        return this.fact(value, pointer);
      case 'consent':
        return this.consent(value, pointer);
      case 'member':
        return this.member(value, pointer);
      case 'did':
      case 'didNot':
        return this.did(kind, value, pointer);
      case 'sum':
        return this.sum(value, pointer);
      default:
        this.errors.push({ pointer, detail: `"${kind}" is not supported yet`, notSupported: true });
        return undefined;
    }
  }

  private trait(value: Json, pointer: string): Leaf | undefined {
    const name = this.name(value, 'trait', pointer);
    const conditions = this.conditions(value, ['trait'], pointer, OPERATORS);
    return name !== undefined && conditions ? { kind: 'trait', pointer, name, conditions } : undefined;
  }

  private fact(value: Json, pointer: string): Leaf | undefined {
    const path = this.name(value, 'fact', pointer);
    const conditions = this.conditions(value, ['fact'], pointer, OPERATORS);
    if (path === undefined) return undefined;
    const bound = bindFact(path);
    if (bound.kind === 'not-supported') {
      this.errors.push({ pointer: `${pointer}/fact`, detail: `the fact "${path}" is not supported yet`, notSupported: true });
      return undefined;
    }
    if (bound.kind === 'unknown') return this.fail(`${pointer}/fact`, `unknown fact: one of ${FACTS.map((row) => row.path).join(', ')}`);
    return conditions && { kind: 'fact', pointer, path, read: bound.read, conditions };
  }

  private consent(value: Json, pointer: string): Leaf | undefined {
    const purpose = this.name(value, 'consent', pointer);
    const channel = value.channel === undefined ? undefined : this.name(value, 'channel', pointer);
    const conditions = this.conditions(value, ['consent', 'channel'], pointer, ['is', 'isNot', 'in', 'notIn']);
    if (purpose === undefined || !conditions || (value.channel !== undefined && channel === undefined)) return undefined;
    const words = conditions.flatMap((one) => one.operand);
    if (words.some((word) => word !== 'granted' && word !== 'withdrawn' && word !== 'none'))
      return this.fail(pointer, 'a consent is "granted", "withdrawn" or "none"');
    return { kind: 'consent', pointer, purpose, channel, conditions };
  }

  private member(value: Json, pointer: string): Leaf | undefined {
    this.onlyKeys(value, ['member'], pointer);
    const reference = this.name(value, 'member', pointer);
    return reference === undefined ? undefined : { kind: 'member', pointer, reference };
  }

  private did(kind: 'did' | 'didNot', value: Json, pointer: string): Leaf | undefined {
    this.onlyKeys(value, [kind, 'where', 'within', 'between', ...(kind === 'did' ? ['times'] : [])], pointer);
    const times = kind === 'didNot' ? { atLeast: 0, atMost: 0 } : this.times(value, pointer);
    if (!times) return undefined;
    const bound = Number.isFinite(times.atMost) ? times.atMost : times.atLeast;
    const tally = this.tally(value, kind, pointer, undefined, bound + 1);
    return tally && { kind: 'did', pointer, tally, times };
  }

  private sum(value: Json, pointer: string): Leaf | undefined {
    const path = this.name(value, 'sum', pointer);
    if (path !== undefined && !isBehaviourPath(path)) return this.fail(`${pointer}/sum`, `unknown property: ${BEHAVIOUR_PATHS_TEXT}`);
    const conditions = this.conditions(value, ['sum', 'of', 'where', 'within', 'between'], pointer, NUMBER_OPERATORS);
    if (conditions?.some((one) => operandError('gt', one.operand))) return this.fail(pointer, 'a sum is compared with numbers');
    const tally = this.tally(value, 'of', pointer, path, 0);
    return path !== undefined && conditions && tally ? { kind: 'sum', pointer, tally, conditions } : undefined;
  }

  private tally(value: Json, eventKey: string, pointer: string, sumOf: string | undefined, keep: number): TallyDefinition | undefined {
    const event = this.name(value, eventKey, pointer);
    const where = this.where(value.where, `${pointer}/where`);
    const window = this.window(value, pointer);
    return event !== undefined && where && window ? tallyDefinition({ event, where, window, sumOf, keep }) : undefined;
  }

  private where(value: unknown, pointer: string): Record<string, Condition[]> | undefined {
    if (value === undefined) return {};
    if (!isObject(value) || Object.keys(value).length > MAX_LEAVES)
      return this.fail(pointer, `"where" takes an object of at most ${MAX_LEAVES} properties`);
    const parsed: [string, Condition[]][] = [];
    for (const [path, test] of Object.entries(value)) {
      const at = `${pointer}/${escapePointer(path)}`;
      if (!isBehaviourPath(path)) return this.fail(at, `unknown property: ${BEHAVIOUR_PATHS_TEXT}`);
      if (!isObject(test)) return this.fail(at, 'takes operators, for example {"is": "store"}');
      const conditions = this.conditions(test, [], at, OPERATORS);
      if (!conditions) return undefined;
      const clocked = conditions.find(dependsOnClock);
      if (clocked)
        return this.fail(
          `${at}/${clocked.op}`,
          'a property of an event is judged once, when it happens: compare it with a time, not with a duration before now',
        );
      parsed.push([path, conditions]);
    }
    return Object.fromEntries(parsed);
  }

  private window(value: Json, pointer: string): Window | undefined {
    if (value.within !== undefined && value.between !== undefined) return this.fail(pointer, 'either "within" or "between"');
    if (value.within !== undefined) {
      const ms = durationMs(value.within);
      return ms === undefined
        ? this.fail(`${pointer}/within`, '"within" takes {"minutes": n}, {"hours": n} or {"days": n}, n > 0, at most ten years')
        : { kind: 'within', ms };
    }
    if (value.between === undefined) return EVER;
    const [from, to] = Array.isArray(value.between) && value.between.length === 2 ? value.between.map(instantOf) : [];
    if (from === undefined || to === undefined || from >= to)
      return this.fail(`${pointer}/between`, '"between" takes [from, to): two RFC 3339 times or dates, from before to');
    return { kind: 'between', from, to };
  }

  private times(value: Json, pointer: string): Times | undefined {
    if (value.times === undefined) return { atLeast: 1, atMost: Number.POSITIVE_INFINITY };
    const at = `${pointer}/times`;
    if (!isObject(value.times)) return this.fail(at, '"times" takes {"atLeast": n}, {"atMost": n}, both, or {"exactly": n}');
    const { atLeast, atMost, exactly, ...others } = value.times;
    const given = [atLeast, atMost, exactly].filter((n) => n !== undefined);
    if (Object.keys(others).length > 0 || given.length === 0 || (exactly !== undefined && given.length > 1))
      return this.fail(at, '"times" takes atLeast, atMost, both, or exactly');
    if (!given.every((n) => Number.isInteger(n) && (n as number) >= 0 && (n as number) <= MAX_TIMES))
      return this.fail(at, `takes whole numbers from 0 to ${MAX_TIMES}`);
    if (exactly !== undefined) return { atLeast: exactly as number, atMost: exactly as number };
    return { atLeast: (atLeast as number | undefined) ?? 0, atMost: (atMost as number | undefined) ?? Number.POSITIVE_INFINITY };
  }

  /** Every key that is not one of `besides` has to be an operator; at least one is needed. */
  private conditions(value: Json, besides: readonly string[], pointer: string, allowed: readonly Operator[]): Condition[] | undefined {
    const found: Condition[] = [];
    for (const [key, operand] of Object.entries(value)) {
      if (besides.includes(key)) continue;
      if (!isOperator(key) || !allowed.includes(key))
        return this.fail(`${pointer}/${escapePointer(key)}`, `unknown operator here: one of ${allowed.join(', ')}`);
      const wrong = operandError(key, operand);
      if (wrong) return this.fail(`${pointer}/${key}`, wrong);
      found.push(condition(key, operand));
    }
    return found.length > 0 ? found : this.fail(pointer, `an operator is needed: one of ${allowed.join(', ')}`);
  }

  private name(value: Json, key: string, pointer: string): string | undefined {
    const name = value[key];
    if (typeof name === 'string' && name.length > 0 && name.length <= MAX_NAME) return name;
    return this.fail(`${pointer}/${key}`, `"${key}" takes a string of 1 to ${MAX_NAME} characters`);
  }

  private onlyKeys(value: Json, allowed: readonly string[], pointer: string): void {
    for (const key of Object.keys(value))
      if (!allowed.includes(key)) this.fail(`${pointer}/${escapePointer(key)}`, `unknown here: only ${allowed.join(', ')}`);
  }

  private fail(pointer: string, detail: string): undefined {
    this.errors.push({ pointer, detail });
    return undefined;
  }
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const escapePointer = (key: string): string => key.replaceAll('~', '~0').replaceAll('/', '~1');
