import { decodeCursor, encodeCursor, logger, type Page, ProblemException } from '@rapport/platform';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const log = logger.child({ part: 'own-tables' });

export const isUuid = (text: string): boolean => UUID.test(text);

/** Where a page of a list, newest first, goes on. */
export interface CreatedPlace {
  readonly createdAt: string;
  readonly id: string;
}

/** @throws ProblemException 400 for a cursor of another list */
export function createdPlaceOf(cursor: string | undefined): CreatedPlace | undefined {
  if (cursor === undefined) return undefined;
  const { createdAt, id } = decodeCursor<{ createdAt: string; id: string }>(cursor);
  if (typeof createdAt === 'string' && !Number.isNaN(Date.parse(createdAt)) && typeof id === 'string' && isUuid(id))
    return { createdAt, id };
  throw new ProblemException(400, 'GATEWAY_CURSOR_INVALID', 'The cursor is not one of this list.', [
    { pointer: '/cursor', detail: 'is not one of this list' },
  ]);
}

export function createdPage<T extends { readonly createdAt: Date; readonly id: string }>(
  rows: readonly T[],
  limit: number,
  shown: (row: T) => object,
): Page<object> {
  const last = rows.length < limit ? undefined : rows.at(-1);
  return { data: rows.map(shown), nextCursor: last ? encodeCursor({ createdAt: last.createdAt.toISOString(), id: last.id }) : null };
}

/** Keys and connections are the only things for which the gateway needs its database at once. @throws ProblemException 503 */
export async function overDatabase<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    log.warn({ err: error }, 'the database of the gateway did not answer');
    throw new ProblemException(
      503,
      'GATEWAY_DATABASE_UNAVAILABLE',
      'The database of the gateway is not available. Try again shortly.',
      undefined,
      { 'retry-after': '2' },
    );
  }
}
