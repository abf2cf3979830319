import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { SEGMENT_DOORS } from './openapi/segmentation-doors.js';
import { part, relay, Upstreams } from './upstreams.js';

/** The owner of the data checks them. */
type Filters = Readonly<Record<string, string>>;

/** Segments belong to segmentation, which also checks them: the gateway only opens the door. */
@Controller('v1/segments')
@ApiTags('Segments')
export class SegmentsController {
  constructor(private readonly upstreams: Upstreams) {}

  @Post()
  @SEGMENT_DOORS.create
  async create(
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.post('/segments', { body, ...forward }));
  }

  @Get()
  @SEGMENT_DOORS.list
  async list(@Query() query: Filters, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.get('/segments', { query }));
  }

  @Post('preview')
  @HttpCode(200)
  @SEGMENT_DOORS.previewNew
  async previewNew(@Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.post('/segments/preview', { body }));
  }

  @Get(':id')
  @SEGMENT_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.get(`/segments/${part(id)}`));
  }

  @Put(':id')
  @SEGMENT_DOORS.edit
  async edit(
    @Param('id') id: string,
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.put(`/segments/${part(id)}`, { body, ...forward }));
  }

  @Delete(':id')
  @SEGMENT_DOORS.archive
  async archive(
    @Param('id') id: string,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.delete(`/segments/${part(id)}`, { ...forward }));
  }

  @Get(':id/members')
  @SEGMENT_DOORS.members
  async members(@Param('id') id: string, @Query() query: Filters, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.get(`/segments/${part(id)}/members`, { query }));
  }

  @Get(':id/versions')
  @SEGMENT_DOORS.versions
  async versions(@Param('id') id: string, @Query() query: Filters, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.get(`/segments/${part(id)}/versions`, { query }));
  }

  @Get(':id/preview')
  @SEGMENT_DOORS.preview
  async preview(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.get(`/segments/${part(id)}/preview`));
  }
}
