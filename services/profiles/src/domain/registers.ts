/**
 * The pieces of which a profile is made. Each has an `empty` and a `join` that is associative and commutative, so that whatever is built from
 * them may be folded in any order, in any parts, and merged in any order, with one result. Nothing here is changed in place.
 */
export type Table<T> = Readonly<Record<string, T>>;

/** A total order: negative, zero (the same thing) or positive. */
export type Order<T> = (a: T, b: T) => number;

export const compareText: Order<string> = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Reads an own property only: `constructor` is no trait. */
export const entryOf = <T>(table: Table<T>, key: string): T | undefined => (Object.hasOwn(table, key) ? table[key] : undefined);

/** Assigning to `__proto__` would change the table instead of filling it: nothing of that name is kept. */
export const isKeepable = (key: string): boolean => key !== '' && key !== '__proto__';

/** The earlier of two RFC 3339 instants in UTC with milliseconds (their text sorts as they do). */
export const earlier = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b < a) ? b : a;
export const later = (a: string | undefined, b: string | undefined): string | undefined =>
  a === undefined || (b !== undefined && b > a) ? b : a;

/** A register: of two values the greater one stays. */
export const greater = <T>(a: T | undefined, b: T | undefined, order: Order<T>): T | undefined =>
  a === undefined ? b : b === undefined ? a : order(a, b) < 0 ? b : a;

/** Joins two tables key by key with `joinValues`. Where `b` says nothing new, the answer is `a` itself: most interactions change little. */
export function joinTables<T>(a: Table<T>, b: Table<T>, joinValues: (a: T, b: T) => T): Table<T> {
  let joined: Record<string, T> | undefined;
  for (const key in b) {
    const known = entryOf(a, key);
    const value = known === undefined ? b[key]! : joinValues(known, b[key]!);
    if (value !== known) (joined ??= { ...a })[key] = value;
  }
  return joined ?? a;
}

/**
 * A table of registers that keeps its `max` greatest entries (by value, then by key). What was once pushed out was smaller than `max` others,
 * whose registers only grow: it could never have come back with its old value. So the limit does not depend on the order either.
 */
export function joinRegisters<T>(a: Table<T>, b: Table<T>, order: Order<T>, max: number): Table<T> {
  return keepGreatest(
    joinTables(a, b, (x, y) => (order(x, y) < 0 ? y : x)),
    order,
    max,
  );
}

export function keepGreatest<T>(table: Table<T>, order: Order<T>, max: number): Table<T> {
  const keys = Object.keys(table);
  if (keys.length <= max) return table;
  keys.sort((x, y) => order(table[y]!, table[x]!) || compareText(x, y));
  return Object.fromEntries(keys.slice(0, max).map((key) => [key, table[key]!]));
}
