import { Body, Controller, Delete, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { JOURNEY_DOORS } from './openapi/authoring-doors.js';
import { part, relay, Upstreams } from './upstreams.js';

@Controller('v1/journeys')
@ApiTags('Journeys')
export class JourneysController {
  constructor(private readonly upstreams: Upstreams) {}

  @Post()
  @JOURNEY_DOORS.create
  async create(
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post('/journeys', { body, ...forward }));
  }

  @Get()
  @JOURNEY_DOORS.list
  async list(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get('/journeys', { query }));
  }

  @Get(':id')
  @JOURNEY_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get(`/journeys/${part(id)}`));
  }

  @Put(':id')
  @JOURNEY_DOORS.edit
  async edit(
    @Param('id') id: string,
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.put(`/journeys/${part(id)}`, { body, ...forward }));
  }

  @Delete(':id')
  @JOURNEY_DOORS.archive
  async archive(
    @Param('id') id: string,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.delete(`/journeys/${part(id)}`, { ...forward }));
  }

  @Post(':id/publish')
  @HttpCode(200)
  @JOURNEY_DOORS.publish
  async publish(
    @Param('id') id: string,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post(`/journeys/${part(id)}/publish`, { body: {}, ...forward }));
  }

  @Post(':id/pause')
  @HttpCode(200)
  @JOURNEY_DOORS.pause
  async pause(
    @Param('id') id: string,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post(`/journeys/${part(id)}/pause`, { body: {}, ...forward }));
  }
}
