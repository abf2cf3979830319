import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import type { Interaction } from '@rapport/contracts';
import { decodeCursor, encodeCursor, type Page, PG_POOL, ProblemException } from '@rapport/platform';
import type pg from 'pg';
import { readTimeline, type TimelinePosition } from '../persistence/timeline.js';
import { TimelineDto } from './timeline.dto.js';

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@Controller('internal/v1')
export class TimelineController {
  constructor(@Inject(PG_POOL) private readonly pool: pg.Pool) {}

  /** The interactions of the person who holds these identifiers, newest first. A POST, because identifiers do not belong into URLs and logs. */
  @Post('timeline')
  @HttpCode(200)
  async timeline(@Body() body: TimelineDto): Promise<Page<Interaction>> {
    const { identifiers, channel, stage, event, from, to, limit, cursor } = body;
    const after = cursor === undefined ? undefined : positionOf(cursor);
    const subjects = identifiers.map(({ type, value }) => `${type}:${value}`);
    // one more than asked for: whether there is a next page
    const found = await readTimeline(this.pool, {
      subjects,
      channel,
      stage,
      event,
      from: dateOf(from),
      to: dateOf(to),
      limit: limit + 1,
      after,
    });
    const data = found.slice(0, limit);
    const last = found.length > limit ? data.at(-1) : undefined;
    return { data, nextCursor: last === undefined ? null : encodeCursor({ at: last.at, id: last.id }) };
  }
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

function positionOf(cursor: string): TimelinePosition {
  const { at, id } = decodeCursor<{ at: string; id: string }>(cursor);
  const time = new Date(typeof at === 'string' ? at : Number.NaN);
  if (Number.isNaN(time.getTime()) || typeof id !== 'string' || !UUID.test(id)) {
    const detail = 'The cursor is not one that a timeline has given out.';
    throw new ProblemException(400, 'INTERACTIONS_CURSOR_INVALID', detail, [{ pointer: '/cursor', detail }]);
  }
  return { at: time, id };
}
