import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { TEMPLATE_DOORS } from './openapi/authoring-doors.js';
import { part, relay, Upstreams } from './upstreams.js';

@Controller('v1/templates')
@ApiTags('Templates')
export class TemplatesController {
  constructor(private readonly upstreams: Upstreams) {}

  @Get()
  @TEMPLATE_DOORS.list
  async list(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get('/templates', { query }));
  }

  @Get(':name')
  @TEMPLATE_DOORS.one
  async one(
    @Param('name') name: string,
    @Query() query: Record<string, string>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get(`/templates/${part(name)}`, { query }));
  }

  @Put(':name')
  @TEMPLATE_DOORS.put
  async put(
    @Param('name') name: string,
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.put(`/templates/${part(name)}`, { body, ...forward }));
  }

  @Post(':name/preview')
  @HttpCode(200)
  @TEMPLATE_DOORS.preview
  async preview(@Param('name') name: string, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post(`/templates/${part(name)}/preview`, { body }));
  }
}
