import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { WEBHOOK_DOORS } from './openapi/webhook-doors.js';
import { part, relay, Upstreams } from './upstreams.js';

/** Where webhooks go. Notifications owns the endpoints and judges their addresses. */
@Controller('v1/webhooks')
@ApiTags('Webhooks')
export class WebhooksController {
  constructor(private readonly upstreams: Upstreams) {}

  @Post()
  @WEBHOOK_DOORS.create
  async create(
    @Body() body: unknown,
    @FromCaller() { forward }: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post('/webhooks', { body, ...forward }));
  }

  @Get()
  @WEBHOOK_DOORS.list
  async list(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get('/webhooks', { query }));
  }

  @Get(':id')
  @WEBHOOK_DOORS.one
  async one(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.get(`/webhooks/${part(id)}`));
  }

  @Patch(':id')
  @WEBHOOK_DOORS.change
  async change(@Param('id') id: string, @Body() body: unknown, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.request('PATCH', `/webhooks/${part(id)}`, { body }));
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @WEBHOOK_DOORS.rotate
  async rotate(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.notifications.post(`/webhooks/${part(id)}/rotate`, { body: {} }));
  }

  @Delete(':id')
  @HttpCode(204)
  @WEBHOOK_DOORS.remove
  async remove(@Param('id') id: string): Promise<void> {
    await this.upstreams.notifications.delete(`/webhooks/${part(id)}`);
  }
}
