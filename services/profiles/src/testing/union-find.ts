/** Which things are connected, the textbook way. */
export class UnionFind {
  private readonly parents = new Map<string, string>();

  find(key: string): string {
    const parent = this.parents.get(key) ?? key;
    return parent === key ? key : this.find(parent);
  }

  join(keys: readonly string[]): void {
    for (const key of keys) {
      if (!this.parents.has(key)) this.parents.set(key, key);
      this.parents.set(this.find(key), this.find(keys[0]!));
    }
  }

  /** The sets of connected keys, sorted. */
  components(): string[][] {
    const sets = new Map<string, string[]>();
    for (const key of this.parents.keys()) sets.set(this.find(key), [...(sets.get(this.find(key)) ?? []), key]);
    return [...sets.values()].map((set) => set.sort()).sort((a, b) => (a[0]! < b[0]! ? -1 : 1));
  }
}
