export const DAY_MS = 86_400_000;
/** Days since 1970-01-01, UTC. */
export const dayOf = (at: number): number => Math.floor(at / DAY_MS);
export const dateOf = (day: number): string => new Date(day * DAY_MS).toISOString().slice(0, 10);

/** Separates the parts of a key; it occurs in none of them. */
const SEPARATOR = '\u001f';

/** Sums by key. The parts of a key are those of the row that it becomes, in the order of the table's columns. */
export class Tally {
  readonly sums = new Map<string, bigint>();

  add(parts: readonly (string | number)[], n: bigint): void {
    this.addKey(parts.join(SEPARATOR), n);
  }

  addKey(key: string, n: bigint): void {
    this.sums.set(key, (this.sums.get(key) ?? 0n) + n);
  }

  /** Without what came to nothing, sorted: every writer takes its rows in one order. */
  rows(): { readonly parts: readonly string[]; readonly n: bigint }[] {
    return [...this.sums]
      .filter(([, n]) => n !== 0n)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, n]) => ({ parts: key.split(SEPARATOR), n }));
  }
}

/** Adds what `from` holds to `into`, under a first part of its own. */
export function addUnder(into: Tally, first: string, from: Tally, factor: 1n | -1n = 1n): void {
  for (const [key, n] of from.sums) if (n !== 0n) into.addKey(`${first}${SEPARATOR}${key}`, n * factor);
}
