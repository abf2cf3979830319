/** A table's row by a name that a stranger sent: never what every object inherits (`constructor`). */
export const ownEntry = <T>(table: Readonly<Record<string, T>>, name: string | undefined): T | undefined =>
  name !== undefined && Object.hasOwn(table, name) ? table[name] : undefined;
