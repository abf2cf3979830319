import { ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ProblemException, serviceCode } from './problem.js';

export const PAGE_LIMIT_MAX = 200;
export const CURSOR_LENGTH_MAX = 1024;

/** Query of every list. */
export class PageQuery {
  @ApiPropertyOptional({ type: Number, minimum: 1, maximum: PAGE_LIMIT_MAX, default: 50 })
  @IsOptional()
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(PAGE_LIMIT_MAX)
  limit: number = 50;

  @ApiPropertyOptional({ type: String, maxLength: CURSOR_LENGTH_MAX, description: 'The `nextCursor` of the page before, as it is.' })
  @IsOptional()
  @IsString()
  @MaxLength(CURSOR_LENGTH_MAX)
  cursor?: string;
}

/** One page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
}

/** Where the next page begins (a keyset, never an offset), opaque to callers. */
export function encodeCursor(position: Readonly<Record<string, unknown>>): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The reverse of {@link encodeCursor}. The content is the caller's word: check its members before they reach SQL.
 * @throws {ProblemException} 400 `…_CURSOR_INVALID`
 */
export function decodeCursor<T extends Readonly<Record<string, unknown>> = Readonly<Record<string, unknown>>>(cursor: string): Partial<T> {
  try {
    if (cursor.length > CURSOR_LENGTH_MAX) throw new RangeError('too long');
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (typeof position !== 'object' || position === null || Array.isArray(position)) throw new TypeError('not an object');
    return position as Partial<T>;
  } catch {
    const detail = 'The cursor is not one that a list has given out.';
    throw new ProblemException(400, serviceCode('CURSOR_INVALID'), detail, [{ pointer: '/cursor', detail }]);
  }
}
