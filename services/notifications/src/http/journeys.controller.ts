import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { decodeCursor, encodeCursor, Idempotent, OperationId, type Page, PageQuery, ProblemException } from '@rapport/platform';
import { IsIn, IsOptional } from 'class-validator';
import { type JourneyDefinition, parseJourney } from '../domain/journey.js';
import { JOURNEY_STATES, type JourneyState, JourneyStore, type JourneyView } from '../persistence/journey-store.js';

export class JourneysQuery extends PageQuery {
  @IsOptional()
  @IsIn(JOURNEY_STATES)
  state?: JourneyState;
}

@ApiTags('journeys')
@Controller('internal/v1/journeys')
export class JourneysController {
  constructor(@Inject(JourneyStore) private readonly journeys: JourneyStore) {}

  @Post()
  @Idempotent()
  @ApiOperation({ summary: 'Write a journey; it is a draft until it is published' })
  create(@Body() body: unknown, @OperationId() id: string): Promise<JourneyView> {
    return this.journeys.create(id, definitionOf(body), new Date());
  }

  @Get()
  @ApiOperation({ summary: 'All journeys, newest first' })
  async list(@Query() { limit, cursor, state }: JourneysQuery): Promise<Page<JourneyView>> {
    const before = cursor === undefined ? undefined : decodeCursor<{ before: string }>(cursor).before;
    const found = await this.journeys.list(
      state ?? null,
      typeof before === 'string' && /^[0-9a-f-]{36}$/.test(before) ? before : null,
      limit + 1,
    );
    const data = found.slice(0, limit);
    return { data, nextCursor: found.length > limit ? encodeCursor({ before: data.at(-1)?.id }) : null };
  }

  @Get(':id')
  @ApiOperation({ summary: 'A journey in its newest version' })
  async one(@Param('id', ParseUUIDPipe) id: string): Promise<JourneyView> {
    const found = await this.journeys.find(id);
    if (found === undefined) throw new ProblemException(404, 'NOTIFICATIONS_JOURNEY_NOT_FOUND', 'There is no such journey.');
    return found;
  }

  @Put(':id')
  @Idempotent()
  @ApiOperation({ summary: 'Write the next version; it holds for new runs once it is published' })
  async edit(@Param('id', ParseUUIDPipe) id: string, @Body() body: unknown): Promise<JourneyView> {
    const definition = definitionOf(body);
    return this.after(id, await this.journeys.edit(id, definition, new Date()), 'An archived journey is not changed any more.');
  }

  @Post(':id/publish')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Make the newest version live' })
  async publish(@Param('id', ParseUUIDPipe) id: string): Promise<JourneyView> {
    return this.after(id, await this.journeys.publish(id, new Date()), 'An archived journey cannot be published.');
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Idempotent()
  @ApiOperation({ summary: 'Start no more runs until it is published again' })
  async pause(@Param('id', ParseUUIDPipe) id: string): Promise<JourneyView> {
    return this.after(id, await this.journeys.setState(id, ['live', 'paused'], 'paused', new Date()), 'Only a live journey can be paused.');
  }

  @Delete(':id')
  @Idempotent()
  @ApiOperation({ summary: 'Archive a journey, for good; its runs and versions stay readable' })
  async archive(@Param('id', ParseUUIDPipe) id: string): Promise<JourneyView> {
    await this.journeys.setState(id, ['draft', 'live', 'paused'], 'archived', new Date());
    return this.one(id);
  }

  private async after(id: string, done: boolean, otherwise: string): Promise<JourneyView> {
    const journey = await this.one(id);
    if (!done) throw new ProblemException(409, 'NOTIFICATIONS_JOURNEY_STATE', otherwise);
    return journey;
  }
}

function definitionOf(body: unknown): JourneyDefinition {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) throw invalid([{ pointer: '', detail: 'must be an object' }]);
  const parsed = parseJourney(body as Record<string, unknown>);
  if (parsed.kind === 'invalid') throw invalid(parsed.errors);
  if (parsed.kind === 'unsupported')
    throw new ProblemException(422, 'NOTIFICATIONS_NOT_SUPPORTED', 'Parts of this journey are not supported yet.', parsed.errors);
  return parsed.definition;
}

const invalid = (errors: readonly { pointer: string; detail: string }[]): ProblemException =>
  new ProblemException(400, 'NOTIFICATIONS_JOURNEY_INVALID', 'The journey does not have the shape that is asked for.', errors);
