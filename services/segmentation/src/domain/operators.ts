import { compareDecimals } from './decimal.js';
import { combine, settled, type Verdict } from './verdict.js';
import { durationMs, instantOf } from './windows.js';

export const OPERATORS = [
  'is',
  'isNot',
  'in',
  'notIn',
  'contains',
  'startsWith',
  'exists',
  'gt',
  'gte',
  'lt',
  'lte',
  'before',
  'after',
  'withinLast',
] as const;
export type Operator = (typeof OPERATORS)[number];
export const NUMBER_OPERATORS: readonly Operator[] = ['is', 'isNot', 'gt', 'gte', 'lt', 'lte'];
export const isOperator = (word: string): word is Operator => (OPERATORS as readonly string[]).includes(word);

export type Scalar = string | number | boolean | null;
export interface Condition {
  readonly op: Operator;
  /** Checked by `operandError`; times are parsed to epoch milliseconds (`at`) or to a duration (`ms`). */
  readonly operand: unknown;
  readonly at?: number;
  readonly ms?: number;
}

const MAX_LIST = 1000;
const MAX_STRING = 1024;
const isScalar = (value: unknown): value is Scalar =>
  value === null ||
  typeof value === 'boolean' ||
  (typeof value === 'number' && Number.isFinite(value)) ||
  (typeof value === 'string' && value.length <= MAX_STRING);
const isNumeric = (value: unknown): boolean => compareDecimals(value, 0) !== undefined;

/** What is wrong with an operand, in words for the person who wrote the rule; undefined when it fits. */
export function operandError(op: Operator, operand: unknown): string | undefined {
  switch (op) {
    case 'is':
    case 'isNot':
      return isScalar(operand) ? undefined : `"${op}" takes a string, a number, true, false or null`;
    case 'in':
    case 'notIn':
      return Array.isArray(operand) && operand.length <= MAX_LIST && operand.every(isScalar)
        ? undefined
        : `"${op}" takes a list of at most ${MAX_LIST} strings, numbers, booleans or nulls`;
    case 'contains':
      return isScalar(operand) ? undefined : '"contains" takes a part of a string, or a member of a list';
    case 'startsWith':
      return typeof operand === 'string' && operand.length <= MAX_STRING ? undefined : '"startsWith" takes a string';
    case 'exists':
      return typeof operand === 'boolean' ? undefined : '"exists" takes true or false';
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return isNumeric(operand) ? undefined : `"${op}" takes a number, or a decimal as a string`;
    case 'before':
    case 'after':
      return instantOf(operand) !== undefined || durationMs(operand) !== undefined
        ? undefined
        : `"${op}" takes an RFC 3339 time ("2026-01-31T09:30:00Z"), a date, or a duration before now ({"days": 30})`;
    case 'withinLast':
      return durationMs(operand) !== undefined
        ? undefined
        : '"withinLast" takes {"minutes": n}, {"hours": n} or {"days": n}, n > 0, at most ten years';
  }
}

/** `operand` must have passed `operandError`. */
export function condition(op: Operator, operand: unknown): Condition {
  if (op === 'withinLast') return { op, operand, ms: durationMs(operand)! };
  if (op !== 'before' && op !== 'after') return { op, operand };
  const at = instantOf(operand);
  return at === undefined ? { op, operand, ms: durationMs(operand)! } : { op, operand, at };
}

/** Whether time alone can change the answer: such a condition cannot be put on a property of an event, which is judged once, when it arrives. */
export const dependsOnClock = (one: Condition): boolean => one.ms !== undefined;

/** Numbers equal decimal strings of the same value ("3.0" is 3), because money is written as strings; everything else is strict and case-sensitive. */
function equal(value: unknown, operand: unknown): boolean {
  if (value === operand) return true;
  if (typeof value === typeof operand || (typeof value !== 'number' && typeof operand !== 'number')) return false;
  return compareDecimals(value, operand) === 0;
}

function compares(op: 'gt' | 'gte' | 'lt' | 'lte', value: unknown, operand: unknown): boolean {
  const order = compareDecimals(value, operand);
  if (order === undefined) return false;
  return op === 'gt' ? order > 0 : op === 'gte' ? order >= 0 : op === 'lt' ? order < 0 : order <= 0;
}

/** An absent value (undefined or null) satisfies only `isNot`, `notIn`, `exists: false` and `is: null`. */
function judgeOne(one: Condition, value: unknown, t: number): Verdict {
  const { op, operand } = one;
  switch (op) {
    case 'is':
      return settled(equal(value ?? null, operand));
    case 'isNot':
      return settled(!equal(value ?? null, operand));
    case 'in':
      return settled((operand as Scalar[]).some((item) => equal(value ?? null, item)));
    case 'notIn':
      return settled(!(operand as Scalar[]).some((item) => equal(value ?? null, item)));
    case 'contains':
      return settled(
        Array.isArray(value)
          ? value.some((item) => equal(item, operand))
          : typeof value === 'string' && typeof operand === 'string' && value.includes(operand),
      );
    case 'startsWith':
      return settled(typeof value === 'string' && value.startsWith(operand as string));
    case 'exists':
      return settled((value !== undefined && value !== null) === operand);
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return settled(compares(op, value, operand));
    case 'before':
    case 'after':
    case 'withinLast':
      return judgeTime(one, instantOf(value), t);
  }
}

/**
 * With a duration, `before {days: 30}` means at least 30 days ago (true from value + 30 d on), `after {days: 30}` its opposite, and `withinLast`
 * is `after` for times that have come: (now − 30 d, now].
 */
function judgeTime({ op, at, ms }: Condition, value: number | undefined, t: number): Verdict {
  if (value === undefined) return settled(false);
  if (at !== undefined) return settled(op === 'before' ? value < at : value > at);
  const ends = value + ms!;
  if (op === 'before') return t >= ends ? settled(true) : { holds: false, reviewAt: ends };
  if (t >= ends) return settled(false);
  return op === 'withinLast' && value > t ? { holds: false, reviewAt: value } : { holds: true, reviewAt: ends };
}

/** All conditions together at the instant `t`. */
export const judge = (conditions: readonly Condition[], value: unknown, t: number): Verdict =>
  combine(conditions, false, (one) => judgeOne(one, value, t));

/** The same without a clock, for properties of events. */
export const matches = (conditions: readonly Condition[], value: unknown): boolean => judge(conditions, value, 0).holds;
