import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Caller, FromCaller } from './caller.js';
import { IDENTITY_DOORS } from './openapi/identity-doors.js';
import { part, relay, Upstreams } from './upstreams.js';

/** A decision waits up to two seconds for its outcome, and the service needs a moment besides. */
const TIMEOUT_MS = 5_000;

/** Who is who, where a person knows better than the rules. */
@Controller('v1')
@ApiTags('Identity')
export class IdentityController {
  constructor(private readonly upstreams: Upstreams) {}

  @Post('profiles/merge')
  @HttpCode(200)
  @IDENTITY_DOORS.merge
  merge(@Body() body: unknown, @FromCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.decide('/profiles/merge', body, caller, reply);
  }

  @Post('profiles/:ref/unmerge')
  @HttpCode(200)
  @IDENTITY_DOORS.unmerge
  unmerge(
    @Param('ref') ref: string,
    @Body() body: unknown,
    @FromCaller() caller: Caller,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<unknown> {
    return this.decide(`/profiles/${part(ref)}/unmerge`, body, caller, reply);
  }

  @Get('identity-requests/:id')
  @IDENTITY_DOORS.request
  async request(@Param('id') id: string, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.get(`/identity-requests/${part(id)}`));
  }

  @Get('merge-reviews')
  @IDENTITY_DOORS.reviews
  async reviews(@Query() query: Record<string, string>, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.get('/merge-reviews', { query }));
  }

  @Post('merge-reviews/:id/approve')
  @HttpCode(200)
  @IDENTITY_DOORS.approve
  approve(@Param('id') id: string, @FromCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.decide(`/merge-reviews/${part(id)}/approve`, {}, caller, reply);
  }

  @Post('merge-reviews/:id/reject')
  @HttpCode(200)
  @IDENTITY_DOORS.reject
  reject(@Param('id') id: string, @FromCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply): Promise<unknown> {
    return this.decide(`/merge-reviews/${part(id)}/reject`, {}, caller, reply);
  }

  private async decide(path: string, body: unknown, { forward }: Caller, reply: FastifyReply): Promise<unknown> {
    return relay(reply, await this.upstreams.profiles.post(path, { body, timeoutMs: TIMEOUT_MS, ...forward }));
  }
}
