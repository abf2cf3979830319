import { Controller, Get, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { SATISFACTION_DOORS } from './openapi/satisfaction-doors.js';
import { relay, Upstreams } from './upstreams.js';

/** Segmentation knows who is in which segment, and so it counts: one question, one statement. */
@Controller('v1/satisfaction')
@ApiTags('Satisfaction')
export class SatisfactionController {
  constructor(private readonly upstreams: Upstreams) {}

  @Get()
  @SATISFACTION_DOORS.read
  async read(@Query() query: Readonly<Record<string, string>>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.segmentation.get('/satisfaction', { query }));
  }
}
