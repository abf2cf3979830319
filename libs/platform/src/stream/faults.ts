/** The input is at fault: trying again cannot help, so it becomes a dead letter. Everything else is a fault of the world and is tried again. */
export class DataFault extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'DataFault';
  }
}

/**
 * SQLSTATE classes that speak of the data, not of the world: 22 (data exception: a NUL in jsonb, a number out of range) and
 * 23 (integrity). A unique violation may also be a race with another partition, so the caller tries 23 again before it believes it. What JavaScript
 * itself throws (a date that is none, a member of nothing) is no word from the database or the broker either: trying for ever would stop the partition.
 */
export function isDataFault(error: unknown): boolean {
  if (error instanceof DataFault || error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return true;
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' && code.length === 5 && (code.startsWith('22') || code.startsWith('23'));
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
