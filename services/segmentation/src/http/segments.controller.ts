import { Body, Controller, Delete, Get, HttpCode, Inject, Param, ParseUUIDPipe, Post, Put, Query } from '@nestjs/common';
import {
  decodeCursor,
  encodeCursor,
  Idempotent,
  OperationId,
  type Page,
  PageQuery,
  ProblemException,
  StreamServer,
} from '@rapport/platform';
import { type Outcome, SegmentDefinitions } from '../persistence/segment-definitions.js';
import { presentSegment, presentVersion, problemOf, type SegmentView } from './present-segment.js';
import { SegmentBody, SegmentEdit, SegmentListQuery } from './segments.dto.js';

const SegmentId = () => Param('id', new ParseUUIDPipe({ exceptionFactory: () => problemOf({ kind: 'not-found' }) }));
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

@Controller('internal/v1/segments')
export class SegmentsController {
  constructor(
    @Inject(SegmentDefinitions) private readonly definitions: SegmentDefinitions,
    @Inject(StreamServer) private readonly stream: StreamServer,
  ) {}

  @Post()
  @Idempotent()
  async create(@Body() body: SegmentBody, @OperationId() id: string): Promise<SegmentView> {
    return this.done(await this.definitions.create(id, draftOf(body), new Date()));
  }

  @Get()
  async list(@Query() { state, limit, cursor }: SegmentListQuery): Promise<Page<SegmentView>> {
    const found = await this.definitions.list({ archived: state === 'archived', after: afterId(cursor), limit });
    return { data: found.map(presentSegment), nextCursor: found.length < limit ? null : encodeCursor({ after: found.at(-1)!.segmentId }) };
  }

  @Post('preview')
  @HttpCode(200)
  preview(): never {
    throw new ProblemException(422, 'SEGMENTATION_PREVIEW_NOT_SUPPORTED', 'Previewing a segment is not supported yet.');
  }

  @Get(':id/preview')
  previewOne(): never {
    return this.preview();
  }

  @Get(':id')
  async one(@SegmentId() id: string): Promise<SegmentView & { members: number }> {
    const segment = await this.definitions.find(id);
    if (!segment) throw problemOf({ kind: 'not-found' });
    return { ...presentSegment(segment), members: await this.definitions.memberCount(id) };
  }

  /** Replaces the definition: a new version, filled from history. Who no longer fits leaves with the cause `definition`. */
  @Put(':id')
  @Idempotent()
  async edit(@SegmentId() id: string, @Body() body: SegmentEdit): Promise<SegmentView> {
    return this.done(await this.definitions.edit(id, draftOf(body), body.version, new Date()));
  }

  /** Archives it: the members leave with the cause `definition`, the versions stay readable, the name becomes free. */
  @Delete(':id')
  @Idempotent()
  async archive(@SegmentId() id: string): Promise<SegmentView> {
    return this.done(await this.definitions.archive(id, new Date()));
  }

  @Get(':id/members')
  async members(
    @SegmentId() id: string,
    @Query() { limit, cursor }: PageQuery,
  ): Promise<Page<{ profileId: string; since: string; sequence: number }>> {
    if (!(await this.definitions.find(id))) throw problemOf({ kind: 'not-found' });
    const found = await this.definitions.members(id, afterId(cursor), limit);
    const data = found.map(({ profileId, since, sequence }) => ({ profileId, since: since.toISOString(), sequence }));
    return { data, nextCursor: found.length < limit ? null : encodeCursor({ after: found.at(-1)!.profileId }) };
  }

  /** Newest first. */
  @Get(':id/versions')
  async versions(@SegmentId() id: string, @Query() { limit, cursor }: PageQuery): Promise<Page<ReturnType<typeof presentVersion>>> {
    if (!(await this.definitions.find(id))) throw problemOf({ kind: 'not-found' });
    const below = cursor === undefined ? undefined : decodeCursor<{ below: number }>(cursor).below;
    if (below !== undefined && !Number.isSafeInteger(below)) throw badCursor();
    const found = await this.definitions.versions(id, below, limit);
    return { data: found.map(presentVersion), nextCursor: found.length < limit ? null : encodeCursor({ below: found.at(-1)!.version }) };
  }

  private done(outcome: Outcome): SegmentView {
    if (outcome.kind !== 'done') throw problemOf(outcome);
    this.stream.wake();
    return presentSegment(outcome.segment);
  }
}

const draftOf = ({ name, description, rule }: SegmentBody) => ({ name, description: description ?? '', rule });

function afterId(cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const { after } = decodeCursor<{ after: string }>(cursor);
  if (typeof after !== 'string' || !UUID.test(after)) throw badCursor();
  return after;
}

const badCursor = (): ProblemException =>
  new ProblemException(400, 'SEGMENTATION_CURSOR_INVALID', 'The cursor is not one that this list has given out.', [
    { pointer: '/cursor', detail: 'is no cursor of this list' },
  ]);
